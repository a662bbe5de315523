import type { Chunk, RunInfo } from '../media/chunk.ts';

/** Consecutive chunks of one run from a keyframe on: one HLS media segment. */
export interface LiveSegment {
  /** Media sequence number: one more than the segment before, never reused. */
  sequence: number;
  run: RunInfo;
  startMs: number;
  durationMs: number;
  sizeBytes: number;
  /** The segment before belongs to another run. */
  discontinuity: boolean;
  chunks: Chunk[];
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

/** The newest seconds of one camera, in memory. */
export class LiveWindow {
  #run: RunInfo | null = null;
  /** Whole ones, oldest first. */
  #segments: LiveSegment[] = [];
  #open: LiveSegment | null = null;
  #nextSequence: number;
  #discontinuities = 0;
  #longestMs = 0;
  #waiting: Array<() => void> = [];
  #replayed = false;

  /** @param firstSequence Greater than all numbers given out before, also by an earlier process. */
  constructor(firstSequence: number) {
    this.#nextSequence = firstSequence;
  }

  onRun(run: RunInfo): void {
    this.#finish();
    this.#run = run;
  }

  onChunk(runId: string, chunk: Chunk): void {
    // Chunks are left out while the worker's channel is full; the next keyframe starts anew.
    if (this.#run?.runId !== runId) return;
    if (this.#open && !follows(this.#open, chunk)) this.#open = null;
    if (chunk.keyframe && (this.#open?.durationMs ?? minSegmentMs) >= minSegmentMs) {
      this.#finish();
      this.#open = {
        sequence: this.#nextSequence,
        run: this.#run,
        startMs: chunk.startMs,
        durationMs: 0,
        sizeBytes: 0,
        discontinuity: false,
        chunks: [],
      };
    }
    if (this.#open) this.#add(this.#open, chunk);
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

  /** From the newest keyframe to the newest chunk; null before the first keyframe. */
  get newestGop(): { run: RunInfo; chunks: Chunk[] } | null {
    const segment = this.#open ?? this.#segments.at(-1);
    if (!segment) return null;
    const keyframe = segment.chunks.findLastIndex((chunk) => chunk.keyframe);
    return { run: segment.run, chunks: segment.chunks.slice(keyframe) };
  }

  /** All that the worker had kept is here. */
  onReplayed(): void {
    this.#replayed = true;
    this.#wake();
  }

  /** Resolves when there is a segment to list, or when `signal` aborts. */
  firstSegment(signal: AbortSignal): Promise<void> {
    return this.#until(() => this.#segments.length > 0, signal);
  }

  /** Resolves when the newest picture is known, if there is one, or when `signal` aborts. */
  newestKnown(signal: AbortSignal): Promise<void> {
    return this.#until(() => this.#replayed, signal);
  }

  #add(segment: LiveSegment, chunk: Chunk): void {
    segment.chunks.push(chunk);
    segment.durationMs += chunk.duration / 90;
    segment.sizeBytes += chunk.sizeBytes;
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
    if (!segment || segment.chunks.length === 0) return;
    const before = this.#segments.at(-1);
    segment.discontinuity = before !== undefined && (before.run !== segment.run || !meets(before, segment));
    segment.sequence = this.#nextSequence++;
    if (segment.discontinuity) this.#discontinuities += 1;
    this.#longestMs = Math.max(this.#longestMs, segment.durationMs);
    this.#segments.push(segment);
    this.#segments = this.#segments.slice(-(this.listed.length + kept));
    this.#wake();
  }
}

const follows = ({ chunks }: LiveSegment, { sequence }: Chunk) => {
  const last = chunks.at(-1);
  return last === undefined || sequence === last.sequence + 1;
};

const meets = (a: LiveSegment, b: LiveSegment) => (a.chunks.at(-1)?.sequence ?? 0) + 1 === b.chunks[0]?.sequence;
