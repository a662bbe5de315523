import type { Clock } from '../../shared/clock.ts';

/** UTC of a running time. */
export interface Anchor {
  utcMs: number;
  ptsNs: number;
}

/** A system clock that moved this far against the monotonic one within a second was set; else it is slewed. */
const stepMs = 250;
/** Readings of the two clocks that are farther apart say nothing: the process was held up between them. */
const readWithinNs = 20e6;

/**
 * The clock of one pipeline's media: its running time, made to follow the recorder's clock when that is slewed, so that UTC
 * stays at a fixed distance from it. When the recorder's clock is set there is another distance from then on.
 */
export class RunClock {
  readonly #clock: Clock;
  readonly #runningTimeNs: () => number;
  #anchor: Anchor | null = null;
  /** UTC less running time, when it was last looked at. */
  #offsetMs = 0;
  #slewedNs = 0;

  /** @param runningTimeNs monotonic. */
  constructor(clock: Clock, runningTimeNs: () => number) {
    this.#clock = clock;
    this.#runningTimeNs = runningTimeNs;
  }

  nowNs(): number {
    return this.#runningTimeNs() + this.#slewedNs;
  }

  /** The same object until the clock is set. To be asked first when the running time has begun. */
  get anchor(): Anchor {
    if (this.#anchor) return this.#anchor;
    this.#offsetMs = this.#readOffsetMs() ?? this.#clock.nowMs() - this.#runningTimeNs() / 1e6;
    return this.#anchorHere();
  }

  /** Call about once a second: whether the recorder's clock was set since the last call. */
  check(): boolean {
    const offsetMs = this.#anchor ? this.#readOffsetMs() : null;
    if (offsetMs === null) return false;
    const movedMs = offsetMs - this.#offsetMs;
    this.#offsetMs = offsetMs;
    const isSet = Math.abs(movedMs) > stepMs;
    if (isSet) this.#anchorHere();
    else this.#slewedNs += movedMs * 1e6;
    return isSet;
  }

  #anchorHere(): Anchor {
    const ptsNs = this.nowNs();
    this.#anchor = { utcMs: this.#offsetMs + (ptsNs - this.#slewedNs) / 1e6, ptsNs };
    return this.#anchor;
  }

  #readOffsetMs(): number | null {
    const before = this.#runningTimeNs();
    const utcMs = this.#clock.nowMs();
    const after = this.#runningTimeNs();
    return after - before > readWithinNs ? null : utcMs - (before + after) / 2e6;
  }
}
