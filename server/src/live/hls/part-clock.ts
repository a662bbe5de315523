/**
 * Where parts of a segment end. A part lasts 85 to 100 % of the target (the segment's last one may be shorter), but ends
 * where a picture does, and cameras' pictures come unevenly. So what a part is said to last may differ from what it does by
 * less than a picture; the next one makes up for it, so that durations add up.
 */
export class PartClock {
  readonly #targetMs: number;
  readonly #minMs: number;
  /** Where the durations given out so far end. */
  #saidMs = 0;

  /** @param targetMs Whole milliseconds. */
  constructor(targetMs: number) {
    this.#targetMs = targetMs;
    this.#minMs = Math.ceil(targetMs * 0.85);
  }

  /** Times begin at 0 again. */
  begin(): void {
    this.#saidMs = 0;
  }

  /**
   * A picture ends at `endMs` of the segment, and the next will probably last `frameMs`.
   * @returns what the part lasts that ends here; null when it goes on.
   */
  endsAt(endMs: number, frameMs: number): number | null {
    const lengthMs = endMs - this.#saidMs;
    const tooShortMs = this.#minMs - lengthMs;
    const tooLongMs = lengthMs + frameMs - this.#targetMs;
    if (tooShortMs > 0 && tooLongMs < tooShortMs) return null;
    return this.#say(endMs, Math.max(lengthMs, this.#minMs), frameMs);
  }

  /** The segment ends at `endMs`. @returns what its last part lasts. */
  lastUntil(endMs: number): number {
    return this.#say(endMs, Math.max(endMs - this.#saidMs, 1), 0);
  }

  #say(endMs: number, lengthMs: number, frameMs: number): number {
    const durationMs = Math.min(lengthMs, this.#targetMs);
    this.#saidMs += durationMs;
    // A camera that stood still: nothing makes up for that.
    if (Math.abs(endMs - this.#saidMs) > frameMs) this.#saidMs = endMs;
    return durationMs;
  }
}
