import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesText, durationText, listText, percentText } from './words.ts';

test('durations, sizes, shares and lists are written as people write them', () => {
  const day = 86_400_000;
  assert.deepEqual(
    [400, 1_000, 59_600, 90_000, 3_600_000, 3_605_000, day + 7_200_000, 2 * day + 7_200_000, 3 * day].map(durationText),
    ['0.4 s', '1 s', '1 min', '1 min 30 s', '1 h', '1 h', '26 h', '2 days 2 h', '3 days'],
  );
  assert.deepEqual([0, 999, 1_000, 1_234_567, 4e9, 123.4e9, 1.5e15].map(bytesText), [
    '0 B',
    '999 B',
    '1.0 kB',
    '1.2 MB',
    '4.0 GB',
    '123 GB',
    '1.5 PB',
  ]);
  assert.deepEqual([1, 0.99999, 0.5, 0].map(percentText), ['100 %', '99.99 %', '50.00 %', '0 %']);
  assert.deepEqual([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listText), ['', 'a', 'a and b', 'a, b and c']);
});
