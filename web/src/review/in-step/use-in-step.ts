import { useEffect, useState } from 'react';
import type { Gaps, PlaybackState, SkippedGap } from '../../player/playback/playback.ts';
import type { Position } from '../../player/position.ts';
import type { ReviewPlayback } from '../review-playback.ts';
import { useSkippedForAWhile } from '../use-skipped.ts';
import { InStep } from './in-step.ts';
import { MemberViews } from './member-views.ts';

interface InStepOptions {
  /** By their frames is stepped; the others show what they had at that time. */
  selectedId: string;
  position: Position;
  /** Wall time to begin at, Unix ms. */
  startMs: number;
  playAtOnce: boolean;
}

export interface InStepPlayback extends ReviewPlayback {
  /** For the pictures, which take part while they are shown. */
  inStep: InStep;
  views: MemberViews;
}

/** Browsers draw no frames of a page that is behind others; then this is often enough. */
const hiddenTickMs = 500;

/** Several cameras on one clock for as long as the page is shown; the pictures are those of `<InStepGrid>`. */
export function useInStep({ selectedId, position, startMs, playAtOnce }: InStepOptions): InStepPlayback {
  const [skipped, setSkipped] = useState<SkippedGap | null>(null);
  useSkippedForAWhile(skipped, setSkipped);
  const [views] = useState(() => new MemberViews());
  const [inStep] = useState(() => {
    const now = () => performance.now();
    const made = new InStep({ now, startMs, onPosition: (wallMs) => position.set(wallMs), onSkippedGap: setSkipped });
    if (playAtOnce) made.play();
    return made;
  });
  const [state, setState] = useState<PlaybackState>({ state: 'loading' });
  const [rate, setRate] = useState(1);
  const [gaps, setGaps] = useState<Gaps>('jump');
  const [wantsToPlay, setWantsToPlay] = useState(playAtOnce);

  useEffect(() => {
    const tick = () => {
      inStep.tick();
      views.update(inStep.members, performance.now());
      setState((before) => (sameState(before, inStep.state) ? before : inStep.state));
      setRate(inStep.rate);
      setWantsToPlay(inStep.wantsToPlay);
    };
    let frame = requestAnimationFrame(function each() {
      tick();
      frame = requestAnimationFrame(each);
    });
    const timer = window.setInterval(() => document.hidden && tick(), hiddenTickMs);
    return () => {
      cancelAnimationFrame(frame);
      window.clearInterval(timer);
    };
  }, [inStep, views]);

  return {
    ...{ inStep, views, state, wantsToPlay, position, rate, gaps, skipped },
    setPlaying: (play) => (play ? inStep.play() : inStep.pause()),
    setRate: (wanted) => inStep.setRate(wanted),
    setGaps(wanted) {
      setGaps(wanted);
      inStep.setGaps(wanted);
    },
    seek: (wallMs) => inStep.seek(wallMs),
    step: (frames) => inStep.step(frames, selectedId),
  };
}

function sameState(a: PlaybackState, b: PlaybackState): boolean {
  if (a.state === 'ended' && b.state === 'ended') return a.atMs === b.atMs;
  // Of the same gap: where in it the clock is by now, the position says.
  if (a.state === 'gap' && b.state === 'gap') return a.toMs === b.toMs;
  if (a.state === 'retrying' && b.state === 'retrying') return a.retryAtMs === b.retryAtMs;
  return a.state === b.state;
}
