import { once } from 'node:events';
import type { MediaInfo, Overlay } from '@nightjar/contract';
import type { Clock } from '../../shared/clock.ts';
import { NvrError } from '../../shared/errors.ts';
import { Ticker } from '../../shared/ticker.ts';
import { type GstErrorFields, Pipeline } from '../gst/index.ts';
import type { StreamSettings } from '../protocol.ts';
import { canBeAsked, type Feed, type OpenSource, openSource, type SourceMemory } from '../source/index.ts';
import { quoted } from '../source/quoted.ts';
import type { OfferedMedia, TrackPlan } from '../source/track-plan.ts';
import { Assembler, type MediaConsumer } from './assembler.ts';
import type { Connection } from './connection.ts';
import { asNvrError, pipelineFailure, troubleError } from './failures.ts';
import { Figures } from './figures.ts';
import { overlayProperties } from './overlay.ts';
import { type PacketCounts, packetCounts } from './packet-counts.ts';
import { Tracks } from './tracks.ts';
import { type Trouble, Watchdog } from './watchdog.ts';

export interface StreamOptions {
  settings: StreamSettings;
  connection: Connection;
  clock: Clock;
  /** H.264 encoder element for what has to be encoded; null when there is none, or none was looked for. */
  encoder: string | null;
  /** Folders that files may be played from. */
  mediaDirs?: readonly string[];
  learnedDepths: Map<string, number>;
  /** Shared over reconnects, as `learnedDepths` is. */
  memory?: SourceMemory;
  consumer: MediaConsumer;
  /** For the first frame, from the start of streaming. */
  firstFrameWithinMs?: number;
  /** Frames stay away or cannot begin a recording; the stream goes on for so long, in the hope of better ones. */
  onTrouble?(error: NvrError, patienceMs: number): void;
  log(level: 'debug' | 'warn', message: string): void;
}

/** Live pictures are late by half of it on average. Polled each 20 or each 5 ms, 8 cameras took the same 0.13 cores. */
const pollEveryMs = 10;
const checkEveryMs = 1_000;
const aYearMs = 365 * 86_400_000;
const ticker = new Ticker(pollEveryMs);

/** A stream that is played: what is polled, and what it feeds. */
interface Parts {
  tracks: Tracks;
  assembler: Assembler;
  watchdog: Watchdog;
}

/** What is called when frames come, each once. */
interface Beginning {
  onFrames(): void;
  /** With the first that can begin a recording. */
  onFirstFrame(): void;
}

/**
 * One connection to a source: connects, builds the pipeline, and hands over media until it breaks.
 * A stream is used once; every reconnect makes a new one, since a pipeline's delayed links work only once.
 */
export class Stream {
  readonly figures = new Figures();
  readonly #options: StreamOptions;
  #source: OpenSource | null = null;
  #pipeline: Pipeline | null = null;
  #plan: TrackPlan | null = null;
  #soundCame = false;
  #toldOf: Trouble['kind'] | null = null;

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  /**
   * Rejects with an NvrError when the stream breaks; resolves after `signal` aborted and all media was handed over.
   * `onFirstFrame` is called with the first that can begin a recording.
   */
  async run(signal: AbortSignal, onFirstFrame: () => void): Promise<void> {
    const { settings, connection, encoder, mediaDirs = [], memory = { lastSegment: null } } = this.#options;
    const source = await openSource({ settings, connection, encoder, mediaDirs, memory, signal });
    this.#source = source;
    let hadFrames = false;
    let hadFirst = false;
    const beginning: Beginning = {
      onFrames() {
        hadFrames = true;
        source.onFrames?.();
      },
      onFirstFrame() {
        if (!hadFirst) onFirstFrame();
        hadFirst = true;
      },
    };
    try {
      for (let feed = await source.next(); feed; feed = await source.next()) {
        if (signal.aborted) return;
        await this.#stream(source, feed, signal, beginning);
        if (signal.aborted) return;
      }
      await this.#untilWantedAgain(signal);
    } catch (error) {
      const failure = asNvrError(error);
      throw hadFrames || !source.explain || signal.aborted ? failure : await source.explain(failure);
    } finally {
      source.release();
    }
  }

