import type { LiveQuery } from '@nightjar/contract';
import type { FromWorker } from '../media/protocol.ts';
import type { Clock } from '../shared/clock.ts';
import { NvrError } from '../shared/errors.ts';
import { streamIdOf } from '../shared/stream-id.ts';
import { LiveStream } from './stream.ts';

interface LiveHubParts {
  clock: Clock;
  /** Tells the camera's worker whether its frames are wanted. */
  watch(streamId: string, watched: boolean): void;
  /** @throws {NvrError} `camera_not_found`, `substream_not_found` */
  requireStream(cameraId: string, stream: NonNullable<LiveQuery['stream']>): void;
}

/** Without a viewer for this long nobody watches any more; HLS players ask every few seconds. */
const idleMs = 60_000;
const checkEveryMs = 10_000;
/** A viewer who comes before the camera's first picture waits for it this long. */
const firstPictureMs = 8_000;

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
   * `stream`, once it has a picture to begin with.
   * @throws {NvrError} `camera_not_found`, `substream_not_found`, `not_live` when none comes in time.
   */
  async open(cameraId: string, { stream: name = 'main' }: LiveQuery): Promise<LiveStream> {
    const stream = this.stream(cameraId, name);
    if (await stream.ready(AbortSignal.timeout(firstPictureMs))) return stream;
    throw new NvrError('not_live', 'The camera sends no picture now. Its status says why.');
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
