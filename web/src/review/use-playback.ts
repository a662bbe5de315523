import { type RefObject, useEffect, useRef, useState } from 'react';
import { playbackPlaylistUrl } from '../api/media-urls.ts';
import { drawFrame } from '../player/frames.ts';
import { PlaybackSession, type PlaybackState, type SkippedGap } from '../player/playback-session.ts';
import { Position } from '../player/position.ts';
import type { LocalDay } from '../time/zone.ts';

/** What is played: a moment of a camera, within one day's playlist. */
export interface Place {
  cameraId: string;
  day: LocalDay;
  /** Wall time to begin at, Unix ms. */
  atMs: number;
}

export interface Playback {
  video: RefObject<HTMLVideoElement | null>;
  /** Keeps the picture while the video element is emptied. */
  still: RefObject<HTMLCanvasElement | null>;
  stillShown: boolean;
  state: PlaybackState;
  /** What the play button shows; the picture may still be loading. */
  wantsToPlay: boolean;
  position: Position;
  rate: number;
  skipped: SkippedGap | null;
  session(): PlaybackSession | null;
  setPlaying(play: boolean): void;
  setRate(rate: number): void;
  /** Reads today's playlist again, to go on after its end. */
  goOn(fromMs: number): void;
}

const skippedShownMs = 3_000;

/** One playback session for as long as the page is shown; opens the playlist of `place`'s day when that changes. */
export function usePlayback(place: Place, playAtOnce: boolean): Playback {
  const video = useRef<HTMLVideoElement>(null);
  const still = useRef<HTMLCanvasElement>(null);
  const session = useRef<PlaybackSession>(null);
  const [position] = useState(() => new Position(place.atMs));
  const [state, setState] = useState<PlaybackState>({ state: 'loading' });
  const [stillShown, setStillShown] = useState(false);
  const [skipped, setSkipped] = useState<SkippedGap | null>(null);
  const [rate, setRateShown] = useState(1);
  const [wantsToPlay, setWantsToPlay] = useState(playAtOnce);
  const wants = useRef(playAtOnce);

  useEffect(() => {
    if (!video.current) return;
    const element = video.current;
    const hideStill = () => setStillShown(false);
    session.current = new PlaybackSession({
      video: element,
      onState(next) {
        setState(next);
        wants.current = session.current?.wantsToPlay ?? wants.current;
        setWantsToPlay(wants.current);
      },
      onPosition: (wallMs) => position.set(wallMs),
      onSkippedGap: setSkipped,
      keepPicture: () => setStillShown(still.current !== null && drawFrame(element, still.current)),
    });
    // A new picture is there only with its data: `seeked` alone may come before it.
    element.addEventListener('seeked', hideStill);
    element.addEventListener('playing', hideStill);
    return () => {
      element.removeEventListener('seeked', hideStill);
      element.removeEventListener('playing', hideStill);
      session.current?.destroy();
      session.current = null;
    };
  }, [position]);

  const { cameraId, day } = place;
  const startMs = useRef(place.atMs);
  startMs.current = place.atMs;
  useEffect(() => {
    const opened = session.current;
    if (!opened) return;
    position.set(startMs.current);
    if (wants.current) opened.play();
    opened.open({ url: playlistOf(cameraId, day), atMs: startMs.current });
  }, [cameraId, day, position]);

  useEffect(() => {
    if (!skipped) return;
    const timer = window.setTimeout(() => setSkipped(null), skippedShownMs);
    return () => window.clearTimeout(timer);
  }, [skipped]);

  return {
    video,
    still,
    stillShown,
    state,
    wantsToPlay,
    position,
    rate,
    skipped,
    session: () => session.current,
    setPlaying(play) {
      if (play) session.current?.play();
      else session.current?.pause();
      wants.current = play;
      setWantsToPlay(play);
    },
    setRate(wanted) {
      setRateShown(wanted);
      session.current?.setRate(wanted);
    },
    goOn: (fromMs) => session.current?.open({ url: playlistOf(cameraId, day), atMs: fromMs }),
  };
}

const playlistOf = (cameraId: string, day: LocalDay): string => playbackPlaylistUrl(cameraId, day.from, day.to);
