import { Button, Loader } from '@mantine/core';
import type { CameraDto } from '@nightjar/contract';
import { IconAlertTriangle, IconBroadcast, IconMoonStars } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { causeText } from '../cameras/coverage.ts';
import { formatDuration, formatMoment } from '../time/format.ts';
import { useGapCause } from './in-step/use-gap-cause.ts';
import { NoFootage } from './no-footage.tsx';
import styles from './picture.module.css';
import type { Playback } from './use-playback.ts';

interface PictureProps {
  playback: Playback;
  camera: CameraDto;
  muted: boolean;
  timeZone: string;
}

/** The recorded picture with what is to be said about it. */
export function Picture({ playback, camera, muted, timeZone }: PictureProps) {
  const { state, skipped } = playback;
  const backwards = playback.rate < 0;
  return (
    <div className={styles.picture}>
      <video
        ref={playback.video}
        className={styles.video}
        data-testid="review-video"
        data-state={state.state}
        aria-label={`Footage of ${camera.name}`}
        muted={muted}
        playsInline
        disableRemotePlayback
        onClick={() => playback.setPlaying(!playback.wantsToPlay)}
      />
      <canvas ref={playback.still} className={styles.still} data-shown={playback.stillShown} />
      {(state.state === 'loading' || state.state === 'waiting') && <Waiting />}
      {state.state === 'empty' && (
        <div className={styles.veil} role="status">
          <IconMoonStars size={30} />
          <NoFootage camera={camera} />
        </div>
      )}
      {state.state === 'retrying' && (
        <div className={styles.veil} role="alert">
          <IconAlertTriangle size={30} />
          <strong>The footage cannot be played now</strong>
          <span>{state.failure.message} It is tried again by itself.</span>
        </div>
      )}
      {state.state === 'gap' && (
        <Gap cameraId={camera.id} toMs={state.toMs} backwards={backwards} timeZone={timeZone} />
      )}
      {state.state === 'ended' && !backwards && (
        <div className={styles.note} role="status">
          This is as new as the recording gets.
          <Button
            component={Link}
            href={`/live/${camera.id}`}
            size="compact-sm"
            leftSection={<IconBroadcast size={16} />}
          >
            Watch live
          </Button>
        </div>
      )}
      {skipped && (
        <div className={styles.note} role="status">
          <span className="tabular">
            {formatDuration(Math.abs(skipped.toMs - skipped.fromMs))} without footage skipped
          </span>
        </div>
      )}
    </div>
  );
}

/** Said only when it takes longer than a seek usually does. */
function Waiting() {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setLate(true), 400);
    return () => window.clearTimeout(timer);
  }, []);
  if (!late) return null;
  return (
    <div className={styles.spinner} role="status" aria-label="Loading the picture">
      <Loader color="gray" size={36} />
    </div>
  );
}

interface GapProps {
  cameraId: string;
  /** Where footage goes on; null: it does not, yet. */
  toMs: number | null;
  backwards: boolean;
  timeZone: string;
}

function Gap({ cameraId, toMs, backwards, timeZone }: GapProps) {
  return (
    <div className={styles.veil} role="status" data-testid="review-gap">
      <IconMoonStars size={30} />
      {toMs === null ? (
        <strong>No footage yet</strong>
      ) : (
        <>
          <strong className="tabular">
            No footage {backwards ? 'since' : 'until'} {formatMoment(toMs, timeZone)}
          </strong>
          <GapCauseText cameraId={cameraId} toMs={toMs} backwards={backwards} />
        </>
      )}
    </div>
  );
}

function GapCauseText({ cameraId, toMs, backwards }: { cameraId: string; toMs: number; backwards: boolean }) {
  const cause = useGapCause(cameraId, toMs, backwards);
  return cause && <span>{causeText[cause]}</span>;
}
