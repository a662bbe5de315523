import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Gap, Timeline } from '@nightjar/contract';
import { coverageOf, coverageShare, coverageText, formatLost } from './coverage.ts';

const hour = 3_600_000;
const gap = (from: number, to: number, cause: Gap['cause']) => ({ from: from * hour, to: to * hour, cause });
const timeline = (recordedHours: number, gaps: object[]) =>
  ({ spans: [{ from: 0, to: recordedHours * hour }], gaps }) as Timeline;

test('what nobody wanted recorded, and what was cleaned away, is not missing', () => {
  const coverage = coverageOf(
    timeline(10, [
      gap(10, 11, 'stalled'),
      gap(11, 12, 'clock_step'),
      gap(12, 18, 'schedule'),
      gap(18, 20, 'paused'),
      gap(20, 24, 'removed'),
    ]),
  );
  assert.deepEqual(coverage, { recordedMs: 10 * hour, missingMs: 2 * hour, offMs: 8 * hour, removedMs: 4 * hour });
  assert.equal(coverageShare(coverage), '83 %');
  assert.equal(coverageText(coverage), '10 h recorded, 2 h missing, 8 h paused or not scheduled, 4 h cleaned away');
});

test('coverage is told in words, also that of nothing', () => {
  assert.equal(coverageText(coverageOf(timeline(24, []))), '24 h recorded, nothing missing');
  assert.equal(coverageText(coverageOf(timeline(0, [gap(0, 24, 'disk_full')]))), '24 h missing');
  assert.equal(coverageText(coverageOf(timeline(0, []))), 'no camera yet');
  assert.equal(coverageShare(coverageOf(timeline(0, [gap(0, 24, 'paused')]))), '–');
});

test('what is missing never reads as nothing', () => {
  assert.equal(formatLost(400), '< 1 s');
  assert.equal(formatLost(0), '0 s');
  assert.equal(formatLost(90_000), '1 min 30 s');
});
