import type { UnixMs } from '@nightjar/contract';
import type { Clock } from '../shared/clock.ts';
import { ClockWatch } from '../shared/clock-watch.ts';
import type { NewEvent } from './event-log.ts';
import { durationText } from './words.ts';

interface SystemClockParts {
  clock: Clock;
  tell(event: NewEvent): void;
  /** After the event. */
  onStep(): void;
}

/** Tells when the recorder's own clock is set. */
export class SystemClockWatch {
  readonly #parts: SystemClockParts;
  readonly #watch: ClockWatch;
  #lastStepAt: UnixMs | null = null;

  constructor(parts: SystemClockParts) {
    this.#parts = parts;
    this.#watch = new ClockWatch(parts.clock);
  }

  /** By the clock as it was set. */
  get lastStepAt(): UnixMs | null {
    return this.#lastStepAt;
  }

  /** Call every second. What moves slowly, as NTP does it, is no step. */
  check(): void {
    const step = this.#watch.look();
    if (!step) return;
    const { tell, onStep } = this.#parts;
    this.#lastStepAt = step.now as UnixMs;
    const direction = step.now > step.before ? 'ahead' : 'back';
    const by = durationText(Math.abs(step.now - step.before));
    const orSlept = direction === 'ahead' ? ', or the machine slept' : '';
    tell({
      kind: 'clock_stepped',
      level: 'warning',
      message: `The system clock was set ${direction} by ${by}${orSlept}. Recordings from now on have the new time.`,
      code: direction,
    });
    onStep();
  }
}
