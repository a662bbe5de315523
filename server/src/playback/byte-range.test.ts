import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesETag, parseByteRange } from './byte-range.ts';

test('ranges of a file of 1000 bytes', () => {
  const cases: Array<[string | undefined, ReturnType<typeof parseByteRange>]> = [
    [undefined, 'whole'],
    ['bytes=0-99', { start: 0, end: 99 }],
    ['bytes=900-', { start: 900, end: 999 }],
    ['bytes=900-5000', { start: 900, end: 999 }],
    ['bytes=999-999', { start: 999, end: 999 }],
    ['BYTES=-100', { start: 900, end: 999 }],
    ['bytes=-5000', { start: 0, end: 999 }],
    ['bytes=1000-', 'unsatisfiable'],
    ['bytes=99999999999999999999-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=9-3', 'whole'],
    ['bytes=-', 'whole'],
    ['bytes=0-1,5-6', 'whole'],
    ['lines=0-1', 'whole'],
    ['bytes=a-b', 'whole'],
    ['', 'whole'],
  ];
  for (const [header, expected] of cases) assert.deepEqual(parseByteRange(header, 1_000), expected, header);
  assert.equal(parseByteRange('bytes=0-', 0), 'unsatisfiable');
  assert.equal(parseByteRange('bytes=-1', 0), 'unsatisfiable');
});

test('an ETag is found in a list, weak or not', () => {
  assert.equal(matchesETag(undefined, '"a"'), false);
  assert.equal(matchesETag('"a"', '"a"'), true);
  assert.equal(matchesETag('"b", W/"a"', '"a"'), true);
  assert.equal(matchesETag('*', '"a"'), true);
  assert.equal(matchesETag('"b"', '"a"'), false);
});
