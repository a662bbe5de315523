import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayOfDate, offsetMsAt, toLocalIso } from '../time/zone.ts';
import {
  intervalsOf,
  labelStepMs,
  lengthOf,
  minorStepMs,
  panBy,
  rangeAt,
  revealed,
  shortestViewMs,
  ticksOf,
  timeAtX,
  xOf,
  zoomAt,
} from './view.ts';

const vienna = 'Europe/Vienna';
const day = dayOfDate('2026-11-22', vienna);
const hour = 3_600_000;

test('pixels and instants are two sides of one scale', () => {
  const noon = day.from + 12 * hour;
  assert.equal(xOf(day, 960, noon), 480);
  assert.equal(timeAtX(day, 960, 480), noon);
});

test('zooming keeps the instant under the pointer where it is', () => {
  const at = day.from + 9 * hour;
  const closer = zoomAt(day, day, 0.25, at);
  assert.equal(lengthOf(closer), 6 * hour);
  assert.equal(xOf(closer, 1000, at), xOf(day, 1000, at));
});

test('the view never leaves the day and never gets too close', () => {
  const closest = zoomAt(day, day, 1e-9, day.from);
  assert.equal(lengthOf(closest), shortestViewMs);
  assert.equal(closest.from, day.from);
  const widest = zoomAt(closest, day, 1e9, day.from);
  assert.deepEqual([widest.from, widest.to], [day.from, day.to]);
  const late = { from: day.to - hour, to: day.to };
  assert.deepEqual(panBy(late, day, hour), late);
});

test('the play head is brought back into view, at the same zoom', () => {
  const view = { from: day.from, to: day.from + hour };
  assert.equal(revealed(view, day, day.from + 1), view);
  const moved = revealed(view, day, day.from + 5 * hour);
  assert.equal(lengthOf(moved), hour);
  assert.ok(moved.from < day.from + 5 * hour && moved.to > day.from + 5 * hour);
});

test('labels never touch', () => {
  assert.equal(labelStepMs(day, 1200, 60), 2 * hour);
  assert.equal(labelStepMs(day, 340, 60), 6 * hour);
  assert.equal(labelStepMs({ from: 0, to: 60_000 }, 1000, 80), 5_000);
  for (const step of [5_000, 60_000, 300_000, hour, 4 * hour, 12 * hour]) assert.equal(step % minorStepMs(step), 0);
});

const labels = (date: string, stepMs: number, zone = vienna) =>
  ticksOf(dayOfDate(date, zone), stepMs, (at) => offsetMsAt(at, zone)).map((at) => toLocalIso(at, zone).slice(11, 16));

test('a day has a tick for each local hour: 24, or 23, or 25', () => {
  assert.equal(labels('2026-11-22', hour).length, 24);
  assert.deepEqual(labels('2026-03-29', hour).slice(0, 4), ['00:00', '01:00', '03:00', '04:00']);
  assert.equal(labels('2026-03-29', hour).length, 23);
  assert.deepEqual(labels('2026-10-25', hour).slice(1, 5), ['01:00', '02:00', '02:00', '03:00']);
  assert.equal(labels('2026-10-25', hour).length, 25);
});

test('labels stay on round local hours after a clock change, in any zone', () => {
  assert.deepEqual(labels('2026-10-25', 4 * hour), ['00:00', '04:00', '08:00', '12:00', '16:00', '20:00']);
  assert.deepEqual(labels('2026-11-22', 6 * hour, 'Asia/Kathmandu'), ['00:00', '06:00', '12:00', '18:00']);
});

test('spans closer than the eye can tell are drawn as one', () => {
  const spans = [
    { from: day.from, to: day.from + hour },
    { from: day.from + hour + 1_000, to: day.from + 2 * hour },
    { from: day.from + 6 * hour, to: day.from + 7 * hour },
  ];
  assert.deepEqual(intervalsOf(spans, day, 240, 0.5), [
    [0, 20],
    [60, 70],
  ]);
  assert.equal(rangeAt(spans, day.from + 6.5 * hour), spans[2]);
  assert.equal(rangeAt(spans, day.from + 3 * hour), undefined);
});
