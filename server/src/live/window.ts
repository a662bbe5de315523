import type { RunInfo } from '../media/chunk.ts';
import { writeFragment } from '../media/fmp4/index.ts';
import type { LiveFrame } from '../media/live-frame.ts';
import type { LiveListener, LiveStream } from './stream.ts';

/** Consecutive frames of one run from a keyframe on: one HLS media segment. */
export interface LiveSegment {
  /** Media sequence number: one more than the segment before, never reused. */
  sequence: number;
  run: RunInfo;
  startMs: number;
  durationMs: number;
  sizeBytes: number;
  /** The segment before belongs to another run. */
  discontinuity: boolean;
  frames: LiveFrame[];
  /** Once whole. */
  bytes: Buffer | null;
}

/** Shortest segment; longer when the camera's keyframes are further apart. "A second" may be a little less. */
const minSegmentMs = 950;
/** What playlists list: enough for players that start three segments from the end and stall now and then. */
const listedMs = 12_000;
const minListed = 4;
/** A segment whose next keyframe does not come is given up; the next keyframe begins another. */
const maxSegmentBytes = 48 * 1024 * 1024;
/** Segments still answered after they left the playlist: a slow player may ask for them late. */
const kept = 3;

const windows = new WeakMap<LiveStream, LiveWindow>();

/** The stream's window, which lives as long as the stream. */
export function windowOf(stream: LiveStream): LiveWindow {
  const existing = windows.get(stream);
  if (existing) return existing;
  // Segments last a second at least, so numbers by the clock stay ahead of those of an earlier window.
  const window = new LiveWindow(Math.floor(Date.now() / 1000));
  windows.set(stream, window);
  stream.subscribe(window, { from: 'kept', keepsAlive: false });
  return window;
}

/** The newest seconds of one camera, in memory. */
export class LiveWindow implements LiveListener {
  #run: RunInfo | null = null;
  /** Whole ones, oldest first. */
  #segments: LiveSegment[] = [];
  #open: LiveSegment | null = null;
  #nextSequence: number;
  #discontinuities = 0;
  #longestMs = 0;
  #waiting: Array<() => void> = [];
  #followsOn = false;

  /** @param firstSequence Greater than all numbers given out before, also by an earlier process. */
  constructor(firstSequence: number) {
    this.#nextSequence = firstSequence;
  }

  onRun(run: RunInfo): void {
    this.#finish();
    this.#run = run;
  }

  onGap(): void {
    this.#open = null;
    this.#followsOn = false;
  }

  onEnd(): void {}

  onFrames(frames: readonly LiveFrame[]): void {
    for (const frame of frames) this.#onFrame(frame);
  }

  #onFrame(frame: LiveFrame): void {
    if (!this.#run) return;
    const isKeyframe = frame.track === 'video' && frame.keyframe;
    if (isKeyframe && this.#open) this.#open.durationMs = this.#run.startMs + frame.dts / 90 - this.#open.startMs;
    if (isKeyframe && (this.#open?.durationMs ?? minSegmentMs) >= minSegmentMs) {
      this.#finish();
      this.#open = {
        sequence: this.#nextSequence,
        run: this.#run,
        startMs: this.#run.startMs + frame.dts / 90,
        durationMs: 0,
        sizeBytes: 0,
        discontinuity: false,
        frames: [],
        bytes: null,
      };
    }
    if (this.#open) this.#add(this.#open, frame);
  }

  /** What a playlist lists now, oldest first. */
  get listed(): readonly LiveSegment[] {
    const { length } = this.#segments;
    let first = Math.max(length - minListed, 0);
    let sumMs = this.#segments.slice(first).reduce((sum, { durationMs }) => sum + durationMs, 0);
    while (first > 0 && sumMs < listedMs) {
      first -= 1;
      sumMs += this.#segments[first]?.durationMs ?? 0;
    }
    return this.#segments.slice(first);
  }

  /** Value of EXT-X-DISCONTINUITY-SEQUENCE: discontinuities that left the playlist. */
  get discontinuitySequence(): number {
    return this.#discontinuities - this.listed.filter(({ discontinuity }) => discontinuity).length;
  }

  /** Longest segment so far; a playlist's target duration must never shrink. */
  get longestMs(): number {
    return this.#longestMs;
  }

  segment(sequence: number): LiveSegment | null {
    return this.#segments.find((segment) => segment.sequence === sequence) ?? null;
  }

  init(runId: string): Buffer | null {
    if (this.#run?.runId === runId) return this.#run.init;
    return this.#segments.find(({ run }) => run.runId === runId)?.run.init ?? null;
  }

  /** Resolves when there is a segment to list, or when `signal` aborts. */
  firstSegment(signal: AbortSignal): Promise<void> {
    return this.#until(() => this.#segments.length > 0, signal);
  }

  #add(segment: LiveSegment, frame: LiveFrame): void {
    segment.frames.push(frame);
    segment.sizeBytes += frame.data.length;
    if (segment.sizeBytes > maxSegmentBytes) this.#open = null;
  }

  async #until(known: () => boolean, signal: AbortSignal): Promise<void> {
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    while (!known() && !signal.aborted) {
      await Promise.race([aborted, new Promise<void>((resolve) => this.#waiting.push(resolve))]);
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #finish(): void {
    const segment = this.#open;
    this.#open = null;
    if (!segment || segment.frames.length === 0) return;
    const before = this.#segments.at(-1);
    segment.discontinuity = before !== undefined && (before.run !== segment.run || !this.#followsOn);
    this.#followsOn = true;
    segment.sequence = this.#nextSequence++;
    segment.bytes = writeFragment({
      sequence: segment.sequence,
      runStartMs: segment.run.startMs,
      frames: segment.frames,
    });
    segment.frames = [];
    if (segment.discontinuity) this.#discontinuities += 1;
    this.#longestMs = Math.max(this.#longestMs, segment.durationMs);
    this.#segments.push(segment);
    this.#segments = this.#segments.slice(-(this.listed.length + kept));
    this.#wake();
  }
}
