/** Seconds kept. */
const kept = 10;
const secondNs = 1e9;

/**
 * How late frames come, second by second: of each second the frame that was the least late, since jitter only ever adds
 * delay. Delays are against the camera's own times, so the trend shows how fast its clock runs, whatever corrects it.
 */
export class DelayTrend {
  readonly #leastNs = new Float64Array(kept);
  readonly #atNs = new Float64Array(kept);
  /** Completed seconds; the newest is at `(#count − 1) % kept`. */
  #count = 0;
  #startNs = Number.NaN;
  #openLeastNs = Number.POSITIVE_INFINITY;
  #openAtNs = 0;

  /** Completed seconds that are kept. */
  get seconds(): number {
    return Math.min(this.#count, kept);
  }

  /** True when this frame completes a second. */
  add(delayNs: number, arrivedNs: number): boolean {
    if (Number.isNaN(this.#startNs)) this.#startNs = arrivedNs;
    if (delayNs < this.#openLeastNs) {
      this.#openLeastNs = delayNs;
      this.#openAtNs = arrivedNs;
    }
    if (arrivedNs - this.#startNs < secondNs) return false;
    this.#leastNs[this.#count % kept] = this.#openLeastNs;
    this.#atNs[this.#count % kept] = this.#openAtNs;
    this.#count += 1;
    this.#startNs = arrivedNs;
    this.#openLeastNs = Number.POSITIVE_INFINITY;
    return true;
  }

  /** The camera's times have moved by so much less: what was seen before counts as if they always had. */
  moveBy(ns: number): void {
    for (let index = 0; index < kept; index += 1) this.#leastNs[index] = (this.#leastNs[index] ?? 0) + ns;
    this.#openLeastNs += ns;
  }

  clear(): void {
    this.#count = 0;
    this.#startNs = Number.NaN;
    this.#openLeastNs = Number.POSITIVE_INFINITY;
  }

  /**
   * Least delay of the newest `seconds`, as it would be at `atNs` when delays grow by `rate`.
   * Infinity before the first second is complete.
   */
  least(seconds: number, rate: number, atNs: number): number {
    let leastNs = Number.POSITIVE_INFINITY;
    for (let back = 1; back <= Math.min(seconds, this.seconds); back += 1) {
      const index = (this.#count - back) % kept;
      const grownNs = rate * (atNs - (this.#atNs[index] ?? 0));
      leastNs = Math.min(leastNs, (this.#leastNs[index] ?? 0) + grownNs);
    }
    return leastNs;
  }

  /**
   * The straight line through the newest `seconds`: by how much the delay grows in a unit of time, and how far the
   * farthest second is from the line. null before there are so many.
   */
  line(seconds: number): { rate: number; farthestNs: number } | null {
    if (this.seconds < seconds) return null;
    const indexes = Array.from({ length: seconds }, (_, back) => (this.#count - 1 - back) % kept);
    const points = indexes.map((index) => ({ at: this.#atNs[index] ?? 0, delay: this.#leastNs[index] ?? 0 }));
    const at = points.reduce((sum, point) => sum + point.at, 0) / seconds;
    const delay = points.reduce((sum, point) => sum + point.delay, 0) / seconds;
    const across = points.reduce((sum, point) => sum + (point.at - at) * (point.delay - delay), 0);
    const along = points.reduce((sum, point) => sum + (point.at - at) ** 2, 0);
    const rate = across / along;
    const distances = points.map((point) => Math.abs(point.delay - delay - rate * (point.at - at)));
    return { rate, farthestNs: Math.max(...distances) };
  }
}
