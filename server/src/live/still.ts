import type { StillRequest } from '../media/protocol.ts';
import type { LiveHub } from './hub.ts';

/** What to decode for the newest picture of a camera; null while there is none in memory. */
export function newestStill(live: LiveHub, cameraId: string): StillRequest | null {
  const gop = live.window(cameraId).newestGop;
  if (!gop) return null;
  return { init: gop.run.init, chunks: gop.chunks.map(({ bytes }) => bytes), targetTicks: null };
}
