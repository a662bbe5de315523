import type { Timeline } from '@nightjar/contract';
import { useEffect } from 'react';
import type { LocalDay } from '../time/zone.ts';
import type { Playback } from './use-playback.ts';

interface GoOnOptions {
  playback: Playback;
  cameraId: string;
  day: LocalDay;
  isToday: boolean;
  timeline: Timeline | undefined;
  goTo(cameraId: string, atMs: number): void;
}

/** Reading the playlist again for less than this is not worth the break, ms. */
const worthwhileMs = 8_000;

/** After the end of a playlist: what today recorded since, or the next day. */
export function useGoOn({ playback, cameraId, day, isToday, timeline, goTo }: GoOnOptions): void {
  const { state } = playback;
  const newestMs = timeline?.spans.at(-1)?.to ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the functions are new with each render; the facts decide
  useEffect(() => {
    if (state.state !== 'ended' || !playback.wantsToPlay) return;
    if (!isToday) goTo(cameraId, day.to);
    else if (newestMs - state.atMs > worthwhileMs) playback.goOn(state.atMs);
  }, [state, newestMs, isToday, cameraId, day.to]);
}
