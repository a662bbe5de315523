import type { UnixMs } from '@nightjar/contract';

/** Where the recorder reads time; tests give another one. */
export interface Clock {
  /** The system clock; may step. */
  nowMs(): UnixMs;
  /** Never steps, starts anywhere, milliseconds with fraction. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  nowMs: () => Date.now() as UnixMs,
  monotonicMs: () => performance.now(),
};
