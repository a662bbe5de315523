interface Waiting {
  isDone(): boolean;
  done(): void;
}

/** Requests that wait for something to become true. */
export class WaitingRequests {
  readonly #waiting = new Set<Waiting>();

  /** Call after each change. */
  wake(): void {
    for (const each of this.#waiting) if (each.isDone()) each.done();
  }

  /** Resolves with whether it is so: at once, when `wake` finds it is, or when patience or the signal ends the wait. */
  until(isSo: () => boolean, patienceMs: number, signal?: AbortSignal): Promise<boolean> {
    if (isSo() || signal?.aborted) return Promise.resolve(isSo());
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        this.#waiting.delete(waiting);
        resolve(isSo());
      };
      const waiting = { isDone: isSo, done };
      const timer = setTimeout(done, patienceMs);
      timer.unref();
      signal?.addEventListener('abort', done);
      this.#waiting.add(waiting);
    });
  }
}
