import type { Engine } from './engine.ts';
import { before, type Gap } from './pieces.ts';
import { WallClock } from './wall-clock.ts';

interface BackwardsParts {
  /** Shows the frame at `mediaS`, recorded at `wallMs`; `frameShown` is called once it is on the screen. */
  show(mediaS: number, wallMs: number): void;
  /** Time has come to where the loaded footage begins. */
  onBeginning(wallMs: number): void;
  /** Time has come to a gap, of which `toMs` is the earlier end. @returns whether it is jumped over. */
  onGap(gap: Gap): boolean;
}

/** A frame is shown anew when time has gone back by this. */
const leastMs = 5;
const lookEveryMs = 10;

/**
 * Plays backwards by seeks: always to the frame of the moment that time has come to, as soon as the one before is on the
 * screen. So it keeps its speed, and shows as many frames as the machine decodes.
 */
export class Backwards {
  readonly #parts: BackwardsParts;
  #clock: WallClock | null = null;
  #timer: number | undefined;

  constructor(parts: BackwardsParts) {
    this.#parts = parts;
  }

  get isRunning(): boolean {
    return this.#clock?.isRunning === true;
  }

  /** `rate` is negative. Goes on where it paused; else at `wallMs`, whose frame is shown. */
  run(engine: Engine, wallMs: number, rate: number): void {
    this.#clock ??= new WallClock(wallMs, rate);
    this.#clock.setRate(rate);
    this.#clock.resume();
    this.#look(engine, wallMs);
  }

  /** Until footage is there; then it goes on as if it had been there all the time. */
  pause(): void {
    window.clearTimeout(this.#timer);
    this.#clock?.pause();
  }

  stop(): void {
    window.clearTimeout(this.#timer);
    this.#clock = null;
  }

  #look(engine: Engine, shownMs: number): void {
    window.clearTimeout(this.#timer);
    const clock = this.#clock;
    if (!clock?.isRunning) return;
    const wallMs = clock.get();
    const position = engine.positionOf(wallMs);
    if (position?.wallMs === wallMs) {
      if (wallMs < shownMs - leastMs) this.#parts.show(position.mediaS, wallMs);
      else this.#timer = window.setTimeout(() => this.#look(engine, shownMs), lookEveryMs);
      return;
    }
    const endMs = before(engine.pieces, wallMs);
    if (endMs === null || endMs === wallMs) {
      this.pause();
      this.#parts.onBeginning(wallMs);
    } else if (this.#parts.onGap({ fromMs: wallMs, toMs: endMs - 1 })) {
      clock.set(endMs - 1);
      this.#look(engine, shownMs);
    }
  }
}
