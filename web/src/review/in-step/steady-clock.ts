/** Wall time, Unix ms, that goes on by itself: no camera's, so that none of them can hold it up. */
export class SteadyClock {
  readonly #now: () => number;
  #atMs: number;
  /** When it was at `#atMs`, by `#now`; null: it stands. */
  #sinceMs: number | null = null;
  #rate = 1;

  /** @param now milliseconds that only grow, from anywhere. */
  constructor(now: () => number, atMs: number) {
    this.#now = now;
    this.#atMs = atMs;
  }

  get(): number {
    return this.at(this.#now());
  }

  /** What it shows at a moment of `now`, if nothing changes until then. */
  at(nowMs: number): number {
    return this.#sinceMs === null ? this.#atMs : this.#atMs + (nowMs - this.#sinceMs) * this.#rate;
  }

  set(atMs: number): void {
    this.#atMs = atMs;
    if (this.#sinceMs !== null) this.#sinceMs = this.#now();
  }

  /** Negative: backwards. */
  get rate(): number {
    return this.#rate;
  }

  set rate(rate: number) {
    this.set(this.get());
    this.#rate = rate;
  }

  get runs(): boolean {
    return this.#sinceMs !== null;
  }

  run(): void {
    this.#sinceMs ??= this.#now();
  }

  stop(): void {
    this.#atMs = this.get();
    this.#sinceMs = null;
  }
}
