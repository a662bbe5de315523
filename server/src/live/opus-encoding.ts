import type { AudioConfig } from '../media/access-unit.ts';
import type { RunInfo } from '../media/chunk.ts';
import { type EncoderJob, LiveEncoder, type OpusFrame, type SoundListener } from '../media/live-encoder/index.ts';
import type { LiveFrame } from '../media/live-frame.ts';
import type { Logger } from '../shared/logger.ts';
import type { OpusFeed, OpusListener } from './opus-feed.ts';
import type { LiveListener, LiveStream } from './stream.ts';

/** The process ends so long after its last job. */
const idleMs = 10_000;
const restartAfterMs = 1_000;

/** The process that encodes the sound of all streams; there only while it is needed. */
export class SoundEncoder {
  readonly #log: Logger;
  #process: LiveEncoder | null = null;
  #idle: NodeJS.Timeout | null = null;

  constructor({ log }: { log: Logger }) {
    this.#log = log.child({ part: 'live-encoder' });
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  encode(audio: AudioConfig, listener: SoundListener): EncoderJob {
    if (this.#idle) clearTimeout(this.#idle);
    this.#process ??= this.#start();
    const job = this.#process.encodeSound(audio, listener);
    return {
      push: (frames) => job.push(frames),
      end: () => {
        job.end();
        if (this.#process?.jobs === 0) this.#closeSoon();
      },
    };
  }

  close(): void {
    if (this.#idle) clearTimeout(this.#idle);
    this.#process?.close();
    this.#process = null;
  }

  #start(): LiveEncoder {
    return new LiveEncoder({
      onExit: (reason) => {
        this.#process = null;
        this.#log.warn({ reason }, 'the encoder of live sound died; it is started again for its listeners');
      },
      onOutput: (line) => this.#log.debug({}, line),
    });
  }

  #closeSoon(): void {
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (this.#process?.jobs === 0) this.close();
    }, idleMs).unref();
  }
}

/** One stream's sound as Opus, encoded once for all who listen. */
export class OpusEncoding implements OpusFeed, LiveListener {
  readonly #source: LiveStream;
  readonly #encoder: SoundEncoder;
  readonly #listeners = new Set<OpusListener>();
  #unsubscribe: (() => void) | null = null;
  #run: RunInfo | null = null;
  #job: EncoderJob | null = null;
  #takesFrames = false;
  #retryAtMs = 0;

  constructor(source: LiveStream, encoder: SoundEncoder) {
    this.#source = source;
    this.#encoder = encoder;
  }

  subscribe(listener: OpusListener): () => void {
    this.#listeners.add(listener);
    if (!this.#unsubscribe) this.#begin();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#end();
    };
  }

  onRun(run: RunInfo): void {
    this.#endJob();
    this.#run = run;
  }

  onFrames(frames: readonly LiveFrame[]): void {
    if (!this.#takesFrames) return;
    const sound = frames.filter(({ track }) => track === 'audio');
    if (sound.length === 0) return;
    this.#job ??= this.#startJob();
    this.#job?.push(sound);
  }

  onGap(): void {
    // Packets' times leap, and players know what to do.
  }

  onEnd(): void {
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    this.#end();
    for (const listener of listeners) listener.onEnd();
  }

  #begin(): void {
    this.#takesFrames = false;
    this.#unsubscribe = this.#source.subscribe(this, { from: 'newest-keyframe' });
    // What is told of within `subscribe` is past.
    this.#takesFrames = true;
  }

  #end(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.#endJob();
  }

  #startJob(): EncoderJob | null {
    const run = this.#run;
    if (!run?.audio || performance.now() < this.#retryAtMs) return null;
    return this.#encoder.encode(run.audio, {
      onPackets: (packets) => this.#give(run, packets),
      onFailed: () => {
        this.#job = null;
        this.#retryAtMs = performance.now() + restartAfterMs;
      },
    });
  }

  #give({ startMs }: RunInfo, packets: readonly OpusFrame[]): void {
    for (const { timeMs, durationMs, data } of packets) {
      for (const listener of this.#listeners) listener.onPacket({ startMs: startMs + timeMs, durationMs, data });
    }
  }

  #endJob(): void {
    this.#job?.end();
    this.#job = null;
  }
}
