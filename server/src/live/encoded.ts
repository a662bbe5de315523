import type { Clock } from '../shared/clock.ts';
import { NvrError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { Encoding } from './encoding.ts';
import { OpusEncoding, SoundEncoder } from './opus-encoding.ts';
import type { OpusFeed } from './opus-feed.ts';
import type { LiveStream } from './stream.ts';

interface LiveEncodersParts {
  clock: Clock;
  /** The machine's H.264 encoder element; null when none works. Looked for when it is first needed. */
  encoder(): Promise<string | null>;
  /** Streams whose pictures are encoded at once, at most. */
  max: number;
  log: Logger;
}

/** Without a viewer for this long an encoding ends. HLS players ask every few seconds. */
const idleMs = 10_000;
/** When another stream needs its place. */
const idleIfNeededMs = 4_000;
const checkEveryMs = 1_000;

/** Encodes live streams for those who cannot play the camera's own bits: one encoding for all viewers of a stream. */
export class LiveEncoders {
  readonly #parts: LiveEncodersParts;
  readonly #encodings = new Map<LiveStream, Encoding>();
  readonly #feeds = new WeakMap<LiveStream, OpusFeed>();
  readonly #sound: SoundEncoder;
  readonly #timer: NodeJS.Timeout;

  constructor(parts: LiveEncodersParts) {
    this.#parts = parts;
    this.#sound = new SoundEncoder({ log: parts.log });
    this.#timer = setInterval(() => this.#endIdle(idleMs), checkEveryMs).unref();
  }

  /**
   * The source's pictures in H.264 without B-frames. It is a viewer of the source as long as it has viewers itself.
   * @throws {NvrError} `encoder_busy`, `live_not_possible`
   */
  async h264Of(source: LiveStream): Promise<LiveStream> {
    const existing = this.#encodings.get(source);
    if (existing) {
      existing.stream.touch();
      return existing.stream;
    }
    this.#makePlace();
    const encoder = await this.#parts.encoder();
    if (encoder === null) throw noEncoder();
    return (this.#encodings.get(source) ?? this.#begin(source, encoder)).stream;
  }

  /** The source's sound as Opus. It is a viewer of the source as long as somebody listens. */
  opusOf(source: LiveStream): OpusFeed {
    const feed = this.#feeds.get(source) ?? new OpusEncoding(source, this.#sound);
    this.#feeds.set(source, feed);
    return feed;
  }

  /** Of the processes that encode pictures now, and of the one that encodes sound. */
  get pids(): number[] {
    const pids = [...this.#encodings.values()].map(({ pid }) => pid);
    return [...pids, this.#sound.pid].filter((pid) => pid !== undefined);
  }

  close(): void {
    clearInterval(this.#timer);
    for (const encoding of [...this.#encodings.values()]) encoding.end();
    this.#sound.close();
  }

  #begin(source: LiveStream, encoder: string): Encoding {
    this.#makePlace();
    const { clock, log } = this.#parts;
    const encoding = new Encoding({
      ...{ source, encoder, log, now: clock.monotonicMs },
      onEnded: () => this.#encodings.delete(source),
    });
    this.#encodings.set(source, encoding);
    return encoding;
  }

  /** @throws {NvrError} `encoder_busy` */
  #makePlace(): void {
    const { max } = this.#parts;
    if (this.#encodings.size >= max) this.#endIdle(idleIfNeededMs);
    if (this.#encodings.size < max) return;
    throw new NvrError(
      'encoder_busy',
      max === 0
        ? 'This recorder is set not to encode live pictures. Watch with a browser or player that can play H.265, or raise --live-encoders.'
        : `This recorder encodes live pictures of at most ${max} ${max === 1 ? 'stream' : 'streams'} at once, and others are watched already. Close one of them, watch with a browser or player that can play H.265, or raise --live-encoders.`,
    );
  }

  #endIdle(unusedMs: number): void {
    for (const encoding of [...this.#encodings.values()]) if (encoding.stream.unusedMs > unusedMs) encoding.end();
  }
}

const noEncoder = () =>
  new NvrError(
    'live_not_possible',
    'This stream would have to be encoded, and no H.264 encoder works on this machine. Install gstreamer1.0-plugins-ugly (x264enc), or watch with a player that can play H.265.',
  );
