import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClockOffset } from './clock-offset.ts';

/** A frame every 100 ms from `fromMs` on, delayed by `delayMs(n)` milliseconds. */
function feed(offset: ClockOffset, fromMs: number, seconds: number, aheadMs: number, delayMs: (n: number) => number) {
  for (let n = 0; n < seconds * 10; n += 1) {
    const takenMs = fromMs + n * 100;
    offset.add(takenMs + aheadMs, takenMs + delayMs(n));
  }
}

test('the clock of a camera is known to the least delay of its frames', () => {
  const offset = new ClockOffset();
  assert.equal(offset.ms, null);
  feed(offset, 1_000_000, 30, 250, (n) => 5 + ((n * 37) % 10) * 9);
  assert.ok(Math.abs(Number(offset.ms) - 245) <= 1, String(offset.ms));
});

test('a camera whose clock is set is believed after one window; slow drift is followed smoothly', () => {
  const offset = new ClockOffset();
  feed(offset, 1_000_000, 11, 0, () => 10);
  assert.equal(offset.ms, -10);
  feed(offset, 1_011_000, 11, 3_600_000, () => 10);
  assert.equal(offset.ms, 3_599_990);
  feed(offset, 1_022_000, 6, 3_600_100, () => 10);
  assert.ok(Number(offset.ms) > 3_599_990 && Number(offset.ms) < 3_600_090, String(offset.ms));
});
