import type { MediaInfo, Overlay } from '@nightjar/contract';
import type { Clock } from '../../shared/clock.ts';
import { NvrError } from '../../shared/errors.ts';
import { Ticker } from '../../shared/ticker.ts';
import { elementExists, Pipeline, type Sample } from '../gst/index.ts';
import type { StreamSettings } from '../protocol.ts';
import type { Credentials } from '../rtsp/authentication.ts';
import { type Description, describe } from '../rtsp/describe.ts';
import { type OfferedTracks, offeredTracks } from '../rtsp/session-description.ts';
import { Assembler, type MediaConsumer } from './assembler.ts';
import { type AudioPlan, planAudio } from './audio.ts';
import { ClockOffset } from './clock-offset.ts';
import type { Connection } from './connection.ts';
import { pipelineText } from './description.ts';
import { pipelineFailure, troubleError } from './failures.ts';
import { Meter } from './meter.ts';
import { NewestPackets } from './newest-packets.ts';
import { overlayProperties } from './overlay.ts';
import { type PacketCounts, packetCounts } from './packet-counts.ts';
import { type Trouble, Watchdog } from './watchdog.ts';

export interface StreamOptions {
  settings: StreamSettings;
  connection: Connection;
  clock: Clock;
  /** H.264 encoder element for `video.mode: encode`; null when the machine has none. */
  encoder: string | null;
  learnedDepths: Map<string, number>;
  consumer: MediaConsumer;
  /** For the first frame, from the start of streaming. */
  firstFrameWithinMs?: number;
  /** Frames stay away or cannot begin a recording; the stream goes on for so long, in the hope of better ones. */
  onTrouble?(error: NvrError, patienceMs: number): void;
  log(level: 'debug' | 'warn', message: string): void;
}

const describeTimeoutMs = 8_000;
const pollEveryMs = 20;
const checkEveryMs = 1_000;
const cameraClock = 'add-reference-timestamp-meta';
const ticker = new Ticker(pollEveryMs);

/** What is called when frames come, each once. */
interface Beginning {
  onFrames(): void;
  /** With the first that can begin a recording. */
  onFirstFrame(): void;
}

interface Parts {
  pull(): void;
  assembler: Assembler;
  watchdog: Watchdog;
  packetsCame(): boolean;
}

/**
 * One connection to a camera: asks what it offers, builds the pipeline, and hands over media until it breaks.
 * A stream is used once; every reconnect makes a new one, since a pipeline's delayed links work only once.
 */
