import { Text } from '@mantine/core';
import type { CameraDto, Recording } from '@nightjar/contract';
import { IconVideoOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { useCameraStatus, useNow } from '../api/context.tsx';
import { snapshotUrl } from '../api/media-urls.ts';
import { footageQuery } from '../api/queries.ts';
import { OverrideMenu } from '../schedule/override-menu.tsx';
import { scheduleSummary } from '../schedule/words.ts';
import { formatBitrate, formatBytes, formatDuration } from '../time/format.ts';
import { CameraMenu } from './camera-menu.tsx';
import { isStreaming } from './camera-state.ts';
import styles from './cameras.module.css';
import { CoverageBar } from './coverage-bar.tsx';
import { StateBadge, useStateWords } from './state-badge.tsx';

/** One camera of the list. */
export function CameraRow({ camera }: { camera: CameraDto }) {
  const state = useStateWords(camera);
  return (
    <li className={styles.row} data-testid={`camera-row-${camera.id}`}>
      <Link href={`/live/${camera.id}`} className={styles.picture} aria-label={`Show ${camera.name} live`}>
        <Picture camera={camera} />
      </Link>
      <div className={styles.who}>
        <Link href={`/cameras/${camera.id}/settings`} className={styles.name}>
          {camera.name}
        </Link>
        {camera.group && (
          <Text size="xs" c="dimmed" truncate>
            {camera.group}
          </Text>
        )}
        <Text
          size="xs"
          c="dimmed"
          className="tabular"
          lineClamp={2}
          title={modeText(camera.recording)}
          data-testid={`mode-${camera.id}`}
        >
          {modeText(camera.recording)}
        </Text>
      </div>
      <div className={styles.state}>
        <StateBadge camera={camera} detail="full" />
        <Received camera={camera} />
        {state.reason && (
          <Text size="xs" c="dimmed">
            {state.reason}
          </Text>
        )}
      </div>
      <div className={styles.coverage}>
        <Text size="xs" c="dimmed" mb={2}>
          Last 24 hours
        </Text>
        <CoverageBar cameraId={camera.id} />
        <Kept camera={camera} />
      </div>
      <div className={styles.actions}>
        <OverrideMenu
          camera={camera}
          classNames={{
            root: styles.compact ?? '',
            label: styles.compactLabel ?? '',
            section: styles.compactSection ?? '',
          }}
        />
        <CameraMenu camera={camera} />
      </div>
    </li>
  );
}

function modeText({ mode, schedule }: Recording): string {
  if (mode === 'scheduled') return scheduleSummary(schedule);
  return mode === 'off' ? 'Recording off' : 'Always';
}

/** The newest picture; a recorder that has just started has none yet, and is asked again. */
function Picture({ camera }: { camera: CameraDto }) {
  const streaming = isStreaming(useCameraStatus(camera.id));
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (!failed) return;
    const timer = window.setTimeout(() => setFailed(false), 5_000);
    return () => window.clearTimeout(timer);
  }, [failed]);
  if (!streaming || failed) return <IconVideoOff size={22} aria-hidden="true" />;
  return <img src={snapshotUrl(camera.id)} alt="" loading="lazy" onError={() => setFailed(true)} />;
}

/** What really comes from the camera. */
function Received({ camera }: { camera: CameraDto }) {
  const status = useCameraStatus(camera.id);
  if (status?.state !== 'recording' && status?.state !== 'live') return null;
  const { video, audio } = status.media;
  const facts = [
    `${video.width}×${video.height}`,
    video.codec === 'h264' ? 'H.264' : 'H.265',
    video.fps !== null && `${Math.round(video.fps * 10) / 10} fps`,
    status.bitrateKbps !== null && formatBitrate(status.bitrateKbps),
    audio ? 'sound' : 'no sound',
    status.substream?.state === 'waiting' && 'substream not connected',
  ].filter((fact) => fact !== false);
  return (
    <Text size="xs" c="dimmed" className="tabular">
      {facts.join(' · ')}
    </Text>
  );
}

/** How far back its footage reaches. */
function Kept({ camera }: { camera: CameraDto }) {
  const nowMs = useNow(60_000);
  const { data } = useQuery({ ...footageQuery(camera.id), staleTime: 30_000, refetchInterval: 60_000 });
  return (
    <Text size="xs" c="dimmed" mt={2} mih="1.55em" className="tabular" data-testid={`kept-${camera.id}`}>
      {data &&
        (data.firstAt === null
          ? 'No footage yet'
          : `Goes back ${formatDuration(nowMs - data.firstAt)} · ${formatBytes(data.sizeBytes)}`)}
    </Text>
  );
}
