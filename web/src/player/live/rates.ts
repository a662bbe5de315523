/** Counts of one moment. */
export interface Counts {
  /** A monotonic clock, ms. */
  atMs: number;
  /** Pictures decoded, those that were then not shown included. */
  frames: number;
  /** Bytes of media received; null when that is not known. */
  bytes: number | null;
}

export interface Rates {
  fps: number;
  bitrateKbps: number | null;
}

/** Between two moments of one connection; null when they are of different ones. */
export function ratesBetween(before: Counts, after: Counts): Rates | null {
  const elapsedMs = after.atMs - before.atMs;
  const frames = after.frames - before.frames;
  if (elapsedMs <= 0 || frames < 0) return null;
  const bytes = after.bytes === null || before.bytes === null ? null : after.bytes - before.bytes;
  if (bytes !== null && bytes < 0) return null;
  return { fps: (frames * 1000) / elapsedMs, bitrateKbps: bytes === null ? null : (bytes * 8) / elapsedMs };
}
