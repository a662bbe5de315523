import { useCallback, useState } from 'react';
import type { LiveState } from '../player/live-session.ts';

/** The live picture as it is shown now. */
export interface LivePicture {
  state: LiveState;
  /** When the last picture came (browser's clock), Unix ms; null while none has come, or while it runs. */
  lastMs: number | null;
}

const longAgoMs = 3_000;

export function useLivePicture(): { picture: LivePicture; isStale: boolean; onState(state: LiveState): void } {
  const [picture, setPicture] = useState<LivePicture>({ state: { state: 'connecting' }, lastMs: null });
  const onState = useCallback((state: LiveState) => {
    setPicture((before) => {
      if (state.state === 'playing') return { state, lastMs: null };
      if (state.state === 'stalled') return { state, lastMs: state.sinceMs };
      return { state, lastMs: before.state.state === 'playing' ? Date.now() : before.lastMs };
    });
  }, []);
  const isStale = picture.lastMs !== null && Date.now() - picture.lastMs > longAgoMs;
  return { picture, isStale, onState };
}
