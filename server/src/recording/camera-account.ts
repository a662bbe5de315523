import type { GapCause, Recording } from '@nightjar/contract';
import type { WallClock } from '../schedule/wall-clock.ts';
import { type Rest, restAt } from '../schedule/wanted.ts';
import type { Gap, GapRows } from './gap-rows.ts';
import { otherRunToleranceMs, sameRunToleranceMs } from './spans.ts';

/** What has to be known of a camera's footage. */
export interface Recorded {
  /** End of the frame written last; null when there never was one. */
  until: number | null;
  /** Key of the segment it is in. */
  segment: string | null;
}

/** A chunk that is in its file, `[from, to)`. */
export interface RecordedChunk {
  /** Key of its segment. */
  segment: string;
  from: number;
  to: number;
  /** Its run began because the system clock was set. */
  afterClockStep: boolean;
  /** How far the camera was recorded before. */
  before: number | null;
}

interface AccountParts {
  cameraId: string;
  recording: Recording;
  rows: GapRows;
  wall: WallClock;
  recorded(): Recorded;
}

/** Where an account begins, or is taken up again. */
export interface AccountStart {
  /** All before is accounted for. */
  at: number;
  /** The furthest instant ever accounted for, beyond `at` where the clock was set back. */
  reached: number;
  /** The gap that lasts at `at`. */
  open: Gap | null;
  /** Why no frames come; null: they are expected. */
  condition: GapCause | null;
}

/** Frames are on their way to the disk for less time than this: until then their absence is not judged. */
export const graceMs = 15_000;
/** Why a stream may break, in the words of the attempt after it. */
const reasons: readonly GapCause[] = ['camera_unreachable', 'auth_failed', 'no_keyframe'];
/** Before that, a time without a recorder has one cause: after a clock that was wrong by years, edges are not worth rows. */
const maxSplitMs = 400 * 86_400_000;
/** Further ahead than this no frame is stamped, unless the clock was set back since. */
const sameClockMs = 60_000;

/**
 * The account of one camera: why it is not recorded, for each moment in which it is not. Two things decide about a gap's
 * cause: what the settings want, which is known beforehand to the millisecond, and what keeps frames from coming, which
 * is known when it is told. At most one gap is open. Footage always wins over a gap, so a gap may be too long, but not
 * too short. All instants are Unix milliseconds.
 */
export class CameraAccount {
  readonly #parts: AccountParts;
  #recording: Recording;
  /** Accounted for up to here. */
  #at: number;
  #reached: number;
  /** No gap that is still to come begins before: the end of the last one. */
  #since: number;
  #rest: Rest;
  /** Until then the settings say the same, at least. */
  #restUntil: number;
  #condition: GapCause | null = null;
  #open: Gap | null;
  /** The segment that was being written when the open gap began: its last chunks may still arrive, and belong before. */
  #after: string | null;
  /** Where the footage ended before a rest began, if not at the rest: chunks or a cause are to come. */
  #unexplainedFrom: number | null = null;
  /** The end of the last rest: a recording that is wanted again may have to wait for a keyframe. */
  #restEnd: number | null = null;
  /** Nothing is known of it yet. */
  #isNew: boolean;

  constructor(parts: AccountParts, { at, reached, open, condition }: AccountStart) {
    this.#parts = parts;
    this.#recording = parts.recording;
    this.#at = at;
    this.#reached = reached;
    this.#since = open?.from ?? at;
    this.#open = open;
    this.#isNew = open === null && condition === null;
    this.#after = parts.recorded().segment;
    this.#rest = open?.cause === 'schedule' || open?.cause === 'paused' ? open.cause : null;
    this.#restUntil = at;
    this.advance(at);
    this.setCondition(condition, at);
  }

