import type { Gap } from './pieces.ts';
import { WallClock } from './wall-clock.ts';

/** So much playing time before a gap's end its next picture is loaded. */
const leadMs = 1_500;

/** The time that passes in a gap while playing waits for its end. */
export class GapWait {
  readonly gap: Gap;
  readonly #clock: WallClock;
  #prepared = false;

  constructor(gap: Gap, rate: number, runs: boolean) {
    this.gap = gap;
    this.#clock = new WallClock(gap.fromMs, rate);
    if (!runs) this.#clock.pause();
  }

  get wallMs(): number {
    return this.#clock.get();
  }

  setRate(rate: number): void {
    this.#clock.setRate(rate);
  }

  pause(): void {
    this.#clock.pause();
  }

  resume(): void {
    this.#clock.resume();
  }

  /** To be called again and again. `prepare`, once: the picture at the gap's end will soon be wanted. */
  check(rate: number): 'wait' | 'prepare' | 'over' {
    if (!this.#clock.isRunning) return 'wait';
    if (this.#clock.hasReached(this.gap.toMs)) return 'over';
    if (this.#prepared || Math.abs(this.gap.toMs - this.wallMs) > leadMs * Math.abs(rate)) return 'wait';
    this.#prepared = true;
    return 'prepare';
  }
}
