import { Button, Loader } from '@mantine/core';
import type { CameraDto, CameraStatus } from '@nightjar/contract';
import { IconPlayerPlayFilled, IconVideoOff } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useCameraStatus, useNow } from '../api/context.tsx';
import { snapshotUrl } from '../api/media-urls.ts';
import { isStreaming } from '../cameras/camera-state.ts';
import { useStateWords } from '../cameras/state-badge.tsx';
import type { LiveState } from '../player/live-session.ts';
import { formatDuration } from '../time/format.ts';
import styles from './live.module.css';

interface PictureStateProps {
  camera: CameraDto;
  state: LiveState;
  onResume(): void;
}

/** Lies over the picture whenever it is not running: why, since when, what happens next. */
export function PictureState({ camera, state, onResume }: PictureStateProps) {
  const status = useCameraStatus(camera.id);
  if (status && !isStreaming(status)) return <NoPicture camera={camera} status={status} />;
  switch (state.state) {
    case 'playing':
      return null;
    case 'connecting':
      return <Connecting />;
    case 'stalled':
      return <Stalled sinceMs={state.sinceMs} />;
    case 'retrying':
      return state.failure.code === 'unsupported' ? (
        <div className={styles.veil} role="status">
          <IconVideoOff size={28} aria-hidden="true" />
          <strong>This browser cannot play {codecName(status)}</strong>
          <span>Recording is not affected. Another browser, or one with hardware decoding, may play it.</span>
        </div>
      ) : (
        <Connecting />
      );
    case 'blocked':
      return (
        <div className={styles.veil}>
          <Button className={styles.above} leftSection={<IconPlayerPlayFilled size={16} />} onClick={onResume}>
            Play
          </Button>
        </div>
      );
  }
}

const codecName = (status: CameraStatus | undefined): string =>
  status && 'media' in status && status.media.video.codec === 'h265' ? 'H.265' : 'this video';

/** Said only when it takes longer than usual: no flicker for a second of loading. */
function Connecting() {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setLate(true), 700);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <div className={styles.corner} role="status" hidden={!late}>
      <Loader size={14} color="gray" aria-hidden="true" /> Loading the picture
    </div>
  );
}

function Stalled({ sinceMs }: { sinceMs: number }) {
  useNow(1_000);
  return (
    <div className={styles.corner} role="status">
      <span className="tabular">Last picture {formatDuration(Date.now() - sinceMs)} ago</span>
    </div>
  );
}

function NoPicture({ camera, status }: { camera: CameraDto; status: CameraStatus }) {
  const state = useStateWords(camera);
  return (
    <div className={styles.noPicture} role="status">
      {status.state === 'waiting' && (
        <img
          className={styles.lastPicture}
          src={snapshotUrl(camera.id, status.since - 1_000)}
          alt=""
          onError={(event) => event.currentTarget.remove()}
        />
      )}
      <div className={styles.veil}>
        {state.kind === 'failing' ? <IconVideoOff size={28} aria-hidden="true" /> : <Loader size={22} color="gray" />}
        <strong>{state.word}</strong>
        {state.detail && <span className="tabular">{state.detail}</span>}
        {state.reason && <span className={styles.reason}>{state.reason}</span>}
      </div>
    </div>
  );
}
