/** A keyframe's picture, and of which moments it is known to be the picture. */
export interface KnownPicture<Picture> {
  /** When it was shown, Unix ms. */
  atMs: number;
  picture: Picture;
}

interface Kept<Picture> extends KnownPicture<Picture> {
  cameraId: string;
  width: number;
  /** The latest moment that it was found for. */
  untilMs: number;
}

/** The pictures wanted last. One picture serves all moments between its own and the latest it was found for. */
export class PictureCache<Picture> {
  readonly #max: number;
  /** Least recently wanted first. */
  readonly #kept = new Map<string, Kept<Picture>>();

  constructor(max: number) {
    this.#max = max;
  }

  find(cameraId: string, atMs: number, width: number): KnownPicture<Picture> | null {
    for (const [key, kept] of this.#kept) {
      const fits = kept.cameraId === cameraId && kept.width === width;
      if (!fits || atMs < kept.atMs || atMs > kept.untilMs) continue;
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept;
    }
    return null;
  }

  /** `foundFor`: the moment that it was asked for. */
  add(cameraId: string, width: number, foundFor: number, { atMs, picture }: KnownPicture<Picture>): void {
    const key = `${cameraId} ${width} ${atMs}`;
    const untilMs = Math.max(foundFor, this.#kept.get(key)?.untilMs ?? atMs);
    this.#kept.delete(key);
    this.#kept.set(key, { cameraId, width, atMs, untilMs, picture });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.#max && oldest !== undefined) this.#kept.delete(oldest);
  }
}