export class Stream {
  readonly #options: StreamOptions;
  readonly #meter = new Meter();
  readonly #clockOffset = new ClockOffset();
  #keyframePtsNs: number | null = null;
  #keyframeIntervalMs: number | null = null;
  #pipeline: Pipeline | null = null;
  #plan: { tracks: OfferedTracks; audio: AudioPlan | null; audioNote: string | null } | null = null;
  #lastFrameAt = 0;
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
    const { settings, connection } = this.#options;
    const { url, username, password } = settings.source;
    const credentials = username ? { username, password: password ?? '' } : null;
    const description = await describe({ url, credentials, timeoutMs: describeTimeoutMs, signal });
    const { release } = description;
    if (!connection.keepDescribe) release();
    try {
      await this.#stream(description, credentials, signal, { onFrames: release, onFirstFrame });
    } finally {
      release();
    }
  }

  async #stream(
    { sdp, base }: Description,
    credentials: Credentials | null,
    signal: AbortSignal,
    beginning: Beginning,
  ): Promise<void> {
    const { settings, connection } = this.#options;
    const { url } = settings.source;
    if (signal.aborted) return;
    const tracks = offeredTracks(sdp);
    const planned = settings.audio.mode === 'auto' && tracks.audio ? planAudio(tracks.audio, elementExists) : null;
    const audio = typeof planned === 'string' ? null : planned;
    this.#plan = { tracks, audio, audioNote: typeof planned === 'string' ? planned : null };
    const encode = settings.video.mode === 'encode' ? { settings: settings.video, encoder: this.#encoder() } : null;
    const pipeline = new Pipeline(
      pipelineText({ transport: connection.transport, video: tracks.video, encode, audio }),
    );
    this.#pipeline = pipeline;
    try {
      pipeline.set('src', 'location', quoted(url));
      // GStreamer 1.22; before it the camera's own clock stays unknown.
      if (pipeline.hasProperty('src', cameraClock)) pipeline.set('src', cameraClock, true);
      if (!base.endsWith('/')) pipeline.appendControls('src', base);
      if (credentials) {
        pipeline.set('src', 'user-id', quoted(credentials.username));
        pipeline.set('src', 'user-pw', quoted(credentials.password));
      }
      if (encode) this.setOverlay(settings.video.overlay);
      await this.#play(pipeline, signal, beginning);
    } finally {
      this.#pipeline = null;
      await pipeline.close();
    }
  }

  /** Applies to the next frame; only for an encoding stream. */
  setOverlay(overlay: Overlay | null): void {
    for (const [property, value] of Object.entries(overlayProperties(overlay))) {
      this.#pipeline?.set('overlay', property, typeof value === 'string' ? quoted(value) : value);
    }
  }

  /** What is received; `run` must have been told of by the consumer already. */
  mediaInfo(run: Parameters<MediaConsumer['onRun']>[0]): MediaInfo {
    const { settings, connection } = this.#options;
    const [videoCodecString = '', audioCodecString = ''] = run.codecStrings;
    return {
      transport: connection.transport,
      video: {
        codec: run.video.codec,
        codecString: videoCodecString,
        width: run.video.width,
        height: run.video.height,
        fps: this.#meter.rates()?.fps ?? this.#plan?.tracks.video.fps ?? null,
        encoder: settings.video.mode === 'encode' ? this.#options.encoder : null,
      },
      audio: run.audio && {
        codec: 'aac',
        codecString: audioCodecString,
        sourceCodec: this.#plan?.audio?.sourceCodec ?? 'aac',
        sampleRate: run.audio.sampleRate,
        channels: run.audio.channels,
      },
      audioNote: this.#plan?.audioNote ?? null,
    };
  }

  get offered(): OfferedTracks | null {
    return this.#plan?.tracks ?? null;
  }

  /** The camera's own audio codec; null when no sound is taken. */
  get audioCodec(): string | null {
    return this.#plan?.audio?.sourceCodec ?? null;
  }

  get lastFrameAt(): number {
    return this.#lastFrameAt;
  }

  /** Over the last seconds; null until known. */
  get fps(): number | null {
    return this.#meter.rates()?.fps ?? null;
  }

  get bitrateKbps(): number | null {
    return this.#meter.rates()?.bitrateKbps ?? null;
  }

  /** Between the newest two keyframes, media time; null before there are two. */
  get keyframeIntervalMs(): number | null {
    return this.#keyframeIntervalMs;
  }

  /** The camera's clock against ours, positive when it is ahead; null when it does not tell. */
  get clockOffsetMs(): number | null {
    return this.#clockOffset.ms;
  }

  /** Since the connection began. Takes some 20 µs. */
  packets(): PacketCounts {
    return packetCounts(this.#pipeline?.getStructures('rtpjitterbuffer', 'stats') ?? []);
  }

  #encoder(): string {
    const { encoder } = this.#options;
    if (encoder === null) {
      throw new NvrError(
        'pipeline_failed',
        'No H.264 encoder works on this machine. Install gstreamer1.0-plugins-ugly (x264enc).',
      );
    }
    return encoder;
  }

  async #play(pipeline: Pipeline, signal: AbortSignal, { onFrames, onFirstFrame }: Beginning): Promise<void> {
    const { clock, settings, learnedDepths, consumer, firstFrameWithinMs } = this.#options;
    const videoSink = pipeline.appSink('video');
    const audioSink = this.#plan?.audio ? pipeline.appSink('audio') : null;
    const packets = audioSink ? new NewestPackets(pipeline, clock) : null;
    const assembler = new Assembler({
      cameraId: settings.cameraId,
      clock,
      runningTimeNs: () => pipeline.clockTimeNs() ?? 0,
      expectsAudio: audioSink !== null,
      audioShiftNs: () => packets?.soundShiftNs() ?? 0,
      audioDelaySamples: this.#plan?.audio?.delaySamples ?? 0,
      learnedDepths,
      consumer,
    });
    const watchdog = new Watchdog(clock.monotonicMs(), firstFrameWithinMs);
    let hadKeyframe = false;
    const pull = () => {
      for (let sample = audioSink?.pull(); sample; sample = audioSink?.pull()) {
        this.#soundCame = true;
        assembler.audio(sample);
      }
      for (let sample = videoSink.pull(); sample; sample = videoSink.pull()) {
        if (!watchdog.started) onFrames();
        watchdog.feed(clock.monotonicMs());
        this.#lastFrameAt = clock.nowMs();
        this.#measure(sample);
        assembler.video(sample);
        if (hadKeyframe || assembler.waitsForKeyframe) continue;
        hadKeyframe = true;
        onFirstFrame();
      }
    };
    let counted = 0;
    const packetsCame = () => {
      const before = counted;
      counted = packets?.pictures() ?? this.packets().received;
      return counted > before;
    };
    try {
      if ((await pipeline.setState('playing')) === 'failure')
        throw this.#busFailure(pipeline, false) ?? failedToStart();
      await this.#untilBroken(pipeline, { pull, assembler, watchdog, packetsCame }, signal);
    } finally {
      pull();
      assembler.end();
    }
  }

  #measure({ data, keyframe, ptsNs, ntpUnixMs }: Sample): void {
    this.#meter.add(1, data.length);
    if (ntpUnixMs !== null) this.#clockOffset.add(ntpUnixMs, this.#lastFrameAt);
    if (!keyframe || ptsNs === null) return;
    const intervalNs = ptsNs - (this.#keyframePtsNs ?? ptsNs);
    // A camera whose time jumps back has no interval to tell.
    if (intervalNs > 0) this.#keyframeIntervalMs = Math.round(intervalNs / 1e6);
    this.#keyframePtsNs = ptsNs;
  }

  /** Polls until the signal aborts; throws when the stream breaks. */
  async #untilBroken(
    pipeline: Pipeline,
    { pull, assembler, watchdog, packetsCame }: Parts,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, settings } = this.#options;
    let nextCheckMs = clock.monotonicMs() + checkEveryMs;
    let nextKeyframeMs = 0;
    const step = () => {
      pull();
      const failure = this.#busFailure(pipeline, watchdog.started);
      if (failure) throw failure;
      const nowMs = clock.monotonicMs();
      if (settings.video.mode === 'encode' && nowMs >= nextKeyframeMs) {
        nextKeyframeMs = Math.max(nextKeyframeMs, nowMs - pollEveryMs) + settings.video.keyframeSeconds * 1000;
        pipeline.forceKeyUnit('video');
      }
      if (nowMs < nextCheckMs) return;
      nextCheckMs = nowMs + checkEveryMs;
      this.#meter.mark(nowMs);
      if (assembler.check()) this.#options.log('warn', 'the system clock was set; a new run begins');
      const { waitsForKeyframe } = assembler;
      const trouble = watchdog.look(nowMs, { packetsCame, soundCame: this.#soundCame, waitsForKeyframe });
      if (trouble?.patienceMs === 0) throw troubleError(trouble);
      if (trouble) this.#tellOnce(trouble);
    };
    await ticker.run(step, signal);
  }

  #tellOnce(trouble: Trouble): void {
    if (this.#toldOf === trouble.kind) return;
    this.#toldOf = trouble.kind;
    this.#options.onTrouble?.(troubleError(trouble), trouble.patienceMs);
  }

  #busFailure(pipeline: Pipeline, hadFrames: boolean): NvrError | null {
    for (let message = pipeline.pollBus(); message; message = pipeline.pollBus()) {
      if (message.type === 'error') return pipelineFailure(message);
      if (message.type === 'eos') return new NvrError('camera_stream_ended', 'The camera ended the stream.');
      if (message.type !== 'warning') continue;
      // A server that closes before any track has data shows as a warning only (GStreamer 1.22).
      if (!hadFrames && message.element === 'src') return pipelineFailure(message);
      this.#options.log('debug', `${message.element}: ${message.message} ${message.debug}`);
    }
    return null;
  }
}

const failedToStart = () => new NvrError('pipeline_failed', 'The stream cannot be started; the log says why.');

/**
 * A string for `gst_util_set_object_arg`, which takes it as it is unless it begins with a quote; then it unescapes it
 * (`gst_string_unwrap`: any byte as three octal digits).
 */
function quoted(text: string): string {
  if (!text.startsWith('"')) return text;
  const octal = [...Buffer.from(text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`);
  return `"${octal.join('')}"`;
}
