import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyOf, levelFor, levels, parentOf, piecesOf, type TileRange, tilesOf } from './levels.ts';
import { firstAfter, Pyramid } from './pyramid.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const start = Date.UTC(2026, 10, 16);

test('every tile lies within one of the next level', () => {
  for (const [level, { tileMs }] of levels.entries()) {
    const above = levels[level + 1];
    if (above) assert.equal(above.tileMs % tileMs, 0);
  }
  const tile = { level: 0, from: start + 40 * minute, to: start + hour };
  assert.deepEqual(parentOf(tile), { level: 1, from: start, to: start + 12 * hour });
});

test('a view of any length needs a handful of tiles', () => {
  for (let length = 1_000; length <= 62 * day; length *= 1.3) {
    const view = { from: start + 1, to: start + 1 + length };
    assert.ok(tilesOf(view, levelFor(view)).length <= 6, String(length));
  }
});

const known = (...tiles: TileRange[]) => {
  const keys = new Map(tiles.map((tile) => [keyOf(tile), keyOf(tile)]));
  return (tile: TileRange) => keys.get(keyOf(tile));
};

test('what is not read yet is drawn from a coarser tile, else from finer ones, else not at all', () => {
  const view = { from: start, to: start + day };
  const [morning, evening] = tilesOf(view, 1) as [TileRange, TileRange];
  const above = parentOf(morning) as TileRange;
  assert.deepEqual(piecesOf(view, known()), [{ ...view, tile: null }]);
  assert.deepEqual(
    piecesOf(view, known(morning, above)).map(({ tile }) => tile),
    [keyOf(morning), keyOf(above)],
  );
  const fine = { level: 0, from: evening.from, to: evening.from + 20 * minute };
  assert.deepEqual(piecesOf(view, known(morning, fine)), [
    { from: view.from, to: evening.from, tile: keyOf(morning) },
    { from: fine.from, to: fine.to, tile: keyOf(fine) },
    { from: fine.to, to: view.to, tile: null },
  ]);
});

test('coarser levels of a pyramid join what the eye cannot tell apart, and lose nothing else', () => {
  const spans = Array.from({ length: 1_000 }, (_, at) => ({ from: at * minute, to: at * minute + 59_500 }));
  const pyramid = new Pyramid([...spans, { from: 5_000 * minute, to: 5_001 * minute }]);
  assert.equal(pyramid.at(0).from.length, 1_001);
  assert.equal(pyramid.at(999).from.length, 1_001);
  const { from, to } = pyramid.at(2_000);
  assert.deepEqual([...from], [0, 5_000 * minute]);
  assert.deepEqual([...to], [999 * minute + 59_500, 5_001 * minute]);
  assert.equal(pyramid.at(10 * day).from.length, 1);
  assert.equal(firstAfter(pyramid.at(0), 3 * minute), 3);
  assert.equal(firstAfter(pyramid.at(0), 3 * minute + 59_500), 4);
});
