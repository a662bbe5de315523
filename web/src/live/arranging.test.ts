import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSame, pagesToArrange, placeName, swapped, withCamera } from './arranging.ts';

test('two places change what is in them, also with an empty one, or one of a page that was not there', () => {
  assert.deepEqual(swapped(['a', 'b', 'c'], 0, 2), ['c', 'b', 'a']);
  assert.deepEqual(swapped(['a', 'b'], 0, 5), [null, 'b', null, null, null, 'a']);
  assert.deepEqual(swapped(['a', null, 'b'], 2, 1), ['a', 'b'], 'no empty places at the end');
});

test('a camera is put in a place, or taken out', () => {
  assert.deepEqual(withCamera(['a'], 2, 'b'), ['a', null, 'b']);
  assert.deepEqual(withCamera(['a', null, 'b'], 2, null), ['a']);
  assert.deepEqual(withCamera([], 0, null), []);
});

test('there is always an empty page to put cameras on', () => {
  assert.deepEqual(
    [[], ['a'], ['a', 'b', 'c', 'd'], ['a', 'b', 'c', 'd', 'e']].map((places) => pagesToArrange(places, 4)),
    [1, 2, 2, 3],
  );
});

test('places are called as one counts them', () => {
  assert.equal(placeName(2, 9, 1), 'place 3');
  assert.equal(placeName(10, 9, 2), 'place 2 on page 2');
});

test('what was put back is not a change', () => {
  assert.ok(isSame(swapped(swapped(['a', 'b'], 0, 1), 0, 1), ['a', 'b']));
  assert.ok(!isSame(['a'], ['a', 'b']));
});