  /** Carries the account on: at edges of the schedule that have passed, causes change at the instant of the edge. */
  advance(now: number): void {
    if (now - this.#restUntil > maxSplitMs) this.#restUntil = now - maxSplitMs;
    while (this.#restUntil <= now) {
      const at = this.#restUntil;
      const { rest, until } = restAt(this.#recording, at, this.#parts.wall);
      this.#restUntil = until;
      if (rest !== this.#rest) this.#enterRest(rest, at);
    }
    this.#moveOn(now);
  }

  /** From `at` on other settings count. */
  setRecording(recording: Recording, at: number): void {
    this.advance(at);
    this.#recording = recording;
    this.#restUntil = this.#at;
    this.advance(this.#at);
  }

  /**
   * What keeps frames from coming is known from `at` on, and explains what is missing before; null when they come: the
   * first of them ends the gap.
   */
  setCondition(condition: GapCause | null, at: number): void {
    this.advance(at);
    this.#condition = condition;
    if (condition === null) return;
    if (this.#rest !== null) this.#explain(condition);
    else if (this.#open === null) this.#begin(condition, this.#frontier(this.#at));
    else if (this.#open.cause !== condition) this.#goOnWith(condition, this.#open);
  }

  /** The stream broke, and the first attempt to have it back tells why: that is the cause from the beginning. */
  #goOnWith(condition: GapCause, open: Gap): void {
    const isReason = open.cause === 'stalled' && reasons.includes(condition) && this.#at - open.from < graceMs;
    if (!isReason) {
      this.#begin(condition, this.#at);
      return;
    }
    open.cause = condition;
    this.#parts.rows.save(open);
  }

  /** Call `advance` before. */
  onRecorded(chunk: RecordedChunk): void {
    // Written before the clock was set back.
    if (chunk.from > this.#at + sameClockMs) return;
    const open = this.#open;
    if (open === null) this.#onExpected(chunk);
    else if (chunk.to > open.from) this.#onUnexpected(chunk, open);
    this.#isNew = false;
  }

  /** The system clock was set from `before` to `now`. */
  onClockSet(before: number, now: number): void {
    this.advance(before);
    // What lies between was accounted for before the clock was once set back.
    const from = Math.max(before, this.#reached);
    if (now < before || from >= now) {
      this.#goTo(now);
      return;
    }
    if (from > before) this.#goTo(from);
    const condition = this.#condition;
    this.setCondition('clock_step', from);
    this.advance(now);
    this.#condition = condition;
    if (condition !== null) this.setCondition(condition, now);
    else if (this.#rest === null) this.#end(now);
  }

  /** Nobody misses footage from now on. */
  end(at: number): void {
    this.advance(at);
    this.#end(this.#at);
  }

  /** Up to when it is known by now what became of the time; later frames may be on their way to the disk. */
  judgedUntil(now: number): number {
    const waitingSince = this.#open === null ? this.#frontier(now) : this.#unexplained();
    return waitingSince !== null && now - waitingSince < graceMs ? waitingSince : now;
  }

  #enterRest(rest: Rest, at: number): void {
    const footageEnd = this.#rest === null && this.#open === null ? this.#frontier(at) : at;
    this.#moveOn(at);
    this.#end(at);
    if (this.#rest !== null) this.#restEnd = at;
    this.#rest = rest;
    const cause = rest ?? this.#condition;
    if (cause !== null) this.#begin(cause, at);
    this.#unexplainedFrom = rest !== null && footageEnd < at ? footageEnd : null;
  }

  /** No gap was known: frames came, or were to come. */
  #onExpected(chunk: RecordedChunk): void {
    this.#condition = null;
    const from = Math.max(this.#since, Math.min(chunk.before ?? this.#since, chunk.from));
    if (chunk.from - from <= otherRunToleranceMs) return;
    const cause = this.#causeBefore(chunk, from);
    if (cause !== null) this.#parts.rows.add(this.#parts.cameraId, cause, from, chunk.from);
  }

  /** Why nothing came from `from` on until a chunk did, though nobody told of anything. */
  #causeBefore(chunk: RecordedChunk, from: number): GapCause | null {
    if (this.#isNew) return 'camera_unreachable';
    if (chunk.afterClockStep) return 'clock_step';
    return from === this.#restEnd ? 'no_keyframe' : null;
  }

  /** A chunk that reaches into the open gap: a late one, or the end of the gap. */
  #onUnexpected(chunk: RecordedChunk, open: Gap): void {
    const follows = chunk.from <= open.from + sameRunToleranceMs;
    const isLate = follows && chunk.segment === this.#after;
    if (!isLate) this.#condition = null;
    if (isLate || (follows && this.#rest !== null)) {
      open.from = chunk.to;
      this.#parts.rows.save(open);
    } else if (this.#rest === null) {
      this.#end(Math.max(chunk.from, open.from));
    }
  }

  /** What was missing when a rest began, and is explained only now. */
  #explain(condition: GapCause): void {
    const from = this.#unexplained();
    const open = this.#open;
    if (from === null || open === null || this.#at - open.from >= graceMs) return;
    this.#parts.rows.add(this.#parts.cameraId, condition, from, open.from);
    this.#unexplainedFrom = null;
  }

  /** From when on footage is missing before the present rest, so far; null when none is. */
  #unexplained(): number | null {
    if (this.#unexplainedFrom === null || this.#open === null) return null;
    const { until } = this.#parts.recorded();
    const from = Math.max(this.#unexplainedFrom, until ?? 0);
    return from < this.#open.from - sameRunToleranceMs ? from : null;
  }

  /** Up to where all is known at `at`, before: the end of the footage, or of the last gap. */
  #frontier(at: number): number {
    const { until } = this.#parts.recorded();
    // Further ahead it was recorded before the clock was set back.
    const recorded = until !== null && until <= at + sameClockMs ? until : this.#since;
    return Math.min(Math.max(recorded, this.#since), at);
  }

  /** The clock goes on at another instant; of those between nothing is said. */
  #goTo(at: number): void {
    this.#end(this.#at);
    this.#at = at;
    this.#since = at;
    this.#unexplainedFrom = null;
    const { rest, until } = restAt(this.#recording, at, this.#parts.wall);
    this.#rest = rest;
    this.#restUntil = until;
    const cause = rest ?? this.#condition;
    if (cause !== null) this.#begin(cause, at);
  }

  #moveOn(at: number): void {
    this.#at = Math.max(this.#at, at);
    this.#reached = Math.max(this.#reached, this.#at);
  }

  #begin(cause: GapCause, from: number): void {
    this.#after = this.#open ? this.#after : this.#parts.recorded().segment;
    this.#end(from);
    this.#isNew = false;
    this.#open = this.#parts.rows.add(this.#parts.cameraId, cause, from);
  }

  #end(at: number): void {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    open.to = Math.max(open.from, at);
    this.#since = Math.max(this.#since, open.to);
    this.#parts.rows.save(open);
  }
}
