import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PictureCache } from './picture-cache.ts';

test('a picture serves the moments between its own and the latest it was found for', () => {
  const cache = new PictureCache<string>(10);
  cache.add('yard', 320, 5_500, { atMs: 4_000, picture: 'a' });
  assert.equal(cache.find('yard', 4_000, 320)?.picture, 'a');
  assert.equal(cache.find('yard', 5_500, 320)?.picture, 'a');
  assert.equal(cache.find('yard', 5_501, 320), null);
  assert.equal(cache.find('yard', 3_999, 320), null);
  assert.equal(cache.find('door', 5_000, 320), null);
  assert.equal(cache.find('yard', 5_000, 160), null);
  cache.add('yard', 320, 5_900, { atMs: 4_000, picture: 'a' });
  assert.equal(cache.find('yard', 5_800, 320)?.atMs, 4_000);
  cache.add('yard', 320, 4_500, { atMs: 4_000, picture: 'a' });
  assert.equal(cache.find('yard', 5_800, 320)?.atMs, 4_000, 'what was known stays so');
});

test('those wanted least recently are given up', () => {
  const cache = new PictureCache<number>(2);
  cache.add('yard', 320, 1, { atMs: 1, picture: 1 });
  cache.add('yard', 320, 2, { atMs: 2, picture: 2 });
  cache.find('yard', 1, 320);
  cache.add('yard', 320, 3, { atMs: 3, picture: 3 });
  assert.deepEqual(
    [1, 2, 3].map((atMs) => cache.find('yard', atMs, 320)?.picture),
    [1, undefined, 3],
  );
});
