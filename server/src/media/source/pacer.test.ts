import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sample } from '../gst/index.ts';
import { PacedQueue, Pacer } from './pacer.ts';

const s = 1e9;

/** When frames with these times are given out, looked at each 10 ms; seconds. */
function givenOutAt(mediaS: number[], arrivesS: (index: number) => number): number[] {
  const pacer = new Pacer();
  let nowNs = 0;
  let arrived = 0;
  const waiting: number[] = [];
  const isDue = (mediaNs: number) => pacer.isPictureDue(mediaNs, nowNs);
  const queue = new PacedQueue({ pull: () => sampleAt(waiting.shift()) }, isDue);
  const given: number[] = [];
  for (; given.length < mediaS.length && nowNs < 600 * s; nowNs += 0.01 * s) {
    while (arrived < mediaS.length && arrivesS(arrived) * s <= nowNs) waiting.push((mediaS[arrived++] ?? 0) * s);
    while (queue.pull()) given.push(Math.round(nowNs / 1e7) / 100);
  }
  return given;
}

const sampleAt = (ptsNs: number | undefined): Sample | null => (ptsNs === undefined ? null : ({ ptsNs } as Sample));

test('what comes all at once is given out in its own time', () => {
  assert.deepEqual(
    givenOutAt([7, 7.5, 8, 9], () => 1),
    [1, 1.5, 2, 3],
  );
});

test('what comes late is not hurried, and what follows keeps its rhythm', () => {
  // Segments of two frames; the third comes 3 s too late.
  const arrives = [0, 0, 2, 2, 7, 7, 9, 9];
  assert.deepEqual(
    givenOutAt([0, 1, 2, 3, 4, 5, 6, 7], (at) => arrives[at] ?? 0),
    [0, 1, 2, 3, 7, 8, 9, 10],
  );
});

test('where media time begins anew, so does its clock', () => {
  assert.deepEqual(
    givenOutAt([100, 101, 5, 6], () => 0),
    [0, 1, 1, 2],
  );
  assert.deepEqual(
    givenOutAt([5, 6, 1000, 1001], () => 0),
    [0, 1, 1, 2],
  );
});

test('sound waits for the picture, unless it has another clock altogether', () => {
  const pacer = new Pacer();
  assert.equal(pacer.isSoundDue(0, 0), false);
  assert.equal(pacer.isPictureDue(0, 0), true);
  assert.equal(pacer.isSoundDue(1 * s, 0), false);
  assert.equal(pacer.isSoundDue(1 * s, 1 * s), true);
  assert.equal(pacer.isSoundDue(5000 * s, 1 * s), true);
});
