import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commonLagMs, correctionFor } from './steering.ts';

const factorFor = (leadMs: number, rate = 1) => {
  const correction = correctionFor(leadMs, rate);
  return correction.do === 'steer' ? Math.round(correction.factor * 100) / 100 : correction.do;
};

test('a small lead is taken away by playing slower, a small lag by playing faster', () => {
  assert.deepEqual(
    [0, 3, -3, 20, -20, 120, -120].map((lead) => factorFor(lead)),
    [1, 1, 1, 0.95, 1.05, 0.9, 1.1],
  );
});

test('far ahead waits for the clock, far behind jumps to it', () => {
  assert.deepEqual(
    [151, 3_600_000, -349, -351].map((lead) => factorFor(lead)),
    ['wait', 'wait', 1.1, 'jump'],
  );
});

test('what is far is measured in time that passes while playing', () => {
  assert.equal(factorFor(400, 4), 0.9);
  assert.equal(factorFor(400, 2), 'wait');
  assert.equal(factorFor(-1_000, 4), 1.1);
});

test('keyframes alone are not steered', () => {
  assert.equal(factorFor(10_000, 64), 1);
  assert.equal(factorFor(-10_000, 64), 1);
  assert.equal(factorFor(100_000, 64), 'wait');
  assert.equal(factorFor(300, -1), 1);
});

test('a lag is common when half of the pictures have it', () => {
  assert.deepEqual(
    [[], [300], [0, 300], [10, 300, 300], [300, -5, 0], [15, 18, 19]].map(commonLagMs),
    [0, 300, 0, 300, 0, 0],
  );
});
