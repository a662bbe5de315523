/** Where a player is, Unix ms; changes many times a second, so it is told to those who ask instead of drawn by React. */
export class Position {
  #wallMs: number;
  readonly #listeners = new Set<() => void>();

  constructor(wallMs: number) {
    this.#wallMs = wallMs;
  }

  set(wallMs: number): void {
    if (wallMs === this.#wallMs) return;
    this.#wallMs = wallMs;
    for (const listener of this.#listeners) listener();
  }

  readonly get = (): number => this.#wallMs;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}
