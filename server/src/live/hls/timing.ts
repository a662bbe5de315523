import type { LiveFrame } from '../../media/live-frame.ts';

/** What a playlist promises for as long as it lives (draft-pantos-hls-rfc8216bis 4.4.3.1, 4.4.3.7). */
export interface HlsTiming {
  /** Whole seconds; no segment rounds to more. */
  targetDurationS: number;
  /** No part is longer; null for streams whose pictures are too far apart for parts. */
  partTargetMs: number | null;
  /** From one picture to the next, as a rule. */
  frameMs: number;
}

/** Shortest segment; longer when keyframes are further apart. "A second" may be a little less. */
export const minSegmentMs = 950;
/** A segment may be so much longer than the target duration: it rounds to it still. */
export const roundingMs = 499;
const maxTargetS = 20;
/** A first GOP longer than this is not waited for. */
const enoughMs = 10_000;
/** A segment may come out a little longer than all before, so what is next to the rounding's end is rounded up. */
const slackS = 0.2;
const wishedPartMs = 200;
/** Pictures further apart are no use as parts: each would be one. */
const maxFrameMs = 300;
/** Parts come out in the middle of the 85 to 100 % of the target that they may last. */
const partOfTarget = 0.925;
const maxIntervals = 2_000;

/**
 * Looks at a stream's first GOPs, to know how long its segments and parts will be: a playlist has to say so before, and
 * must not change its mind.
 */
export class TimingProbe {
  readonly #intervals: number[] = [];
  #before: number | null = null;
  #segmentStart: number | null = null;
  #longestMs = 0;
  #seenMs = 0;

  /** What follows does not join what was. */
  break(): void {
    this.#before = null;
    this.#segmentStart = null;
  }

  onFrame({ track, dts, keyframe }: LiveFrame): void {
    if (track !== 'video') return;
    if (this.#before !== null) this.#onInterval((dts - this.#before) / 90);
    this.#before = dts;
    if (!keyframe) return;
    const lengthMs = this.#segmentStart === null ? null : (dts - this.#segmentStart) / 90;
    if (lengthMs !== null && lengthMs < minSegmentMs) return;
    this.#longestMs = Math.max(this.#longestMs, lengthMs ?? 0);
    this.#segmentStart = dts;
  }

  /** Null until a whole segment was seen. */
  get timing(): HlsTiming | null {
    const frameMs = median(this.#intervals);
    const longestMs = this.#longestMs || (this.#seenMs > enoughMs ? this.#seenMs : 0);
    if (longestMs === 0 || frameMs === null) return null;
    return { targetDurationS: targetDurationS(longestMs), partTargetMs: partTargetMs(frameMs), frameMs };
  }

  #onInterval(ms: number): void {
    this.#seenMs += ms;
    this.#intervals.push(ms);
    if (this.#intervals.length > maxIntervals) this.#intervals.shift();
  }
}

const targetDurationS = (longestMs: number): number =>
  Math.min(Math.max(Math.ceil(longestMs / 1000 - slackS), 1), maxTargetS);

function partTargetMs(frameMs: number): number | null {
  if (frameMs > maxFrameMs) return null;
  const frames = Math.max(Math.round(wishedPartMs / frameMs), 1);
  return Math.ceil((frames * frameMs) / partOfTarget);
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
