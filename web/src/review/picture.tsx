import { Button, Loader } from '@mantine/core';
import { IconAlertTriangle, IconBroadcast, IconMoonStars } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { formatDuration } from '../time/format.ts';
import styles from './review.module.css';
import type { Playback } from './use-playback.ts';

interface PictureProps {
  playback: Playback;
  cameraId: string;
  name: string;
  muted: boolean;
  /** Said when the day has no footage; with buttons that lead out. */
  empty: React.ReactNode;
  /** The end of today's footage is the present. */
  isToday: boolean;
}

/** The recorded picture with what is to be said about it. */
export function Picture({ playback, cameraId, name, muted, empty, isToday }: PictureProps) {
  const { state, skipped } = playback;
  return (
    <div className={styles.picture}>
      <video
        ref={playback.video}
        className={styles.video}
        data-testid="review-video"
        data-state={state.state}
        aria-label={`Footage of ${name}`}
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
          {empty}
        </div>
      )}
      {state.state === 'retrying' && (
        <div className={styles.veil} role="alert">
          <IconAlertTriangle size={30} />
          <strong>The footage cannot be played now</strong>
          <span>{state.failure.message} It is tried again by itself.</span>
        </div>
      )}
      {state.state === 'ended' && isToday && (
        <div className={styles.note} role="status">
          This is as new as the recording gets.
          <Button
            component={Link}
            href={`/live/${cameraId}`}
            size="compact-sm"
            leftSection={<IconBroadcast size={16} />}
          >
            Watch live
          </Button>
        </div>
      )}
      {skipped && (
        <div className={styles.note} role="status">
          <span className="tabular">{formatDuration(skipped.toMs - skipped.fromMs)} without footage skipped</span>
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
