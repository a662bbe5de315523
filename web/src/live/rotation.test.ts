import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterwards, holdMs } from './rotation.ts';

const everyMs = 5_000;

test('a page is shown for its time, then comes the next', () => {
  const { rotation, turns } = afterwards({ leftMs: everyMs, heldMs: 0 }, 4_000, everyMs);
  assert.deepEqual([rotation, turns], [{ leftMs: 1_000, heldMs: 0 }, false]);
  assert.deepEqual(afterwards(rotation, 1_000, everyMs), { rotation: { leftMs: everyMs, heldMs: 0 }, turns: true });
});

test('held, its time stands still, and goes on from there', () => {
  const held = { leftMs: 1_000, heldMs: holdMs };
  const { rotation } = afterwards(held, 4_000, everyMs);
  assert.deepEqual(rotation, { leftMs: 1_000, heldMs: 6_000 });
  assert.deepEqual(afterwards(rotation, 6_400, everyMs), { rotation: { leftMs: 600, heldMs: 0 }, turns: false });
});

test('after a long sleep one page is turned, not all that were missed', () => {
  assert.deepEqual(afterwards({ leftMs: 100, heldMs: 0 }, 3_600_000, everyMs), {
    rotation: { leftMs: everyMs, heldMs: 0 },
    turns: true,
  });
});
