import type { PlayerFailure } from '../engine.ts';
import { delayMsAfter, resumeAtMs } from './failures.ts';
import type { Piece } from './pieces.ts';

/** Tries again after failures: at the same moment, and where that fails again, after it. */
export class Retries {
  readonly #again: (wallMs: number) => void;
  #failures = 0;
  #timer: number | undefined;

  constructor(again: (wallMs: number) => void) {
    this.#again = again;
  }

  /** A new attempt is yet to come. */
  get isWaiting(): boolean {
    return this.#timer !== undefined;
  }

  /** What failed showed `atMs`, of `pieces`. @returns the moment that is tried, and in how long. */
  after(failure: PlayerFailure, atMs: number, pieces: readonly Piece[]): { wallMs: number; delayMs: number } {
    this.#failures += 1;
    const wallMs = resumeAtMs(atMs, failure, this.#failures, pieces);
    const delayMs = delayMsAfter(failure, this.#failures);
    this.cancel();
    this.#timer = window.setTimeout(() => {
      this.#timer = undefined;
      this.#again(wallMs);
    }, delayMs);
    return { wallMs, delayMs };
  }

  /** It plays, or something else is wanted: failures until now do not count. */
  forget(): void {
    this.#failures = 0;
  }

  cancel(): void {
    window.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
