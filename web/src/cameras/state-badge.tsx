import type { CameraDto } from '@nightjar/contract';
import {
  IconAlertTriangleFilled,
  IconCalendarTime,
  IconCircleFilled,
  IconCloudOff,
  IconLoader2,
  IconPlayerPauseFilled,
  IconPlugConnectedX,
} from '@tabler/icons-react';
import { useCameraStatus, useConnection, useNow, useTimeZone } from '../api/context.tsx';
import { type StateKind, type StateWords, stateWords } from './camera-state.ts';
import styles from './state-badge.module.css';

const icons: Record<StateKind, typeof IconCircleFilled> = {
  recording: IconCircleFilled,
  unscheduled: IconCalendarTime,
  paused: IconPlayerPauseFilled,
  starting: IconLoader2,
  failing: IconAlertTriangleFilled,
  offline: IconPlugConnectedX,
};

/** The state of `camera` in words, renewed each second. */
export function useStateWords(camera: CameraDto): StateWords {
  const status = useCameraStatus(camera.id);
  const timeZone = useTimeZone();
  const nowMs = useNow(1_000);
  return stateWords({ camera, status, nowMs, timeZone });
}

interface StateBadgeProps {
  camera: CameraDto;
  /** `full` adds since when and when it is tried again. */
  detail?: 'word' | 'full';
  /** `wrap`: in two lines where there is no room for one. */
  lines?: 'one' | 'wrap';
}

/** Icon and word; never colour alone. */
export function StateBadge({ camera, detail = 'word', lines = 'one' }: StateBadgeProps) {
  const state = useStateWords(camera);
  const connection = useConnection();
  const lost = connection.state === 'lost';
  const Icon = lost ? IconCloudOff : icons[state.kind];
  const text = detail === 'full' && state.detail ? `${state.word} ${state.detail}` : state.word;
  return (
    <span
      className={styles.badge}
      data-kind={lost ? 'stale' : state.kind}
      data-testid={`tile-state-${camera.id}`}
      data-state={state.kind}
      data-lines={lines}
    >
      <Icon size={state.kind === 'recording' && !lost ? 9 : 14} className={styles.icon} aria-hidden="true" />
      <span className={`tabular ${styles.text}`}>{lost ? `${state.word}, last known` : text}</span>
    </span>
  );
}
