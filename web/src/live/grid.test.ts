import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fittingLayout, gridOf, groupsOf, pageOf } from './grid.ts';

test('the layout grows with the cameras', () => {
  assert.deepEqual([0, 1, 2, 4, 5, 9, 10, 40].map(fittingLayout), [1, 1, 4, 4, 9, 9, 16, 16]);
});

test('no row and no column is empty', () => {
  assert.deepEqual(gridOf(4, 2), { columns: 2, rows: 1 });
  assert.deepEqual(gridOf(4, 3), { columns: 2, rows: 2 });
  assert.deepEqual(gridOf(9, 1), { columns: 1, rows: 1 });
  assert.deepEqual(gridOf(9, 7), { columns: 3, rows: 3 });
  assert.deepEqual(gridOf(4, 30), { columns: 2, rows: 2 });
});

test('a page that no longer exists becomes the last one', () => {
  const cameras = [1, 2, 3, 4, 5];
  assert.deepEqual(pageOf(cameras, 4, 1), { items: [5], page: 1, pages: 2 });
  assert.deepEqual(pageOf(cameras, 4, 7), { items: [5], page: 1, pages: 2 });
  assert.deepEqual(pageOf([], 4, 0), { items: [], page: 0, pages: 1 });
});

test('groups are listed once, numbers in order', () => {
  assert.deepEqual(groupsOf([{ group: 'Hall 10' }, {}, { group: 'Hall 2' }, { group: 'Hall 10' }]), [
    'Hall 2',
    'Hall 10',
  ]);
});
