/** So long a seek may take before the next one is not kept waiting any more. */
const patienceMs = 600;

/**
 * One seek after the other, and of those that were asked for meanwhile only the last: a drag over the timeline shows
 * pictures on its way, however fast it is, and ends with the one it ended at.
 */
export class SerialSeeks {
  readonly #go: (wallMs: number) => void;
  #next: number | null = null;
  #timer: number | undefined;

  constructor(go: (wallMs: number) => void) {
    this.#go = go;
  }

  want(wallMs: number): void {
    if (this.#timer === undefined) this.#start(wallMs);
    else this.#next = wallMs;
  }

  /** The picture is there, or will not come. */
  done(): void {
    window.clearTimeout(this.#timer);
    this.#timer = undefined;
    const next = this.#next;
    this.#next = null;
    if (next !== null) this.#start(next);
  }

  /** Forgets what was asked for. */
  clear(): void {
    this.#next = null;
    this.done();
  }

  #start(wallMs: number): void {
    this.#timer = window.setTimeout(() => this.done(), patienceMs);
    this.#go(wallMs);
  }
}
