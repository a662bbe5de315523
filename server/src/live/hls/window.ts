import type { RunInfo } from '../../media/chunk.ts';
import type { LiveFrame } from '../../media/live-frame.ts';
import type { LiveListener } from '../stream.ts';
import { PartClock } from './part-clock.ts';
import { type HlsPart, type HlsSegment, OpenSegment } from './segment.ts';
import { SegmentShelf } from './shelf.ts';
import { type HlsTiming, minSegmentMs, roundingMs, TimingProbe } from './timing.ts';
import { WaitingRequests } from './waiting.ts';

export interface HlsWindowOptions {
  /** Media sequence number and discontinuity sequence number to begin with: greater than all given out before. */
  first: { sequence: number; discontinuity: number };
  /** UTC that is media time 0. */
  zeroMs: number;
}

type Told = { run: RunInfo } | { frames: readonly LiveFrame[] } | 'gap';

/** The newest seconds of one stream as segments and parts, in memory. It follows the stream from `begin` on. */
export class HlsWindow implements LiveListener {
  readonly #options: HlsWindowOptions;
  readonly #waiting = new WaitingRequests();
  readonly #probe = new TimingProbe();
  readonly #shelf: SegmentShelf;
  /** What was told before it was known how long segments are; null from then on. */
  #held: Told[] | null = [];
  #begun = false;
  #timing: HlsTiming | null = null;
  #partClock: PartClock | null = null;
  #run: RunInfo | null = null;
  #open: OpenSegment | null = null;
  #nextSequence: number;
  #fragments = 0;
  #followsOn = false;
  /** The last segment's pictures were too far apart for parts: the next one is made without. */
  #tooSparse = false;
  #ended = false;
  #version = 0;

  constructor(options: HlsWindowOptions) {
    this.#options = options;
    this.#nextSequence = options.first.sequence;
    this.#shelf = new SegmentShelf(options.first.discontinuity);
  }

  /** All that the stream kept was told. */
  begin(): void {
    this.#begun = true;
    this.#settle();
  }

  onRun(run: RunInfo): void {
    this.#told({ run });
  }

  onFrames(frames: readonly LiveFrame[]): void {
    this.#told({ frames });
  }

  onGap(): void {
    this.#told('gap');
  }

  onEnd(): void {
    this.#ended = true;
    this.#waiting.wake();
  }

  /** The stream is over; another window takes its place. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Null before the first segment. */
  get timing(): HlsTiming | null {
    return this.#timing;
  }

  /** What a playlist lists now, oldest first. */
  get listed(): readonly HlsSegment[] {
    return this.#shelf.listed;
  }

  /** The one that is growing. */
  get open(): OpenSegment | null {
    return this.#open;
  }

  /** UTC up to which there is media; 0 before the first segment. */
  get newestMs(): number {
    const last = this.listed.at(-1);
    return this.#open?.newestMs ?? (last ? last.startMs + last.durationMs : 0);
  }

  /** Value of EXT-X-DISCONTINUITY-SEQUENCE: discontinuities that left the playlist. */
  get discontinuitySequence(): number {
    return this.#shelf.discontinuitySequence;
  }

  /** Changes when a playlist does. */
  get version(): number {
    return this.#version;
  }

  /** Greater than all numbers given out. */
  get next(): HlsWindowOptions['first'] {
    return { sequence: this.#nextSequence, discontinuity: this.#shelf.nextDiscontinuity };
  }

  segment(sequence: number): HlsSegment | null {
    return this.#shelf.find(sequence);
  }

  part(sequence: number, index: number): HlsPart | null {
    const segment = this.#open?.sequence === sequence ? this.#open : this.segment(sequence);
    return segment?.parts[index] ?? null;
  }

  init(runId: string): Buffer | null {
    return this.#run?.runId === runId ? this.#run.init : this.#shelf.init(runId);
  }

  /** Resolves with whether it is so, when it is, the stream is over, patience is or `signal` aborts. */
  async until(isSo: () => boolean, patienceMs: number, signal?: AbortSignal): Promise<boolean> {
    await this.#waiting.until(() => this.#ended || isSo(), patienceMs, signal);
    return isSo();
  }

  #told(told: Told): void {
    if (this.#held) {
      this.#held.push(told);
      this.#look(told);
      this.#settle();
      return;
    }
    if (this.#take(told)) this.#changed();
  }

  #look(told: Told): void {
    if (told === 'gap' || 'run' in told) this.#probe.break();
    else for (const frame of told.frames) this.#probe.onFrame(frame);
  }

  /** Begins for good once it is known how long segments and parts are. */
  #settle(): void {
    const { timing } = this.#probe;
    if (!this.#begun || !timing || !this.#held) return;
    this.#timing = timing;
    if (timing.partTargetMs !== null) this.#partClock = new PartClock(timing.partTargetMs);
    const held = this.#held;
    this.#held = null;
    for (const told of held) this.#take(told);
    this.#changed();
  }

  /** @returns whether playlists change by it. */
  #take(told: Told): boolean {
    if (told === 'gap' || 'run' in told) {
      const changes = this.#finish(null);
      if (told !== 'gap') this.#run = told.run;
      return changes;
    }
    let changes = false;
    for (const frame of told.frames) {
      if (frame.track === 'audio') this.#open?.addSound(frame);
      else if (this.#onPicture(frame)) changes = true;
    }
    return changes;
  }

  #onPicture(frame: LiveFrame): boolean {
    const open = this.#open;
    if (!open || !this.#timing) return this.#beginAt(frame);
    const maxMs = this.#timing.targetDurationS * 1000 + roundingMs;
    const lengthMs = open.lengthMs(frame);
    // Longer than a segment may last: as if frames were missing.
    const stoodStill = lengthMs > maxMs;
    const isWhole = frame.keyframe && (lengthMs >= minSegmentMs || !open.independent);
    if (!stoodStill && !isWhole && lengthMs + open.stepMs(frame) <= maxMs) return open.addPicture(frame);
    this.#finish(stoodStill ? null : frame);
    this.#beginAt(frame);
    return true;
  }

  /** @returns false while a keyframe is waited for. */
  #beginAt(first: LiveFrame): boolean {
    if (!this.#run || (!first.keyframe && !this.#followsOn)) return false;
    this.#open = new OpenSegment({
      sequence: this.#nextSequence++,
      run: this.#run,
      discontinuity: !this.#followsOn && !this.#shelf.isEmpty,
      zeroMs: this.#options.zeroMs,
      first,
      partClock: this.#tooSparse ? null : this.#partClock,
      nextFragment: () => ++this.#fragments,
    });
    this.#followsOn = true;
    return true;
  }

  /** @param next The picture that follows on; null when none does. */
  #finish(next: LiveFrame | null): boolean {
    const open = this.#open;
    this.#open = null;
    this.#followsOn = next !== null;
    if (!open || !this.#timing) return false;
    const { targetDurationS, partTargetMs } = this.#timing;
    const segment = open.finish(next);
    this.#tooSparse = segment.durationMs / open.pictures > (partTargetMs ?? 0);
    this.#shelf.add(segment, targetDurationS);
    return true;
  }

  #changed(): void {
    this.#version += 1;
    this.#waiting.wake();
  }
}
