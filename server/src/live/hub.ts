import type { LiveQuery } from '@nightjar/contract';
import type { FromWorker } from '../media/protocol.ts';
import type { Clock } from '../shared/clock.ts';
import { NvrError } from '../shared/errors.ts';
import { streamIdOf } from '../shared/stream-id.ts';
import type { LiveEncoders } from './encoded.ts';
import type { OpusFeed } from './opus-feed.ts';
import { isReordered } from './reordered.ts';
import { LiveStream } from './stream.ts';

interface LiveHubParts {
  clock: Clock;
  /** Tells the camera's worker whether its frames are wanted. */
  watch(streamId: string, watched: boolean): void;
  /** @throws {NvrError} `camera_not_found`, `substream_not_found` */
  requireStream(cameraId: string, stream: NonNullable<LiveQuery['stream']>): void;
  encoders: LiveEncoders;
  /** A viewer who comes before the camera's first picture waits for it this long. */
  firstPictureMs?: number;
}

interface OpenOptions {
  /** False: `codec: h264` gives no stream with B-frames either (WebRTC cannot carry them). */
  reordered?: boolean;
}

/** Without a viewer for this long nobody watches any more; HLS players ask every few seconds. */
const idleMs = 60_000;
const checkEveryMs = 10_000;
const usualFirstPictureMs = 8_000;

/** The live media of the streams that are being watched. */
export class LiveHub {
  readonly #parts: LiveHubParts;
  readonly #streams = new Map<string, LiveStream>();
  readonly #timer: NodeJS.Timeout;

  constructor(parts: LiveHubParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.#dropIdle(), checkEveryMs).unref();
  }

  onMessage(message: Extract<FromWorker, { type: 'live-run' | 'chunk' | 'frames' | 'live-replayed' }>): void {
    const stream = this.#streams.get(message.type === 'live-run' ? message.run.cameraId : message.cameraId);
    if (!stream) return;
    if (message.type === 'live-run') stream.onRun(message.run);
    else if (message.type === 'chunk') stream.onChunk(message.runId, message.chunk);
    else if (message.type === 'frames') stream.onFrames(message.runId, message.message, message.frames);
    else stream.onReplayed();
  }

  /**
   * For whoever watches: asks the worker for the stream's media if nobody did, and keeps it coming for a minute, or as
   * long as someone subscribes.
   * @throws {NvrError} `camera_not_found`, `substream_not_found`
   */
  stream(cameraId: string, name: NonNullable<LiveQuery['stream']> = 'main'): LiveStream {
    this.#parts.requireStream(cameraId, name);
    const id = streamIdOf(cameraId, name);
    const existing = this.#streams.get(id);
    existing?.touch();
    if (existing) return existing;
    const stream = new LiveStream(id, this.#parts.clock.monotonicMs);
    this.#streams.set(id, stream);
    this.#parts.watch(id, true);
    return stream;
  }

  /**
   * `stream`, once it has a picture to begin with; with `codec: h264` an encoding of it, shared by all its viewers, unless
   * it is H.264 itself.
   * @throws {NvrError} `camera_not_found`, `substream_not_found`, `not_live` when no picture comes in time, `encoder_busy`,
   * `live_not_possible`
   */
  async open(
    cameraId: string,
    { stream: name = 'main', codec = 'any' }: LiveQuery,
    { reordered = true }: OpenOptions = {},
  ): Promise<LiveStream> {
    const signal = AbortSignal.timeout(this.#parts.firstPictureMs ?? usualFirstPictureMs);
    const stream = await withPicture(this.stream(cameraId, name), signal);
    const fits = stream.run?.video.codec === 'h264' && (reordered || !isReordered(stream));
    if (codec === 'any' || fits) return stream;
    return withPicture(await this.#parts.encoders.h264Of(stream), signal);
  }

  /** The stream's sound as Opus. */
  opusOf(stream: LiveStream): OpusFeed {
    return this.#parts.encoders.opusOf(stream);
  }

  /** A worker died. */
  onLost(streamIds: readonly string[]): void {
    for (const id of streamIds) this.#streams.get(id)?.onLost();
  }

  remove(streamId: string): void {
    const stream = this.#streams.get(streamId);
    if (!stream) return;
    this.#streams.delete(streamId);
    this.#parts.watch(streamId, false);
    stream.end();
  }

  close(): void {
    clearInterval(this.#timer);
    for (const id of [...this.#streams.keys()]) this.remove(id);
  }

  #dropIdle(): void {
    for (const [id, stream] of this.#streams) if (stream.unusedMs > idleMs) this.remove(id);
  }
}

/** @throws {NvrError} `not_live` */
async function withPicture(stream: LiveStream, signal: AbortSignal): Promise<LiveStream> {
  if (await stream.ready(signal)) return stream;
  throw new NvrError('not_live', 'The camera sends no picture now. Its status says why.');
}