  async #stream(source: OpenSource, feed: Feed, signal: AbortSignal, beginning: Beginning): Promise<void> {
    const { video } = this.#options.settings;
    this.#plan = feed.plan;
    const pipeline = new Pipeline(feed.text);
    this.#pipeline = pipeline;
    const feeding = new AbortController();
    try {
      feed.prepare(pipeline);
      if (pipeline.hasElement('overlay')) this.setOverlay(video.mode === 'encode' ? video.overlay : null);
      const fed = feed.run?.(pipeline, AbortSignal.any([signal, feeding.signal])) ?? Promise.resolve();
      await Promise.all([this.#play(source, feed, signal, beginning).finally(() => feeding.abort()), fed]);
    } finally {
      feeding.abort();
      this.#pipeline = null;
      await pipeline.close();
    }
  }

  /** A file was played to its end, once: there is nothing more to do, and nothing wrong. */
  async #untilWantedAgain(signal: AbortSignal): Promise<void> {
    const ended = new NvrError(
      'source_finished',
      'The file has been played to its end. It is played again when the recorder is restarted; with ?loop, again and again.',
    );
    this.#options.onTrouble?.(ended, aYearMs);
    if (!signal.aborted) await once(signal, 'abort');
  }

  /** Applies to the next frame; only for an encoding stream. */
  setOverlay(overlay: Overlay | null): void {
    if (!this.#pipeline?.hasElement('overlay')) return;
    for (const [property, value] of Object.entries(overlayProperties(overlay))) {
      this.#pipeline.set('overlay', property, typeof value === 'string' ? quoted(value) : value);
    }
  }

  /** What is received; `run` must have been told of by the consumer already. */
  mediaInfo(run: Parameters<MediaConsumer['onRun']>[0]): MediaInfo {
    const [videoCodecString = '', audioCodecString = ''] = run.codecStrings;
    const { offered, audio, audioNote, encoder } = this.#plan ?? {};
    return {
      ...this.received,
      video: {
        codec: run.video.codec,
        codecString: videoCodecString,
        width: run.video.width,
        height: run.video.height,
        fps: this.figures.fps ?? offered?.video.fps ?? null,
        encoder: encoder ?? null,
        ...(offered?.video.sourceCodec && { sourceCodec: offered.video.sourceCodec }),
      },
      audio: run.audio && {
        codec: 'aac',
        codecString: audioCodecString,
        sourceCodec: audio?.sourceCodec ?? 'aac',
        sampleRate: run.audio.sampleRate,
        channels: run.audio.channels,
      },
      audioNote: audioNote ?? null,
    };
  }

  /** How it comes, once it is connected. */
  get received(): Pick<MediaInfo, 'transport' | 'certificateTrusted'> {
    const { receivedOver, certificateTrusted } = this.#source ?? { receivedOver: 'tcp', certificateTrusted: null };
    return { transport: receivedOver, ...(certificateTrusted !== null && { certificateTrusted }) };
  }

  /** Null before it has said what it has. */
  get offered(): OfferedMedia | null {
    return this.#plan?.offered ?? null;
  }

  /** It was there, or is of a kind that cannot be asked: another way to connect, or to ask, tells no more. */
  get answered(): boolean {
    return this.#source !== null || !canBeAsked(this.#options.settings.source.url);
  }

  /** The camera's own audio codec; null when no sound is taken. */
  get audioCodec(): string | null {
    return this.#plan?.audio?.sourceCodec ?? null;
  }

  /** Since the connection began. Takes some 20 µs. */
  packets(): PacketCounts {
    return packetCounts(this.#pipeline?.getStructures('rtpjitterbuffer', 'stats') ?? []);
  }

  /** Until the signal aborts, or all has been played; throws when the stream breaks. */
  async #play(source: OpenSource, feed: Feed, signal: AbortSignal, beginning: Beginning): Promise<void> {
    const { clock, settings, learnedDepths, consumer, firstFrameWithinMs } = this.#options;
    const { plan } = feed;
    const pipeline = this.#pipeline;
    if (!pipeline) return;
    const runningTimeNs = () => pipeline.clockTimeNs() ?? 0;
    const tracks = new Tracks({ pipeline, clock, plan, paceBy: source.isPaced ? runningTimeNs : null });
    const assembler = new Assembler({
      cameraId: settings.cameraId,
      clock,
      runningTimeNs,
      // Both are known when frames come, but not before with every source.
      get expectsAudio() {
        return plan.audio !== null;
      },
      get audioDelaySamples() {
        return plan.audio?.delaySamples ?? 0;
      },
      audioShiftNs: () => tracks.soundShiftNs(),
      learnedDepths,
      consumer,
    });
    const watchdog = new Watchdog(clock.monotonicMs(), firstFrameWithinMs, source.stalledAfterMs);
    const parts = { tracks, assembler, watchdog };
    const pull = this.#puller(parts, beginning);
    try {
      if ((await pipeline.setState('playing')) === 'failure') {
        throw plan.failure ?? this.#busNews(pipeline, feed, false).failure ?? failedToStart();
      }
      await this.#untilBroken(pipeline, feed, parts, pull, signal);
    } finally {
      pull();
      assembler.end();
    }
  }

  /** What takes all that has come from the pipeline. */
  #puller({ tracks, assembler, watchdog }: Parts, { onFrames, onFirstFrame }: Beginning): () => void {
    const { clock } = this.#options;
    let hadKeyframe = false;
    return () => {
      tracks.find();
      for (let sample = tracks.sound(); sample; sample = tracks.sound()) {
        this.#soundCame = true;
        assembler.audio(sample);
      }
      for (let sample = tracks.picture(); sample; sample = tracks.picture()) {
        if (!watchdog.started) onFrames();
        watchdog.feed(clock.monotonicMs());
        this.figures.take(sample, clock.nowMs());
        assembler.video(sample);
        if (hadKeyframe || assembler.waitsForKeyframe) continue;
        hadKeyframe = true;
        onFirstFrame();
      }
    };
  }

