/** Carries out one piece of work after the other, in the order in which they are asked for. */
export class InTurn {
  #last: Promise<unknown> = Promise.resolve();

  /** Settles as `work` does; what comes after it is carried out either way. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {
      // The caller hears of it; the next in turn is not concerned.
    });
    return result;
  }

  /** Resolves when all is done that was asked for so far. Never rejects. */
  async settled(): Promise<void> {
    await this.#last;
  }
}
