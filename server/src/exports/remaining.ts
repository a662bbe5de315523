/** Less than this of the work says nothing about the rest. */
const leastShare = 0.01;
const leastMs = 1_000;

/** How long the rest of a work takes, by what was done since it began. */
export class RemainingTime {
  readonly #monotonicMs: () => number;
  #began: { at: number; share: number } | null = null;
  #remainingMs: number | null = null;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** Null while it cannot be told. */
  get ms(): number | null {
    return this.#remainingMs;
  }

  /** @param share 0 to 1, of the whole work. */
  onProgress(share: number): void {
    const at = this.#monotonicMs();
    this.#began ??= { at, share };
    const done = share - this.#began.share;
    const tookMs = at - this.#began.at;
    if (done < leastShare || tookMs < leastMs) return;
    this.#remainingMs = Math.round((tookMs / done) * Math.max(0, 1 - share));
  }
}
