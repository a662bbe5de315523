import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellKind, cellParts, cellText, sumOf, wantedShareText } from './heat.ts';

const hour = 3_600_000;
const day = (part: object) => ({ recordedMs: 0, gapMs: 0, wantedGapMs: 0, removedMs: 0, ...part });

test('a day counts as missing something only when that should have been recorded', () => {
  assert.equal(cellKind(day({})), 'none');
  assert.equal(cellKind(day({ recordedMs: 24 * hour })), 'whole');
  assert.equal(cellKind(day({ recordedMs: 16 * hour, gapMs: 8 * hour })), 'partly');
  assert.equal(cellKind(day({ removedMs: 24 * hour })), 'partly');
  assert.equal(cellKind(day({ recordedMs: 24 * hour - 1, gapMs: 1, wantedGapMs: 1 })), 'missing');
});

test('the parts of a day are shares of what is over of it', () => {
  const parts = cellParts(day({ recordedMs: 6 * hour, gapMs: 4 * hour, wantedGapMs: 2 * hour }));
  assert.deepEqual(parts, { recorded: 0.6, removed: 0, off: 0.2, missing: 0.2 });
});

test('a day is told in words', () => {
  assert.equal(cellText(day({ recordedMs: 24 * hour })), '24 h recorded, nothing missing');
  assert.equal(
    cellText(day({ recordedMs: 12 * hour, gapMs: 9 * hour, wantedGapMs: hour })),
    '12 h recorded, 1 h missing, 8 h paused or not scheduled',
  );
});

test('the share counts only what should have been recorded', () => {
  const days = [day({ recordedMs: 16 * hour, gapMs: 8 * hour }), day({ recordedMs: 12 * hour, wantedGapMs: 4 * hour })];
  assert.equal(wantedShareText(sumOf(days)), '87 %');
  assert.equal(wantedShareText(sumOf([])), '–');
});
