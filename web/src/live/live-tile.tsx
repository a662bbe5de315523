import type { CameraDto } from '@nightjar/contract';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { useCameraStatus } from '../api/context.tsx';
import { isStreaming } from '../cameras/camera-state.ts';
import { StateBadge } from '../cameras/state-badge.tsx';
import { LiveVideo, type LiveVideoHandle } from '../player/live-video.tsx';
import { Details } from './details.tsx';
import styles from './live.module.css';
import { PictureState } from './picture-state.tsx';
import { useLivePicture } from './use-live-picture.ts';

interface LiveTileProps {
  camera: CameraDto;
  /** On its page, from 0. */
  place: number;
  /** Being arranged, or not shown yet: it cannot be opened. */
  inert: boolean;
}

/** Pictures of a page are opened one after the other, so that a page of 25 does not begin with 25 requests at once. */
const openEveryMs = 60;

/** One camera of the wall; a click opens it large. */
export function LiveTile({ camera, place, inert }: LiveTileProps) {
  const status = useCameraStatus(camera.id);
  const player = useRef<LiveVideoHandle>(null);
  const { picture, isStale, onState } = useLivePicture();
  const mayOpen = useDelay(place * openEveryMs);
  const streaming = isStreaming(status);
  return (
    <article
      className={styles.tile}
      data-testid={inert ? undefined : `live-tile-${camera.id}`}
      data-place={place}
      data-streaming={streaming}
      data-stale={isStale}
    >
      <LiveVideo
        ref={player}
        cameraId={camera.id}
        name={camera.name}
        streaming={streaming && mayOpen}
        size="tile"
        muted
        onState={onState}
      />
      <PictureState camera={camera} picture={picture} onResume={() => player.current?.resume()} />
      {!inert && <Details camera={camera} player={player} className={styles.details} />}
      <div className={styles.caption}>
        <span className={styles.name}>{camera.name}</span>
        <StateBadge camera={camera} />
      </div>
      {!inert && (
        <Link
          href={`/live/${camera.id}`}
          className={styles.cover}
          draggable={false}
          aria-label={`Show ${camera.name} large`}
        />
      )}
    </article>
  );
}

/** false until `delayMs` after it was first shown. */
function useDelay(delayMs: number): boolean {
  const [over, setOver] = useState(delayMs === 0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a tile that changes its place goes on
  useEffect(() => {
    const timer = window.setTimeout(() => setOver(true), delayMs);
    return () => window.clearTimeout(timer);
  }, []);
  return over;
}
