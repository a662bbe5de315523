import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pace } from './pace.ts';

const kilobyte = 1024;

test('a viewer who keeps up gets everything', () => {
  const pace = new Pace();
  for (let n = 0; n < 1000; n += 1) {
    assert.equal(pace.admit(20 * kilobyte, n % 25 === 0, 40 * kilobyte, n * 40), 'send');
  }
});

test('one who reads nothing costs about a group of pictures, and is let go after half a minute', () => {
  const pace = new Pace();
  let waiting = 0;
  let stuckAtMs = 0;
  for (let n = 0; stuckAtMs === 0 && n < 10_000; n += 1) {
    const admitted = pace.admit(100 * kilobyte, n % 25 === 0, waiting, n * 40);
    if (admitted === 'send') waiting += 100 * kilobyte;
    if (admitted === 'stuck') stuckAtMs = n * 40;
  }
  assert.ok(waiting <= 1.5 * 25 * 100 * kilobyte, `${waiting} bytes wait`);
  assert.ok(stuckAtMs > 30_000 && stuckAtMs < 33_000, `let go after ${stuckAtMs} ms`);
});

test('one who reads half of it gets whole groups of pictures, each told to be a leap', () => {
  const pace = new Pace();
  let waiting = 0;
  let complete = true;
  const begun: number[] = [];
  for (let n = 0; n < 5_000; n += 1) {
    waiting = Math.max(waiting - 50 * kilobyte, 0);
    const keyframe = n % 25 === 0;
    const admitted = pace.admit(100 * kilobyte, keyframe, waiting, n * 40);
    assert.notEqual(admitted, 'stuck');
    if (admitted === 'skip') complete = false;
    if (admitted === 'resume') assert.ok(keyframe);
    if (admitted !== 'skip' && keyframe) complete = true;
    if (admitted !== 'skip') assert.ok(complete, `picture ${n} is sent although one before it is missing`);
    if (admitted !== 'skip') waiting += 100 * kilobyte;
    if (admitted === 'resume') begun.push(n);
  }
  assert.ok(begun.length > 20, `${begun.length} leaps`);
});

test('a first group of pictures larger than all limits is sent to whom it helps', () => {
  const pace = new Pace();
  assert.equal(pace.admit(20 * kilobyte * kilobyte, true, 0, 0), 'send');
});