  /** Polls until the signal aborts or the stream has ended; throws when it breaks. */
  async #untilBroken(
    pipeline: Pipeline,
    feed: Feed,
    { tracks, assembler, watchdog }: Parts,
    pull: () => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, settings } = this.#options;
    const ended = new AbortController();
    let nextCheckMs = clock.monotonicMs() + checkEveryMs;
    let nextKeyframeMs = 0;
    let hasEnded = false;
    const step = () => {
      pull();
      const news = this.#busNews(pipeline, feed, watchdog.started);
      // Where a track has no branch, the pipeline says only that there is none.
      const failure = feed.plan.failure ?? (news.failure && (feed.plan.unsupported ?? news.failure));
      if (failure) throw failure;
      hasEnded ||= news.ended;
      if (hasEnded) {
        if (!tracks.waits) ended.abort();
        return;
      }
      const nowMs = clock.monotonicMs();
      if (feed.plan.encoder !== null && tracks.hasPicture && nowMs >= nextKeyframeMs) {
        nextKeyframeMs = Math.max(nextKeyframeMs, nowMs - pollEveryMs) + settings.video.keyframeSeconds * 1000;
        pipeline.forceKeyUnit('video');
      }
      if (nowMs < nextCheckMs) return;
      nextCheckMs = nowMs + checkEveryMs;
      this.figures.mark(nowMs);
      if (assembler.check()) this.#options.log('warn', 'the system clock was set; a new run begins');
      if (feed.plan.unsupported) throw feed.plan.unsupported;
      const { waitsForKeyframe } = assembler;
      const packetsCame = () => tracks.packetsCame();
      const trouble = watchdog.look(nowMs, { packetsCame, soundCame: this.#soundCame, waitsForKeyframe });
      if (trouble?.patienceMs === 0) throw troubleError(trouble);
      if (trouble) this.#tellOnce(trouble);
    };
    await ticker.run(step, AbortSignal.any([signal, ended.signal]));
    if (!signal.aborted && !watchdog.started && feed.plan.unsupported) throw feed.plan.unsupported;
    if (!signal.aborted && feed.run && !watchdog.started) throw withoutPicture();
  }

  #tellOnce(trouble: Trouble): void {
    if (this.#toldOf === trouble.kind) return;
    this.#toldOf = trouble.kind;
    this.#options.onTrouble?.(troubleError(trouble), trouble.patienceMs);
  }

  #busNews(pipeline: Pipeline, feed: Feed, hadFrames: boolean): { failure: NvrError | null; ended: boolean } {
    const failureOf = (message: GstErrorFields) => feed.failure?.(message) ?? pipelineFailure(message);
    for (let message = pipeline.pollBus(); message; message = pipeline.pollBus()) {
      if (message.type === 'error') return { failure: failureOf(message), ended: false };
      if (message.type === 'eos') return { failure: null, ended: true };
      if (message.type !== 'warning') continue;
      // A server that closes before any track has data shows as a warning only (GStreamer 1.22).
      if (!hadFrames && message.element === 'src') return { failure: failureOf(message), ended: false };
      this.#options.log('debug', `${message.element}: ${message.message} ${message.debug}`);
    }
    return { failure: null, ended: false };
  }
}

const failedToStart = () => new NvrError('pipeline_failed', 'The stream cannot be started; the log says why.');
const withoutPicture = () => new NvrError('camera_no_video', 'The source has come to its end without a picture.');
