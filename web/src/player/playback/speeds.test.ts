import assert from 'node:assert/strict';
import { test } from 'node:test';
import { playingAt } from './speeds.ts';
import { frameAt, frameOf } from './steps.ts';
import { WallClock } from './wall-clock.ts';

test('each speed is played by the element, by keyframes, or by seeks', () => {
  assert.deepEqual(playingAt(0.5), { fast: null, elementRate: 0.5 });
  assert.deepEqual(playingAt(64), { fast: { speed: 64, reverse: false }, elementRate: 1 });
  assert.deepEqual(playingAt(-2), { fast: null, elementRate: null });
  assert.deepEqual(playingAt(-4), { fast: { speed: 8, reverse: true }, elementRate: 0.5 });
  assert.deepEqual(playingAt(-256), { fast: { speed: 256, reverse: true }, elementRate: 1 });
});

test('a clock of wall time runs at its speed, both ways, and not while it is paused', () => {
  let now = 0;
  const clock = new WallClock(1_000, 2, () => now);
  now = 100;
  assert.equal(clock.get(), 1_200);
  clock.setRate(-4);
  now = 150;
  assert.equal(clock.get(), 1_000);
  assert.ok(clock.hasReached(1_100) && !clock.hasReached(900));
  clock.pause();
  now = 1_000;
  assert.equal(clock.get(), 1_000);
});

test('the frame shown is the last that began, and the one wanted is sought in its middle', () => {
  const frames = [0, 40, 80, 180];
  assert.deepEqual(
    [-5, 39.6, 40.4, 100, 999].map((at) => frameAt(frames, at)),
    [0, 1, 1, 2, 3],
  );
  assert.equal(frameAt([], 5), -1);
  assert.deepEqual(frameOf(frames, 1), { atMs: 40, middleMs: 60 });
  assert.deepEqual(frameOf(frames, 2), { atMs: 80, middleMs: 100 });
  assert.equal(frameOf(frames, 9), null);
});
