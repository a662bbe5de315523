import type { RunInfo } from '../../media/chunk.ts';
import { writeFragment } from '../../media/fmp4/index.ts';
import type { LiveFrame } from '../../media/live-frame.ts';
import type { PartClock } from './part-clock.ts';

/** A fifth of a second of a segment. */
export interface HlsPart {
  durationMs: number;
  /** Begins with a keyframe. */
  independent: boolean;
  /** In a whole segment, a view into its bytes. */
  bytes: Buffer;
}

interface SegmentFacts {
  /** Media sequence number: one more than the segment before, never reused. */
  sequence: number;
  run: RunInfo;
  /** UTC of the first picture. */
  startMs: number;
  /** Does not follow on the segment before: another run, or frames between the two are missing. */
  discontinuity: boolean;
  /** Begins with a keyframe. */
  independent: boolean;
}

/** Consecutive frames of one run: a media segment. */
export interface HlsSegment extends SegmentFacts {
  durationMs: number;
  /** Together the whole of it; none if it was not made in parts. */
  parts: readonly HlsPart[];
  bytes: Buffer;
}

interface OpenSegmentOptions {
  sequence: number;
  run: RunInfo;
  discontinuity: boolean;
  /** UTC that is media time 0 of all segments. */
  zeroMs: number;
  first: LiveFrame;
  /** Null: no parts. */
  partClock: PartClock | null;
  /** Of the `moof` boxes. */
  nextFragment(): number;
}

/** The newest segment, as long as it grows. */
export class OpenSegment implements SegmentFacts {
  readonly sequence: number;
  readonly run: RunInfo;
  readonly startMs: number;
  readonly discontinuity: boolean;
  readonly independent: boolean;
  readonly parts: HlsPart[] = [];
  pictures = 1;
  readonly #zeroMs: number;
  readonly #partClock: PartClock | null;
  readonly #startDts: number;
  /** In no part yet. */
  #pending: LiveFrame[];
  #newest: LiveFrame;
  readonly #nextFragment: () => number;

  constructor({ sequence, run, discontinuity, zeroMs, first, partClock, nextFragment }: OpenSegmentOptions) {
    this.sequence = sequence;
    this.run = run;
    this.startMs = run.startMs + first.pts / 90;
    this.discontinuity = discontinuity;
    this.independent = first.keyframe;
    this.#zeroMs = zeroMs;
    this.#partClock = partClock;
    this.#startDts = first.dts;
    this.#newest = { ...first };
    this.#pending = [this.#newest];
    this.#nextFragment = nextFragment;
    partClock?.begin();
  }

  /** UTC of the newest picture. */
  get newestMs(): number {
    return this.startMs + this.#lengthTo(this.#newest.dts);
  }

  get inParts(): boolean {
    return this.#partClock !== null;
  }

  /** How long the segment is if it ends where `next` begins. */
  lengthMs(next: LiveFrame): number {
    return this.#lengthTo(next.dts);
  }

  /** From the picture before to `next`. */
  stepMs(next: LiveFrame): number {
    return (next.dts - this.#newest.dts) / 90;
  }

  /** @returns whether a part has become whole. */
  addPicture(frame: LiveFrame): boolean {
    const stepMs = this.stepMs(frame);
    this.pictures += 1;
    const partMs = this.#partClock?.endsAt(this.#lengthTo(frame.dts), stepMs) ?? null;
    this.#newest.duration = Math.max(frame.dts - this.#newest.dts, 1);
    if (partMs !== null) this.#endPart(partMs);
    this.#push({ ...frame });
    return partMs !== null;
  }

  addSound(frame: LiveFrame): void {
    this.#pending.push(frame);
  }

  /** @param next The picture that the next segment begins with; null when it is not known, or does not follow on. */
  finish(next: LiveFrame | null): HlsSegment {
    const endDts = next?.dts ?? this.#newest.dts + this.#newest.duration;
    this.#newest.duration = Math.max(endDts - this.#newest.dts, 1);
    const durationMs = Math.max(this.#lengthTo(endDts), 1);
    const { sequence, run, startMs, discontinuity, independent, parts } = this;
    const facts = { sequence, run, startMs, discontinuity, independent, durationMs };
    if (!this.#partClock) return { ...facts, parts, bytes: this.#fragment() };
    this.#endPart(this.#partClock.lastUntil(durationMs));
    const bytes = Buffer.concat(parts.map((part) => part.bytes));
    let at = 0;
    for (const part of parts) {
      part.bytes = bytes.subarray(at, at + part.bytes.length);
      at += part.bytes.length;
    }
    return { ...facts, parts, bytes };
  }

  #lengthTo(dts: number): number {
    return (dts - this.#startDts) / 90;
  }

  #push(frame: LiveFrame): void {
    this.#pending.push(frame);
    this.#newest = frame;
  }

  #endPart(durationMs: number): void {
    const first = this.#pending.find(({ track }) => track === 'video');
    this.parts.push({ durationMs, independent: first?.keyframe ?? false, bytes: this.#fragment() });
  }

  /** Puts the frames on the time line that all renditions and runs share. */
  #fragment(): Buffer {
    const { run } = this;
    const shiftS = Math.max(run.startMs - this.#zeroMs, 0) / 1000;
    const ticks = { video: Math.round(shiftS * 90_000), audio: Math.round(shiftS * (run.audio?.sampleRate ?? 0)) };
    const frames = this.#pending.map((frame) => ({
      ...frame,
      dts: frame.dts + ticks[frame.track],
      pts: frame.pts + ticks[frame.track],
    }));
    this.#pending = [];
    return writeFragment({ sequence: this.#nextFragment(), runStartMs: run.startMs - shiftS * 1000, frames });
  }
}
