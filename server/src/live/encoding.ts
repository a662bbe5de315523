import { randomUUID } from 'node:crypto';
import type { VideoConfig } from '../media/access-unit.ts';
import type { RunInfo } from '../media/chunk.ts';
import { codecStringOf, initSegment, reorderDepth } from '../media/fmp4/index.ts';
import { type EncodedPicture, type EncoderJob, LiveEncoder } from '../media/live-encoder/index.ts';
import type { LiveFrame } from '../media/live-frame.ts';
import type { Logger } from '../shared/logger.ts';
import { encodedSize } from './encoded-size.ts';
import { type LiveListener, LiveStream } from './stream.ts';

interface EncodingOptions {
  source: LiveStream;
  /** H.264 encoder element. */
  encoder: string;
  /** Monotonic milliseconds. */
  now: () => number;
  log: Logger;
  /** Nothing more comes: the source ended, or it cannot be encoded. */
  onEnded(): void;
}

/** A process that died is not started again at once, and not for ever. */
const restartAfterMs = 1_000;
const maxFailures = 3;
/** Sound that waits for pictures which the encoder has not given out yet. */
const maxHeldSound = 300;

/**
 * A live stream in H.264 without B-frames, whatever its source is: encoded in a process of its own, or, when the
 * source has become such a stream meanwhile, as it is. Times are the source's; sound passes untouched.
 */
export class Encoding implements LiveListener {
  readonly stream: LiveStream;
  readonly #options: EncodingOptions;
  readonly #unsubscribe: () => void;
  #process: LiveEncoder | null = null;
  #job: EncoderJob | null = null;
  /** The source's. */
  #run: RunInfo | null = null;
  #isFirstRun = true;
  #passes = false;
  /** What is given out now. */
  #encodedRun: RunInfo | null = null;
  #messages = 0;
  #pictureTicks = 0;
  #lastTime = Number.NEGATIVE_INFINITY;
  #sound: LiveFrame[] = [];
  #failures = 0;
  #retryAtMs = 0;
  #ended = false;

  constructor(options: EncodingOptions) {
    const { source, now } = options;
    this.#options = options;
    this.stream = new LiveStream(`${source.id}+h264`, now);
    this.stream.onReplayed();
    this.#unsubscribe = source.subscribe(this, { from: 'newest-keyframe' });
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  onRun(run: RunInfo): void {
    this.#run = run;
    this.#passes = !this.#isFirstRun && run.video.codec === 'h264' && reorderDepth(run.video) === 0;
    this.#isFirstRun = false;
    this.#stopJob();
    if (!this.#passes) return;
    this.#stopProcess();
    this.#give(run);
  }

  onFrames(frames: readonly LiveFrame[]): void {
    if (this.#passes) {
      this.#giveFrames(frames);
      return;
    }
    const pictures = frames.filter(({ track }) => track === 'video');
    this.#sound.push(...frames.filter(({ track }) => track === 'audio'));
    this.#sound.splice(0, this.#sound.length - maxHeldSound);
    if (!this.#job) this.#begin(pictures);
    else if (pictures.length > 0) this.#job.push(pictures);
  }

  onGap(): void {
    // The next picture is a keyframe: encoded pictures go on after a pause.
    if (this.#passes) this.stream.onLost();
  }

  onEnd(): void {
    this.end();
  }

  /** Idempotent. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#unsubscribe();
    this.#stopProcess();
    this.stream.end();
    this.#options.onEnded();
  }

  #begin(pictures: readonly LiveFrame[]): void {
    const from = pictures.findIndex(({ keyframe }) => keyframe);
    if (from < 0 || !this.#run || this.#options.now() < this.#retryAtMs) return;
    const { encoder } = this.#options;
    const { video } = this.#run;
    this.#process ??= this.#startProcess();
    this.#job = this.#process.encodePictures(
      { video, encoder, ...encodedSize(video) },
      {
        onPictures: (encoded, config) => this.#onPictures(encoded, config),
        onFailed: (reason) => this.#onFailed(reason),
      },
    );
    this.#job.push(pictures.slice(from));
  }

  #onPictures(pictures: readonly EncodedPicture[], config: VideoConfig | null): void {
    this.#failures = 0;
    if (config) this.#giveConfig(config);
    const frames = pictures.map(({ time, keyframe, data }): LiveFrame => {
      if (time > this.#lastTime && Number.isFinite(this.#lastTime)) this.#pictureTicks = time - this.#lastTime;
      this.#lastTime = time;
      return { track: 'video', dts: time, pts: time, duration: this.#pictureTicks || 3_600, keyframe, data };
    });
    this.#giveFrames([...frames, ...this.#soundUntil(this.#lastTime)]);
  }

  #giveConfig(video: VideoConfig): void {
    const source = this.#run;
    if (!source) return;
    const { audio } = source;
    const codecStrings = [codecStringOf('h264', video.codecData), ...source.codecStrings.slice(1)];
    this.#give({ ...source, runId: randomUUID(), video, codecStrings, init: initSegment(video, audio) });
  }

  #give(run: RunInfo): void {
    this.#encodedRun = run;
    this.#messages = 0;
    this.#lastTime = Number.NEGATIVE_INFINITY;
    this.stream.onRun(run);
  }

  #giveFrames(frames: readonly LiveFrame[]): void {
    if (!this.#encodedRun || frames.length === 0) return;
    this.#messages += 1;
    this.stream.onFrames(this.#encodedRun.runId, this.#messages, frames);
  }

  /** Sound comes before the pictures that it belongs to, since these take longer. */
  #soundUntil(ticks: number): LiveFrame[] {
    const endS = ticks / 90_000;
    const rate = this.#run?.audio?.sampleRate ?? 1;
    const later = this.#sound.findIndex(({ dts }) => dts / rate > endS);
    return this.#sound.splice(0, later < 0 ? this.#sound.length : later);
  }

  #startProcess(): LiveEncoder {
    const log = this.#options.log.child({ part: 'live-encoder', streamId: this.#options.source.id });
    const encoder = new LiveEncoder({
      onExit: (reason) => {
        if (this.#process === encoder) this.#process = null;
        log.warn({ reason }, 'the encoder of a live stream died; it is started again for its viewers');
      },
      onOutput: (line) => log.debug({}, line),
    });
    return encoder;
  }

  #onFailed(reason: string): void {
    const { log, source, now } = this.#options;
    this.#job = null;
    this.#failures += 1;
    this.#retryAtMs = now() + restartAfterMs;
    this.#encodedRun = null;
    this.stream.onLost();
    log.warn({ part: 'live-encoder', streamId: source.id, reason }, 'a live stream cannot be encoded further');
    if (this.#failures >= maxFailures) this.end();
  }

  #stopJob(): void {
    this.#job?.end();
    this.#job = null;
    this.#encodedRun = null;
    this.#sound = [];
  }

  #stopProcess(): void {
    this.#stopJob();
    this.#process?.close();
    this.#process = null;
  }
}
