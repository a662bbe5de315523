import type { UnixMs } from '@nightjar/contract';
import type { Clock } from '../shared/clock.ts';
import type { NewEvent } from './event-log.ts';
import { durationText } from './words.ts';

/** A clock that moved this far against the monotonic one was set, not slewed. */
const stepMs = 500;

interface SystemClockParts {
  clock: Clock;
  tell(event: NewEvent): void;
  /** After the event. */
  onStep(): void;
}

/** Notices when the recorder's own clock is set. */
export class SystemClockWatch {
  readonly #parts: SystemClockParts;
  #distanceMs: number;
  #lastStepAt: UnixMs | null = null;

  constructor(parts: SystemClockParts) {
    this.#parts = parts;
    this.#distanceMs = this.#distance();
  }

  /** By the clock as it was set. */
  get lastStepAt(): UnixMs | null {
    return this.#lastStepAt;
  }

  /** Call every second. What moves slowly, as NTP does it, is no step. */
  check(): void {
    const distanceMs = this.#distance();
    const movedMs = distanceMs - this.#distanceMs;
    this.#distanceMs = distanceMs;
    if (Math.abs(movedMs) <= stepMs) return;
    const { clock, tell, onStep } = this.#parts;
    this.#lastStepAt = clock.nowMs();
    const direction = movedMs > 0 ? 'ahead' : 'back';
    tell({
      kind: 'clock_stepped',
      level: 'warning',
      message: `The system clock was set ${direction} by ${durationText(Math.abs(movedMs))}, or the machine slept. Recordings from now on have the new time.`,
      code: direction,
    });
    onStep();
  }

  #distance(): number {
    const { clock } = this.#parts;
    return clock.nowMs() - clock.monotonicMs();
  }
}
