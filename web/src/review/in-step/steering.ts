/** How a picture is brought to the clock. A lead is how far ahead of the clock it is in the direction of playing, wall ms. */
export type Correction =
  /** Play that much faster or slower. */
  | { do: 'steer'; factor: number }
  /** Too far ahead, be it that nothing is recorded in between: stand until the clock is there. */
  | { do: 'wait' }
  /** Too far behind to be caught up with by playing faster. */
  | { do: 'jump' };

/** Of playing time. */
const waitMs = 150;
const jumpMs = 350;
/** Below this, no picture could be nearer to its time. */
const exactMs = 4;
/** A lead is to be gone in about this much time. */
const withinMs = 400;
const mostFactor = 0.1;
/** Smaller changes of speed are not worth their cost. */
const stepOfFactor = 0.01;
/** More than this, and pictures that are late are so for the same reason. */
const mostCommonMs = 20;

/** From 8× on, and backwards, single pictures are shown: there is nothing to be steered by milliseconds. */
export const isCoarse = (rate: number): boolean => rate < 0 || rate >= 8;

export function correctionFor(leadMs: number, rate: number): Correction {
  // Of time that passes while playing, not of footage.
  const playedMs = leadMs / Math.max(1, Math.abs(rate));
  const coarse = isCoarse(rate) ? 3 : 1;
  if (playedMs > waitMs * coarse) return { do: 'wait' };
  if (playedMs < -jumpMs * coarse) return { do: 'jump' };
  if (coarse > 1 || Math.abs(playedMs) < exactMs) return { do: 'steer', factor: 1 };
  const change = Math.max(-mostFactor, Math.min(mostFactor, -playedMs / withinMs));
  return { do: 'steer', factor: 1 + Math.round(change / stepOfFactor) * stepOfFactor };
}

/** What at least half of the pictures are late by, ms; 0 when that is little. */
export function commonLagMs(lagsMs: readonly number[]): number {
  const sorted = lagsMs.toSorted((a, b) => a - b);
  const common = sorted[(sorted.length - 1) >> 1] ?? 0;
  return common > mostCommonMs ? common : 0;
}
