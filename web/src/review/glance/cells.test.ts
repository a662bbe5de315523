import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Timeline, UnixMs } from '@nightjar/contract';
import { cellsOf, hourAround, layoutOf, walked } from './cells.ts';

const minutes = (count: number) => (count * 60_000) as UnixMs;

test('a cell shows its first recorded moment, or why there is none', () => {
  const timeline: Timeline = {
    spans: [
      { from: minutes(0), to: minutes(40) },
      { from: minutes(45), to: minutes(60) },
    ],
    gaps: [
      { from: minutes(40), to: minutes(45), cause: 'camera_unreachable' },
      { from: minutes(60), to: minutes(70), cause: 'paused' },
      { from: minutes(70), to: minutes(95), cause: 'stalled' },
    ],
  };
  const cells = cellsOf({ from: 0, to: minutes(150) }, minutes(30), timeline);
  assert.deepEqual(
    cells.map(({ content }) => content),
    [
      { kind: 'recorded', atMs: 0, share: 1 },
      { kind: 'recorded', atMs: minutes(30), share: 25 / 30 },
      { kind: 'gap', cause: 'stalled' },
      { kind: 'gap', cause: 'stalled' },
      { kind: 'nothing' },
    ],
  );
});

test('days of 23 and 25 hours have as many cells as they are long', () => {
  for (const hours of [23, 24, 25]) {
    assert.equal(cellsOf({ from: 0, to: minutes(hours * 60) }, minutes(30), undefined).length, hours * 2);
  }
});

test('an hour is counted from the day’s beginning', () => {
  const day = { from: minutes(30), to: minutes(30 + 25 * 60) };
  assert.deepEqual(hourAround(minutes(95), day), { from: minutes(90), to: minutes(150) });
  assert.deepEqual(hourAround(minutes(30 + 25 * 60) - 1, day), { from: minutes(30 + 24 * 60), to: day.to });
});

test('a day fits a desktop screen at half hours, and a phone at hours; rows begin at whole hours', () => {
  assert.equal(layoutOf(48, 30, { width: 1_392, height: 780 }).columns, 8);
  assert.equal(layoutOf(24, 60, { width: 366, height: 750 }).columns, 3);
  for (const span of [60, 30, 15, 5]) {
    for (const width of [340, 366, 700, 1_000, 1_392, 1_900, 2_500]) {
      const { columns, cellWidth } = layoutOf(1_440 / span, span, { width, height: 700 });
      const row = columns * span;
      assert.ok(row % 60 === 0 || 60 % row === 0, `${columns} columns of ${span} min`);
      assert.ok(cellWidth * columns + 6 * (columns - 1) <= width);
    }
  }
});

test('what does not fit is scrolled at a pleasant size', () => {
  const { cellWidth } = layoutOf(288, 5, { width: 1_392, height: 780 });
  assert.ok(cellWidth > 100 && cellWidth < 300);
});

test('keys walk the sheet and stay on it', () => {
  const sheet = { count: 46, columns: 8 };
  assert.equal(walked('ArrowRight', 45, sheet), 45);
  assert.equal(walked('ArrowDown', 40, sheet), 40);
  assert.equal(walked('ArrowDown', 3, sheet), 11);
  assert.equal(walked('ArrowUp', 3, sheet), 3);
  assert.equal(walked('Home', 13, sheet), 8);
  assert.equal(walked('End', 41, sheet), 45);
  assert.equal(walked('PageDown', 30, sheet), 45);
  assert.equal(walked('Tab', 3, sheet), null);
});
