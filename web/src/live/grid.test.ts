import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fittingTiles, gridOf, groupsOf, inOrder, inPages, neighbourOf, wholeGrid } from './grid.ts';

test('the tiles grow with the cameras', () => {
  assert.deepEqual([0, 1, 2, 4, 5, 9, 10, 17, 40].map(fittingTiles), [1, 1, 4, 4, 9, 9, 16, 25, 25]);
});

test('no row and no column is empty', () => {
  assert.deepEqual(gridOf(4, 2), { columns: 2, rows: 1 });
  assert.deepEqual(gridOf(4, 3), { columns: 2, rows: 2 });
  assert.deepEqual(gridOf(9, 1), { columns: 1, rows: 1 });
  assert.deepEqual(gridOf(9, 7), { columns: 3, rows: 3 });
  assert.deepEqual(gridOf(25, 30), { columns: 5, rows: 5 });
});

test('pages are full but for the last', () => {
  assert.deepEqual(inPages([1, 2, 3, 4, 5], 2), [[1, 2], [3, 4], [5]]);
  assert.deepEqual(inPages([], 4), []);
});

test('groups are listed once, numbers in order', () => {
  assert.deepEqual(groupsOf([{ group: 'Hall 10' }, {}, { group: 'Hall 2' }, { group: 'Hall 10' }]), [
    'Hall 2',
    'Hall 10',
  ]);
});

test('cameras are ordered by group and name, those without a group last', () => {
  const cameras = [
    { name: 'A' },
    { name: 'B 10', group: 'Hall' },
    { name: 'B 9', group: 'Hall' },
    { name: 'Z', group: 'East' },
  ];
  assert.deepEqual(
    inOrder(cameras).map(({ name }) => name),
    ['Z', 'B 9', 'B 10', 'A'],
  );
});

test('arrows lead to the neighbour, and nowhere at an edge', () => {
  const grid = wholeGrid(9);
  const from = (place: number, places = 9) =>
    ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'].map((key) => neighbourOf(place, key, grid, places));
  assert.deepEqual(from(4), [3, 5, 1, 7]);
  assert.deepEqual(from(0), [0, 1, 0, 3]);
  assert.deepEqual(from(8), [7, 8, 5, 8]);
  assert.deepEqual(from(4, 6), [3, 5, 1, 4], 'a page that is not full');
  assert.equal(neighbourOf(4, 'Tab', grid, 9), 4);
});
