/** 1 s, 2 s, 4 s … at most `mostMs`. `failures` counts from 1. */
export const retryDelayMs = (failures: number, mostMs: number): number =>
  Math.min(1_000 * 2 ** Math.max(0, failures - 1), mostMs);
