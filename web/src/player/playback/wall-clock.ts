/** Wall time that runs at a speed, negative backwards, without a picture that would tell it. */
export class WallClock {
  readonly #now: () => number;
  #atMs: number;
  #since: number | null;
  #rate: number;

  /** @param now Milliseconds that pass evenly. */
  constructor(atMs: number, rate: number, now: () => number = () => performance.now()) {
    this.#now = now;
    this.#atMs = atMs;
    this.#rate = rate;
    this.#since = now();
  }

  get(): number {
    return this.#since === null ? this.#atMs : this.#atMs + (this.#now() - this.#since) * this.#rate;
  }

  get isRunning(): boolean {
    return this.#since !== null;
  }

  set(atMs: number): void {
    this.#atMs = atMs;
    if (this.#since !== null) this.#since = this.#now();
  }

  setRate(rate: number): void {
    this.set(this.get());
    this.#rate = rate;
  }

  pause(): void {
    this.#atMs = this.get();
    this.#since = null;
  }

  resume(): void {
    this.#since ??= this.#now();
  }

  /** It has come to `wallMs`, or is past it. */
  hasReached(wallMs: number): boolean {
    return (this.get() - wallMs) * this.#rate >= 0;
  }
}
