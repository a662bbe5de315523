import assert from 'node:assert/strict';
import { test } from 'node:test';
import { followed } from './follow.ts';
import { around, between, lengthOf, panned, revealed, timeAtX, withinTime, xOf, zoomed } from './geometry.ts';
import { longestViewMs, shortestViewMs, ViewStore } from './view-store.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 10, 22);
const day = { from: start, to: start + 24 * hour };

test('pixels and instants are two sides of one scale', () => {
  assert.equal(xOf(day, 960, start + 12 * hour), 480);
  assert.equal(timeAtX(day, 960, 480), start + 12 * hour);
});

test('zooming keeps the instant under the pointer where it is, also where it goes no further', () => {
  const at = start + 9 * hour;
  for (const factor of [0.25, 1e-9, 1e9]) {
    const next = zoomed(day, factor, at);
    assert.ok(Math.abs(xOf(next, 1000, at) - xOf(day, 1000, at)) < 1e-3, String(factor));
  }
  assert.equal(lengthOf(zoomed(day, 1e-9, at)), shortestViewMs);
  assert.equal(lengthOf(zoomed(day, 1e9, at)), longestViewMs);
});

test('a store keeps the view between a second and two months, and tells of changes only', () => {
  const store = new ViewStore({ from: start, to: start });
  assert.equal(lengthOf(store.get()), shortestViewMs);
  let told = 0;
  store.subscribe(() => {
    told += 1;
  });
  store.set(day);
  store.set({ ...day });
  assert.equal(told, 1);
  assert.deepEqual(store.get(), day);
});

test('at most half of a view lies in the future', () => {
  assert.deepEqual(withinTime(day, start + 12 * hour), day);
  assert.deepEqual(withinTime(panned(day, 100 * hour), day.to), panned(day, 12 * hour));
});

test('a moment is brought into view at the same zoom, and only if it is not there', () => {
  assert.equal(revealed(day, start + 1), day);
  assert.deepEqual(revealed(day, start + 48 * hour), around(start + 48 * hour, 24 * hour));
});

test('a glide zooms evenly and ends where it should', () => {
  const end = { from: start + 6 * hour, to: start + 12 * hour };
  assert.equal(lengthOf(between(day, end, 0.5)), 12 * hour);
  assert.deepEqual(between(day, end, 1), end);
  assert.deepEqual(between(day, panned(day, hour), 0.5), panned(day, hour / 2));
});

test('what plays out of the view turns the page, in its direction', () => {
  assert.equal(followed(day, start + hour, start + 2 * hour), day);
  const next = followed(day, day.to - 1, day.to + 1);
  assert.ok(next.from > start + 20 * hour && next.from < day.to && lengthOf(next) === 24 * hour);
  const back = followed(day, start, start - 1);
  assert.ok(back.to > start && back.to < start + 4 * hour);
  assert.equal(followed(day, day.to + 1, day.to + hour), day, 'the play head was out of sight before');
  assert.deepEqual(followed(day, start, start + 1000 * hour), around(start + 1000 * hour, 24 * hour));
});

test('in a view of seconds the play head stays in the middle', () => {
  const close = { from: start, to: start + 4_000 };
  assert.equal(followed(close, start + 1_000, start + 1_040), close);
  assert.deepEqual(followed(close, start + 2_000, start + 2_040), panned(close, 40));
});
