import type { Chunk, RunInfo } from '../media/chunk.ts';
import { samplesOf } from '../media/fmp4/index.ts';
import type { LiveFrame } from '../media/live-frame.ts';

/** What follows a live stream. Called in order, from within `subscribe` on; it must not take long. */
export interface LiveListener {
  /** What the next frames belong to; they begin with a keyframe. */
  onRun(run: RunInfo): void;
  /** In decoding order, pictures and sound as they came; never empty. */
  onFrames(frames: readonly LiveFrame[]): void;
  /** Frames were left out; the next begin with a keyframe of the same run. */
  onGap(): void;
  /** The camera or its substream is gone for good. */
  onEnd(): void;
}

/** From a keyframe to the next, with the sound that came meanwhile. */
export interface LiveGop {
  run: RunInfo;
  frames: LiveFrame[];
  /** The GOP before is another run's, or frames between the two are missing. */
  afterGap: boolean;
}

interface KeptGop extends LiveGop {
  /** UTC, Unix milliseconds. */
  startMs: number;
  sizeBytes: number;
}

const keptMs = 8_000;
const minGops = 3;
/** Whatever the bit rate and the distance of keyframes; what is longer is left out, up to the next keyframe. */
const maxBytes = 48 * 1024 * 1024;

/** A camera's live media in memory: frames within milliseconds of their arrival, and the newest seconds. */
export class LiveStream {
  readonly id: string;
  readonly #now: () => number;
  readonly #listeners = new Map<LiveListener, { keepsAlive: boolean }>();
  #gops: KeptGop[] = [];
  #keptBytes = 0;
  #run: RunInfo | null = null;
  #followsOn = false;
  #replayed = false;
  #waiting: Array<() => void> = [];
  #usedAtMs: number;
  /** Decode time up to which frames of the run are known, by track. */
  #end = { video: Number.NEGATIVE_INFINITY, audio: Number.NEGATIVE_INFINITY };
  #nextMessage = 0;

  /** @param now Monotonic milliseconds. */
  constructor(id: string, now: () => number) {
    this.id = id;
    this.#now = now;
    this.#usedAtMs = now();
  }

  /** The newest one; null before the first. */
  get run(): RunInfo | null {
    return this.#run;
  }

  /** What is kept, oldest first. The last one is still growing. */
  get gops(): readonly LiveGop[] {
    return this.#gops;
  }

  /** Milliseconds without a viewer; 0 while there is one. */
  get unusedMs(): number {
    const isHeld = [...this.#listeners.values()].some(({ keepsAlive }) => keepsAlive);
    return isHeld ? 0 : this.#now() - this.#usedAtMs;
  }

  /** For viewers who come back with a request each time. */
  touch(): void {
    this.#usedAtMs = this.#now();
  }

  /**
   * Tells the listener of what is kept (`from: kept`), or of the newest keyframe and what follows it, at once; then of
   * all that comes.
   *
   * @param keepsAlive The stream goes on at least as long as this listener.
   * @returns ends it.
   */
  subscribe(
    listener: LiveListener,
    { from, keepsAlive = true }: { from: 'kept' | 'newest-keyframe'; keepsAlive?: boolean },
  ): () => void {
    const past = from === 'kept' ? this.#gops : this.#gops.slice(-1);
    let run: RunInfo | null = null;
    for (const gop of past) {
      if (gop.run !== run) listener.onRun(gop.run);
      else if (gop.afterGap) listener.onGap();
      run = gop.run;
      listener.onFrames([...gop.frames]);
    }
    if (this.#run && this.#run !== run) listener.onRun(this.#run);
    else if (run && !this.#followsOn) listener.onGap();
    this.#listeners.set(listener, { keepsAlive });
    return () => {
      this.#listeners.delete(listener);
      if (keepsAlive) this.touch();
    };
  }

  /** Resolves when there is a picture to begin with; false when `signal` aborts before. */
  async ready(signal: AbortSignal): Promise<boolean> {
    await this.#until(() => this.#replayed && this.#gops.length > 0, signal);
    return this.#gops.length > 0;
  }

  /** Resolves when the newest picture is known, if there is one, or when `signal` aborts. */
  newestKnown(signal: AbortSignal): Promise<void> {
    return this.#until(() => this.#replayed, signal);
  }

  onRun(run: RunInfo): void {
    this.#run = run;
    this.#followsOn = false;
    this.#end = { video: Number.NEGATIVE_INFINITY, audio: Number.NEGATIVE_INFINITY };
    this.#nextMessage = 0;
    for (const listener of this.#listeners.keys()) listener.onRun(run);
  }

  /** A chunk of before. */
  onChunk(runId: string, chunk: Chunk): void {
    if (this.#run?.runId === runId) this.#add(this.#run, samplesOf(chunk.bytes));
  }

  /** @param message Counts the run's messages; a number that is missing tells that frames are. */
  onFrames(runId: string, message: number, frames: readonly LiveFrame[]): void {
    if (this.#run?.runId !== runId) return;
    if (this.#nextMessage !== 0 && message !== this.#nextMessage) this.#gap();
    this.#nextMessage = message + 1;
    this.#add(this.#run, frames);
  }

  /** All that was kept before is here. */
  onReplayed(): void {
    this.#replayed = true;
    this.#wake();
  }

  /** Nothing more comes. */
  end(): void {
    for (const listener of [...this.#listeners.keys()]) listener.onEnd();
    this.#listeners.clear();
  }

  /** The worker is gone; what it sends next begins anew. */
  onLost(): void {
    this.#gap();
  }

  #add(run: RunInfo, frames: readonly LiveFrame[]): void {
    const taken = frames.filter((frame) => this.#take(run, frame));
    if (taken.length === 0) return;
    for (const listener of this.#listeners.keys()) listener.onFrames(taken);
    if (this.#replayed) this.#wake();
  }

  #take(run: RunInfo, frame: LiveFrame): boolean {
    // What was replayed comes a second time, and sound differs by some ticks then.
    if (frame.dts + (frame.track === 'audio' ? frame.duration / 2 : 0) < this.#end[frame.track]) return false;
    if (frame.track === 'video' && frame.keyframe) {
      const startMs = run.startMs + frame.dts / 90;
      this.#gops.push({ run, frames: [], startMs, afterGap: !this.#followsOn, sizeBytes: 0 });
      this.#followsOn = true;
      this.#trim();
    }
    const gop = this.#gops.at(-1);
    if (!this.#followsOn || !gop) return false;
    this.#end[frame.track] = frame.dts + (frame.track === 'audio' ? frame.duration : 1);
    gop.frames.push(frame);
    gop.sizeBytes += frame.data.length;
    this.#keptBytes += frame.data.length;
    while (this.#keptBytes > maxBytes && this.#gops.length > 1) this.#forgetOldest();
    if (gop.sizeBytes <= maxBytes) return true;
    this.#forgetOldest();
    this.#gap();
    return false;
  }

  #gap(): void {
    if (!this.#followsOn) return;
    this.#followsOn = false;
    for (const listener of this.#listeners.keys()) listener.onGap();
  }

  #trim(): void {
    const newestMs = this.#gops.at(-1)?.startMs ?? 0;
    for (let next = this.#gops[1]; next; next = this.#gops[1]) {
      if (newestMs - next.startMs < keptMs || this.#gops.length <= minGops) return;
      this.#forgetOldest();
    }
  }

  #forgetOldest(): void {
    this.#keptBytes -= this.#gops.shift()?.sizeBytes ?? 0;
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
}
