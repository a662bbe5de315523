import type { FastSpeed } from '@nightjar/contract';

/** At these, keyframes alone are sent. */
const fast: readonly FastSpeed[] = [8, 16, 32, 64, 128, 256];

export const forwards: readonly number[] = [0.25, 0.5, 1, 2, 4, ...fast];
export const backwards: readonly number[] = [1, 2, 4, ...fast].map((speed) => -speed);

/** Slowest backwards last: a step up is always one towards faster forwards. */
const ladder = [...backwards.toReversed(), ...forwards];

/** The next speed up (`step` 1) or down (-1); the same at the ends. */
export function nextSpeed(rate: number, step: 1 | -1): number {
  return ladder[ladder.indexOf(rate) + step] ?? rate;
}

/** What a press of J or L makes of the speed: normal speed in its direction first, then the next faster one. */
export function pushed(rate: number, isPlaying: boolean, direction: 1 | -1): number {
  if (!isPlaying || Math.sign(rate) !== direction) return direction;
  const speeds = direction > 0 ? forwards : backwards;
  return speeds[speeds.indexOf(rate) + 1] ?? rate;
}

/** `1×`, `−64×`. */
export const speedText = (rate: number): string => `${rate < 0 ? '−' : ''}${Math.abs(rate)}×`;
