import { Button, Loader } from '@mantine/core';
import type { CameraDto, CameraStatus } from '@nightjar/contract';
import { IconPlayerPlayFilled, IconVideoOff } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useCameraStatus, useNow } from '../api/context.tsx';
import { snapshotUrl } from '../api/media-urls.ts';
import { isStreaming } from '../cameras/camera-state.ts';
import { useStateWords } from '../cameras/state-badge.tsx';
import { failureWords } from '../player/failure-words.ts';
import { useProtocol } from '../player/protocol.ts';
import { formatDuration } from '../time/format.ts';
import styles from './live.module.css';
import type { LivePicture } from './use-live-picture.ts';

interface PictureStateProps {
  camera: CameraDto;
  picture: LivePicture;
  onResume(): void;
}

/** Lies over the picture whenever it is not running: why, since when, what happens next. */
export function PictureState({ camera, picture, onResume }: PictureStateProps) {
  const { state, lastMs } = picture;
  const status = useCameraStatus(camera.id);
  const [onlyWay] = useProtocol();
  const words = state.state === 'retrying' ? failureWords(state.failure, onlyWay, codecName(status)) : null;
  if (status && !isStreaming(status)) return <NoPicture camera={camera} status={status} />;
  switch (state.state) {
    case 'playing':
      return null;
    case 'connecting':
    case 'stalled':
      return <Connecting lastMs={lastMs} />;
    case 'retrying':
      return words ? (
        <div className={styles.veil} role="status">
          <IconVideoOff size={28} aria-hidden="true" />
          <strong>{words.title}</strong>
          <span>{words.text}</span>
        </div>
      ) : (
        <Connecting lastMs={lastMs} />
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
function Connecting({ lastMs }: { lastMs: number | null }) {
  const [late, setLate] = useState(false);
  useNow(1_000);
  useEffect(() => {
    const timer = window.setTimeout(() => setLate(true), 700);
    return () => window.clearTimeout(timer);
  }, []);
  const agoMs = lastMs === null ? null : Date.now() - lastMs;
  return (
    <div className={styles.corner} role="status" hidden={!late}>
      <Loader size={14} color="gray" aria-hidden="true" />
      <span className="tabular">
        {agoMs === null || agoMs < 2_000 ? 'Loading the picture' : `Last picture ${formatDuration(agoMs)} ago`}
      </span>
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
        {state.kind === 'starting' ? <Loader size={22} color="gray" /> : <IconVideoOff size={28} aria-hidden="true" />}
        <strong>{state.word}</strong>
        {state.detail && <span className="tabular">{state.detail}</span>}
        {state.reason && <span className={styles.reason}>{state.reason}</span>}
      </div>
    </div>
  );
}
