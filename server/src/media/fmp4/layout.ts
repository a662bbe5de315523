/** What the init segment and the chunks of a run have agreed on. */

export const videoTrackId = 1;
export const audioTrackId = 2;

/** Ticks per second of the video track and of all media times that leave this folder. */
export const videoTimescale = 90_000;

/** `sample_flags` (ISO 14496-12, 8.8.3.1): depends on no other sample. */
export const syncSampleFlags = 0x02000000;
/** `sample_flags`: depends on others, not a sync sample. The video track's default in `trex`. */
export const deltaSampleFlags = 0x01010000;

/** Nanoseconds to ticks, nearest. Exact to a tick for spans up to years. */
export function ticksOf(ns: number, timescale: number): number {
  return Math.round((ns * (timescale / 1_000)) / 1_000_000);
}
