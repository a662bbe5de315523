import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LocalTime } from './local-time.ts';
import { moved, rungOf, rungs, viewOf } from './moves.ts';
import { placeRows, rowAt } from './rows.ts';

const local = new LocalTime('Europe/Vienna');
const hour = 3_600_000;
const at = Date.parse('2026-10-25T10:00:00Z');
const around = { playHeadMs: at, nowMs: at + 100 * 24 * hour, local };

test('each rung of the ladder shows what it is called, and knows itself', () => {
  for (const rung of rungs) assert.equal(rungOf(viewOf(rung, at, local)), rung);
  const day = moved({ from: at - hour, to: at + hour }, { to: 'rung', rung: 'day' }, around);
  assert.equal((day.to - day.from) / hour, 25);
});

test('a zoom by key stays with the play head while it is shown, else with the middle', () => {
  const view = { from: at - hour, to: at + 3 * hour };
  assert.deepEqual(moved(view, { to: 'zoom', factor: 0.5 }, around), { from: at - hour / 2, to: at + 1.5 * hour });
  const elsewhere = { ...around, playHeadMs: at - 24 * hour };
  assert.deepEqual(moved(view, { to: 'zoom', factor: 0.5 }, elsewhere), { from: at, to: at + 2 * hour });
});

test('the present is shown with most of the view before it', () => {
  const { from, to } = moved({ from: 0, to: 10 * hour }, { to: 'now' }, around);
  assert.deepEqual([around.nowMs - from, to - around.nowMs], [8 * hour, 2 * hour]);
});

test('rows keep their order, the selected one larger; between rows the nearest below is meant', () => {
  const cameras = ['a', 'b', 'c'].map((id) => ({ id, name: id }));
  const { rows, height } = placeRows(cameras, ['b'], 'mouse');
  assert.deepEqual(
    rows.map(({ camera, isSelected }) => [camera.id, isSelected]),
    [
      ['a', false],
      ['b', true],
      ['c', false],
    ],
  );
  assert.ok((rows[1]?.height ?? 0) > (rows[0]?.height ?? 0));
  assert.equal(rowAt(rows, 0)?.camera.id, 'a');
  assert.equal(rowAt(rows, (rows[1]?.top ?? 0) + 1)?.camera.id, 'b');
  assert.equal(rowAt(rows, height + 50)?.camera.id, 'c');
  assert.ok(placeRows(cameras, ['b'], 'thumb').rows.every((row) => row.height >= 36));
});
