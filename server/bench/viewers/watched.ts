import { readFrameStamps } from '../../testing/camera/stamp.ts';

/** What one viewer got. */
export class Watched {
  pictures = 0;
  /** Frame numbers that were left out between two that came. */
  missing = 0;
  bytes = 0;
  /** From the camera to here, milliseconds, of the newest picture of each piece that came. */
  readonly delaysMs: number[] = [];
  #last: number | null = null;

  /** @param media Fragments or a stretch of stream, with the marks of the simulated camera in it. */
  take(media: Buffer): void {
    this.bytes += media.length;
    const stamps = readFrameStamps(media);
    for (const { frame } of stamps) {
      if (this.#last !== null && frame > this.#last + 1) this.missing += frame - this.#last - 1;
      this.#last = frame;
      this.pictures += 1;
    }
    const newest = stamps.at(-1);
    if (newest) this.delaysMs.push(Date.now() - newest.wallMs);
  }
}
