import type { CameraDto } from '@nightjar/contract';
import { useRef } from 'react';
import { Link } from 'wouter';
import { useCameraStatus } from '../api/context.tsx';
import { isStreaming } from '../cameras/camera-state.ts';
import { StateBadge } from '../cameras/state-badge.tsx';
import { LiveVideo, type LiveVideoHandle } from '../player/live-video.tsx';
import { Details } from './details.tsx';
import styles from './live.module.css';
import { PictureState } from './picture-state.tsx';
import { useLivePicture } from './use-live-picture.ts';

/** One camera of the grid; a click opens it large. */
export function LiveTile({ camera }: { camera: CameraDto }) {
  const status = useCameraStatus(camera.id);
  const player = useRef<LiveVideoHandle>(null);
  const { picture, isStale, onState } = useLivePicture();
  const streaming = isStreaming(status);
  return (
    <article
      className={styles.tile}
      data-testid={`live-tile-${camera.id}`}
      data-streaming={streaming}
      data-stale={isStale}
    >
      <LiveVideo ref={player} cameraId={camera.id} name={camera.name} streaming={streaming} muted onState={onState} />
      <PictureState camera={camera} picture={picture} onResume={() => player.current?.resume()} />
      <Details camera={camera} player={player} className={styles.details} />
      <div className={styles.caption}>
        <span className={styles.name}>{camera.name}</span>
        <StateBadge camera={camera} />
      </div>
      <Link href={`/live/${camera.id}`} className={styles.cover} aria-label={`Show ${camera.name} large`} />
    </article>
  );
}
