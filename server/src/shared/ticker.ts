/**
 * One timer for all that must be looked at every few milliseconds: each timer of its own would wake the process at
 * another moment, and six cameras polled apart cost more in wake-ups than in work.
 */
export class Ticker {
  readonly #intervalMs: number;
  readonly #steps = new Set<() => void>();
  #timer: NodeJS.Timeout | null = null;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** Calls `step` at each tick. Resolves when `signal` aborts, rejects with what `step` throws; then no more calls. */
  run(step: () => void, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        this.#remove(guarded);
        signal.removeEventListener('abort', onAbort);
        settle();
      };
      const onAbort = () => end(resolve);
      const guarded = () => {
        try {
          step();
        } catch (error) {
          end(() => reject(error as Error));
        }
      };
      if (signal.aborted) {
        resolve();
        return;
      }
      signal.addEventListener('abort', onAbort, { once: true });
      this.#add(guarded);
    });
  }

  #add(step: () => void): void {
    this.#steps.add(step);
    this.#timer ??= setInterval(() => {
      for (const each of this.#steps) each();
    }, this.#intervalMs);
  }

  #remove(step: () => void): void {
    this.#steps.delete(step);
    if (this.#steps.size > 0 || !this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}
