import { Loader } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import type { CameraDto } from '@nightjar/contract';
import { useState } from 'react';
import { formatDuration } from '../../time/format.ts';
import picture from '../picture.module.css';
import styles from './in-step.module.css';
import { InStepTile } from './in-step-tile.tsx';
import { tileLayout } from './tile-layout.ts';
import type { InStepPlayback } from './use-in-step.ts';
import { useSwipe } from './use-swipe.ts';

interface InStepGridProps {
  /** In order. */
  cameras: readonly CameraDto[];
  playback: InStepPlayback;
  /** Whose row, sound and frames are meant. */
  selectedId: string;
  muted: boolean;
  timeZone: string;
  onSelect(cameraId: string): void;
  /** Offered where it is given: goes on without this camera. */
  onClose?: ((cameraId: string) => void) | undefined;
}

/** The pictures of several cameras in step, all as large as fit or one of them large. */
export function InStepGrid({ cameras, playback, selectedId, muted, timeZone, onSelect, onClose }: InStepGridProps) {
  const { ref, width, height } = useElementSize();
  const [isLarge, setLarge] = useState(false);
  const selected = cameras.findIndex(({ id }) => id === selectedId);
  const large = isLarge && selected >= 0 ? selected : null;
  const layout = tileLayout(cameras.length, { width, height }, large);
  const toggle = (cameraId: string) => {
    setLarge(!(isLarge && cameraId === selectedId));
    onSelect(cameraId);
  };
  const turn = (by: number) => {
    const next = cameras[(selected + by + cameras.length) % cameras.length];
    if (large !== null && next) onSelect(next.id);
  };
  const { state, skipped } = playback;
  return (
    <div className={styles.area} ref={ref} data-testid="in-step" data-state={state.state} {...useSwipe(turn)}>
      <div className={styles.tiles} style={{ height: layout.height }}>
        {layout.tiles.map((rect, at) => {
          const camera = cameras[at];
          return (
            camera && (
              <InStepTile
                key={camera.id}
                {...{ camera, playback, rect, muted, timeZone }}
                selected={camera.id === selectedId}
                large={at === large}
                onSelect={() => onSelect(camera.id)}
                onLarge={() => toggle(camera.id)}
                onClose={onClose && (() => onClose(camera.id))}
              />
            )
          );
        })}
      </div>
      {layout.tiles.length === 0 && (
        <div className={picture.spinner}>
          <Loader color="gray" />
        </div>
      )}
      {skipped && (
        <div className={picture.note} role="status">
          <span className="tabular">
            {formatDuration(Math.abs(skipped.toMs - skipped.fromMs))} without footage of any skipped
          </span>
        </div>
      )}
    </div>
  );
}
