import type { StillRequest } from '../media/protocol.ts';
import { NvrError } from '../shared/errors.ts';

interface ThumbnailParts {
  /** Decodes one frame to JPEG. */
  still(request: StillRequest): Promise<Buffer>;
  /** Of all that is kept. */
  maxBytes?: number;
  /** Being made or waiting for it; more are refused. */
  maxWaiting?: number;
}

export interface Thumbnail {
  jpeg: Buffer;
  /** When the picture was shown, Unix milliseconds. */
  atMs: number;
}

/** Some thousand pictures of a contact sheet. */
const usualMaxBytes = 24 << 20;
/** Fewer than pictures of full resolution may wait in the same process: those keep a place. */
const usualMaxWaiting = 4;

/**
 * Small pictures of keyframes, kept in memory, the least recently wanted given up first. They are for browsers that cannot
 * decode by themselves; so few are made at once that a machine records on undisturbed.
 */
export class Thumbnails {
  readonly #still: ThumbnailParts['still'];
  readonly #maxBytes: number;
  readonly #maxWaiting: number;
  /** Least recently wanted first. */
  readonly #kept = new Map<string, Thumbnail>();
  readonly #making = new Map<string, Promise<Thumbnail>>();
  #bytes = 0;

  constructor({ still, maxBytes = usualMaxBytes, maxWaiting = usualMaxWaiting }: ThumbnailParts) {
    this.#still = still;
    this.#maxBytes = maxBytes;
    this.#maxWaiting = maxWaiting;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * @param key names keyframe and width.
   * @param read what is to be decoded; called only when the picture is not there yet.
   * @throws {NvrError} `busy`, and what `read` and `still` throw.
   */
  async of(key: string, read: () => Promise<{ request: StillRequest; atMs: number }>): Promise<Thumbnail> {
    const kept = this.#kept.get(key);
    if (kept) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept;
    }
    const underWay = this.#making.get(key);
    if (underWay) return underWay;
    if (this.#making.size >= this.#maxWaiting) {
      throw new NvrError('busy', 'Too many pictures are asked for at once. Try again in a moment.');
    }
    const making = this.#make(key, read).finally(() => this.#making.delete(key));
    this.#making.set(key, making);
    return making;
  }

  async #make(key: string, read: () => Promise<{ request: StillRequest; atMs: number }>): Promise<Thumbnail> {
    const { request, atMs } = await read();
    const thumbnail = { jpeg: await this.#still(request), atMs };
    this.#kept.set(key, thumbnail);
    this.#bytes += thumbnail.jpeg.length;
    for (const [oldest, { jpeg }] of this.#kept) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#kept.delete(oldest);
      this.#bytes -= jpeg.length;
    }
    return thumbnail;
  }
}
