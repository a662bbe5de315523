import { ActionIcon, Menu } from '@mantine/core';
import type { CameraDto } from '@nightjar/contract';
import { IconBroadcast, IconCheck } from '@tabler/icons-react';
import type { RefObject } from 'react';
import { useCameraStatus } from '../api/context.tsx';
import { ways } from '../player/live/transport.ts';
import type { LiveVideoHandle } from '../player/live-video.tsx';
import { useProtocol, wayNames } from '../player/protocol.ts';
import { type Figures, useFigures } from '../player/use-figures.ts';
import { formatBitrate } from '../time/format.ts';
import { codecWords, formatFps, formatLatency } from './details.tsx';
import styles from './full-view.module.css';

interface ConnectionMenuProps {
  camera: CameraDto;
  player: RefObject<LiveVideoHandle | null>;
  opened: boolean;
  onChange(opened: boolean): void;
}

/** How the picture comes, in figures; and which way it is to come. */
export default function ConnectionMenu({ camera, player, opened, onChange }: ConnectionMenuProps) {
  const figures = useFigures(player);
  const [onlyWay, choose] = useProtocol();
  const choices = [null, ...ways] as const;
  return (
    <Menu opened={opened} onChange={onChange} position="top" withinPortal={false} width={300}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          c="inherit"
          size={38}
          aria-label="Connection"
          title="Connection"
          data-testid="connection"
        >
          <IconBroadcast size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Picture of {camera.name}</Menu.Label>
        {figures ? (
          <FigureList camera={camera} figures={figures} />
        ) : (
          <p className={styles.noFigures}>No picture yet</p>
        )}
        <Menu.Divider />
        <Menu.Label>Way</Menu.Label>
        {choices.map((way) => (
          <Menu.Item
            key={way ?? 'auto'}
            data-testid={`protocol-${way ?? 'auto'}`}
            role="menuitemradio"
            aria-checked={way === onlyWay}
            rightSection={way === onlyWay ? <IconCheck size={16} aria-hidden="true" /> : null}
            onClick={() => choose(way)}
          >
            {way === null ? 'Automatic: the fastest that works' : wayNames[way]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function FigureList({ camera, figures }: { camera: CameraDto; figures: Figures }) {
  const status = useCameraStatus(camera.id);
  const { showing, latencyMs, rates } = figures;
  const codec = codecWords(figures, status);
  const rows: Array<[string, string]> = [
    ['Delay', latencyMs === null ? '–' : formatLatency(latencyMs)],
    ['Comes by', wayNames[showing.way]],
    ['Stream', showing.stream === 'sub' ? 'substream' : 'main'],
    ['Size', `${figures.width}×${figures.height}`],
    ['Codec', codec ?? '–'],
    ['Frames', rates ? formatFps(rates.fps) : '–'],
    ['Not shown', `${figures.droppedFrames} ${figures.droppedFrames === 1 ? 'frame' : 'frames'}`],
    ['Bit rate', rates?.bitrateKbps == null ? '–' : formatBitrate(rates.bitrateKbps)],
  ];
  if (status && 'media' in status) rows.push(['Camera sends by', status.media.transport.toUpperCase()]);
  return (
    <dl className={styles.figures} data-testid="figures">
      {rows.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd className="tabular">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
