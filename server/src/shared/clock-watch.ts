import type { Clock } from './clock.ts';

/** The system clock was set: what it showed, and what it shows instead. Unix milliseconds. */
export interface ClockStep {
  before: number;
  now: number;
}

/** A clock that moved this far against the monotonic one since the last look was set, not slewed. */
const stepMs = 500;

/** Notices when the system clock is set. A machine that slept looks the same: its monotonic clock sleeps too. */
export class ClockWatch {
  readonly #clock: Clock;
  #nowMs: number;
  #monotonicMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#nowMs = clock.nowMs();
    this.#monotonicMs = clock.monotonicMs();
  }

  /** Null when it was not set since the last look. */
  look(): ClockStep | null {
    const now = this.#clock.nowMs();
    const monotonic = this.#clock.monotonicMs();
    const before = this.#nowMs + (monotonic - this.#monotonicMs);
    this.#nowMs = now;
    this.#monotonicMs = monotonic;
    return Math.abs(now - before) > stepMs ? { before, now } : null;
  }
}
