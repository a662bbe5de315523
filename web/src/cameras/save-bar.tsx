import { Button, Text } from '@mantine/core';
import type { CameraDto, CameraPatch } from '@nightjar/contract';
import { IconAlertTriangle, IconInfoCircle, IconPlayerPause, IconPlugConnected } from '@tabler/icons-react';
import type { ApiFailure } from '../api/client.ts';
import { useNow, useTimeZone } from '../api/context.tsx';
import { formatBytes } from '../time/format.ts';
import { effectOf, type Interruption } from './interruption.ts';
import styles from './save-bar.module.css';

const icons: Record<Interruption, typeof IconInfoCircle> = {
  none: IconInfoCircle,
  reconnect: IconPlugConnected,
  pause: IconPlayerPause,
  resume: IconInfoCircle,
};

interface SaveBarProps {
  camera: CameraDto;
  /** What saving sends; empty while nothing is changed. */
  patch: CameraPatch;
  /** Footage that saving deletes. */
  deletesBytes: number;
  valid: boolean;
  saving: boolean;
  /** Why the last try saved nothing. */
  failure: ApiFailure | null;
  onUndo(): void;
}

/** Says what saving does, and saves; always in sight. */
export function SaveBar({ camera, patch, deletesBytes, valid, saving, failure, onUndo }: SaveBarProps) {
  const timeZone = useTimeZone();
  const nowMs = useNow(1_000);
  const effect = Object.keys(patch).length > 0 ? effectOf(camera, patch, nowMs, timeZone) : null;
  const Icon = effect && icons[effect.interruption];
  return (
    <div className={styles.bar} data-idle={effect === null}>
      {failure && (
        <Text size="sm" className={styles.failure} component="div" role="alert">
          <IconAlertTriangle size={18} aria-hidden="true" />
          <span>
            <strong>Nothing was saved.</strong> {failure.message}
          </span>
        </Text>
      )}
      <Text
        size="sm"
        c={effect ? 'var(--nj-text)' : 'dimmed'}
        className={styles.effect}
        component="div"
        role="status"
        data-testid="save-effect"
        data-effect={effect?.interruption}
      >
        {Icon && <Icon size={18} aria-hidden="true" />}
        <span>
          {effect ? effect.text : 'Nothing is changed.'}
          {deletesBytes > 0 && <strong className={styles.deletes}> It deletes {formatBytes(deletesBytes)}.</strong>}
        </span>
      </Text>
      <div className={styles.buttons}>
        <Button variant="default" disabled={!effect} onClick={onUndo}>
          Undo changes
        </Button>
        <Button type="submit" data-testid="save-camera" disabled={!valid || !effect} loading={saving}>
          Save
        </Button>
      </div>
    </div>
  );
}
