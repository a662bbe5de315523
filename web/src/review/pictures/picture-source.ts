import { ApiFailure } from '../../api/client.ts';
import { readKeyframe, readThumbnail } from '../../api/pictures.ts';
import { decodeJpeg, type KeyframeDecoder, keyframeDecoder, type SmallPicture } from './decode.ts';
import { type KnownPicture, PictureCache } from './picture-cache.ts';

export interface PictureWish {
  cameraId: string;
  atMs: number;
  /** Pixels of the screen. */
  width: number;
}

interface WaitingWish {
  /** The lowest comes first; asked when it matters, as what is seen may have been scrolled since. */
  rank(): number;
  start(): Promise<void>;
}

/** Neighbouring moments share their picture: keyframes are seldom closer. */
const quantumMs = 500;
/** Some 55 MB of pictures that are 320 pixels wide. */
const picturesKept = 240;
/** Of those that nobody points at. */
const atOnce = 4;
const busyAgainMs = 400;
/** Of a picture among many, and of the one that is pointed at: who points has moved on by then. */
const busyAttempts = { inTurn: 25, now: 3 };

/** Small pictures of recorded moments, decoded here if the browser can, else by the recorder. */
export class PictureSource {
  readonly #cache = new PictureCache<SmallPicture>(picturesKept);
  readonly #waiting = new Set<WaitingWish>();
  /** Cameras whose pictures this browser cannot decode. */
  readonly #foreign = new Set<string>();
  #decoder: KeyframeDecoder | null = null;
  #running = 0;

  /** What is there already. */
  find({ cameraId, atMs, width }: PictureWish): KnownPicture<SmallPicture> | null {
    return this.#cache.find(cameraId, quantized(atMs), width);
  }

  /**
   * Without waiting for others: for the one picture that is pointed at.
   * @throws {ApiFailure} `footage_not_found` where nothing is recorded.
   */
  now(wish: PictureWish, signal: AbortSignal): Promise<KnownPicture<SmallPicture>> {
    return this.#patiently(wish, signal, busyAttempts.now);
  }

  /** As `now`, a few at a time, the lowest `rank` first. */
  inTurn(wish: PictureWish, rank: () => number, signal: AbortSignal): Promise<KnownPicture<SmallPicture>> {
    return new Promise((resolve, reject) => {
      const start = () => this.#patiently(wish, signal, busyAttempts.inTurn).then(resolve, reject);
      const waiting = { rank, start };
      this.#waiting.add(waiting);
      signal.addEventListener('abort', () => {
        if (this.#waiting.delete(waiting)) reject(signal.reason);
      });
      // All that are wanted in the same moment are known before the first is chosen.
      queueMicrotask(() => this.#next());
    });
  }

  #next(): void {
    while (this.#running < atOnce && this.#waiting.size > 0) {
      const ranked = [...this.#waiting].map((waiting) => ({ waiting, rank: waiting.rank() }));
      const { waiting } = ranked.reduce((best, other) => (other.rank < best.rank ? other : best));
      this.#waiting.delete(waiting);
      this.#running += 1;
      void waiting.start().finally(() => {
        this.#running -= 1;
        this.#next();
      });
    }
  }

  /** The recorder decodes for others too, and may be busy. */
  async #patiently(wish: PictureWish, signal: AbortSignal, attempts: number): Promise<KnownPicture<SmallPicture>> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return this.find(wish) ?? (await this.#load(wish, signal));
      } catch (error) {
        const busy = error instanceof ApiFailure && error.code === 'busy';
        if (!busy || attempt >= attempts || signal.aborted) throw error;
        await new Promise((done) => window.setTimeout(done, busyAgainMs));
      }
    }
  }

  async #load(wish: PictureWish, signal: AbortSignal): Promise<KnownPicture<SmallPicture>> {
    const atMs = quantized(wish.atMs);
    const found = await this.#read({ ...wish, atMs }, signal);
    this.#cache.add(wish.cameraId, wish.width, atMs, found);
    return found;
  }

  async #read({ cameraId, atMs, width }: PictureWish, signal: AbortSignal): Promise<KnownPicture<SmallPicture>> {
    if (!this.#foreign.has(cameraId)) {
      const file = await readKeyframe(cameraId, atMs, signal);
      this.#decoder ??= keyframeDecoder();
      const picture = await this.#decoder.decode(file, width);
      if (picture) return { atMs: file.atMs, picture };
      this.#foreign.add(cameraId);
    }
    const { jpeg, atMs: shownAt } = await readThumbnail(cameraId, atMs, width, signal);
    return { atMs: shownAt, picture: await decodeJpeg(jpeg, width) };
  }
}

const quantized = (atMs: number): number => Math.floor(atMs / quantumMs) * quantumMs;

let shared: PictureSource | null = null;

/** One for the whole page: what was pointed at on the timeline is there on the contact sheet too. */
export function sharedPictures(): PictureSource {
  shared ??= new PictureSource();
  return shared;
}
