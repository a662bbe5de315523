import { type Dispatch, useEffect } from 'react';
import type { SkippedGap } from '../player/playback/playback.ts';

const shownMs = 3_000;

/** Lets go of the gap that was jumped over last after some seconds. */
export function useSkippedForAWhile(skipped: SkippedGap | null, setSkipped: Dispatch<null>): void {
  useEffect(() => {
    if (!skipped) return;
    const timer = window.setTimeout(() => setSkipped(null), shownMs);
    return () => window.clearTimeout(timer);
  }, [skipped, setSkipped]);
}
