import { type RefObject, useEffect, useRef, useState } from 'react';
import { drawFrame } from '../player/frames.ts';
import type { Gaps, PlaybackState, SkippedGap } from '../player/playback/playback.ts';
import { PlaybackSession } from '../player/playback-session.ts';
import type { Position } from '../player/position.ts';
import type { ReviewPlayback } from './review-playback.ts';
import { useSkippedForAWhile } from './use-skipped.ts';

interface Wanted {
  cameraId: string;
  /** Where it begins, and is kept. */
  position: Position;
  playAtOnce: boolean;
}

export interface Playback extends ReviewPlayback {
  video: RefObject<HTMLVideoElement | null>;
  /** Keeps the picture while the video element is emptied. */
  still: RefObject<HTMLCanvasElement | null>;
  stillShown: boolean;
  /** The video when it shows the recorded picture in full, one frame as good as another; else null. */
  fullPicture(): HTMLVideoElement | null;
}

/** One camera's playback for as long as the page is shown; another camera is shown at the same moment. */
export function useReviewPlayback({ cameraId, position, playAtOnce }: Wanted): Playback {
  const video = useRef<HTMLVideoElement>(null);
  const still = useRef<HTMLCanvasElement>(null);
  const session = useRef<PlaybackSession>(null);
  const [state, setState] = useState<PlaybackState>({ state: 'loading' });
  const [stillShown, setStillShown] = useState(false);
  const [skipped, setSkipped] = useState<SkippedGap | null>(null);
  useSkippedForAWhile(skipped, setSkipped);
  const [rate, setRate] = useState(1);
  const [gaps, setGaps] = useState<Gaps>('jump');
  const [wantsToPlay, setWantsToPlay] = useState(playAtOnce);
  const wants = useRef(playAtOnce);
  const firstCameraId = useRef(cameraId);

  useEffect(() => {
    if (!video.current) return;
    const element = video.current;
    const hideStill = () => setStillShown(false);
    const opened = new PlaybackSession({
      video: element,
      cameraId: firstCameraId.current,
      onState(next) {
        setState(next);
        wants.current = session.current?.wantsToPlay ?? wants.current;
        setWantsToPlay(wants.current);
      },
      onPosition: (wallMs) => position.set(wallMs),
      onSkippedGap: setSkipped,
      onRate: setRate,
      keepPicture: () => setStillShown(still.current !== null && drawFrame(element, still.current)),
    });
    session.current = opened;
    if (wants.current) opened.play();
    // A new picture is there only with its data: `seeked` alone may come before it.
    const events = ['loadeddata', 'seeked', 'playing'] as const;
    for (const event of events) element.addEventListener(event, hideStill);
    return () => {
      for (const event of events) element.removeEventListener(event, hideStill);
      opened.destroy();
      session.current = null;
    };
  }, [position]);

  useEffect(() => {
    session.current?.show(cameraId, position.get());
  }, [cameraId, position]);

  return {
    ...{ video, still, stillShown, state, wantsToPlay, position, rate, gaps, skipped },
    fullPicture: () => (session.current?.isSeeking === false ? video.current : null),
    setPlaying(play) {
      if (play) session.current?.play();
      else session.current?.pause();
      wants.current = play;
      setWantsToPlay(play);
    },
    setRate(wanted) {
      setRate(wanted);
      session.current?.setRate(wanted);
    },
    setGaps(wanted) {
      setGaps(wanted);
      session.current?.setGaps(wanted);
    },
    seek: (wallMs) => session.current?.seek(wallMs),
    step(frames) {
      wants.current = false;
      setWantsToPlay(false);
      session.current?.step(frames);
    },
  };
}
