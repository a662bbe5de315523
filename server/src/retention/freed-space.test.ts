import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnixMs } from '@nightjar/contract';
import { FreedSpace } from './freed-space.ts';

function startAt(now: number) {
  const clock = { now, nowMs: () => clock.now as UnixMs, monotonicMs: () => clock.now };
  return { clock, freed: new FreedSpace(clock) };
}

test('what was just deleted counts as free, however long the file system takes to say so', () => {
  const { clock, freed } = startAt(0);
  freed.removed('sda', 300, 100);
  assert.equal(freed.freeOn('sda', 100, 0), 400);
  assert.equal(freed.freeOn('sdb', 100, 0), 100);
  clock.now = 1_000;
  freed.removed('sda', 200, 100);
  assert.equal(freed.freeOn('sda', 100, 0.1), 500, 'less what was written meanwhile');
  assert.equal(freed.freeOn('sda', 700, 0.1), 700, 'what is there is there');
});

test('after a minute, what the file system says holds', () => {
  const { clock, freed } = startAt(0);
  freed.removed('sda', 300, 100);
  clock.now = 40_000;
  freed.removed('sda', 50, 100);
  clock.now = 61_000;
  assert.equal(freed.freeOn('sda', 120, 0), 150, 'the first was long ago');
  clock.now = 101_000;
  assert.equal(freed.freeOn('sda', 120, 0), 120);
});
