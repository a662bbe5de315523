import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChunkMeta } from '../chunk.ts';
import { decodeChunkIndex, encodeChunkIndex } from './chunk-index.ts';

function chunkList(count: number, first: Partial<ChunkMeta> = {}): ChunkMeta[] {
  const { offset = 1_234, mediaTime = 3_600 * 90_000, startMs = 1_700_000_000_000.25 } = first;
  return Array.from({ length: count }, (_, n) => ({
    offset: offset + n * 250_000,
    sizeBytes: 250_000,
    mediaTime: mediaTime + n * 43_200,
    duration: 43_200,
    startMs: startMs + n * 480,
    keyframe: n % 4 === 0,
    frames: 12,
  }));
}

test('a chunk index comes back as it was', () => {
  assert.deepEqual(decodeChunkIndex(encodeChunkIndex(chunkList(120))), chunkList(120));
  assert.deepEqual(decodeChunkIndex(encodeChunkIndex([])), []);
  assert.deepEqual(decodeChunkIndex(new Uint8Array()), []);
});

test('holes in the file, in media time and in the wall clock survive', () => {
  const chunks = [
    ...chunkList(3),
    ...chunkList(3, { offset: 5_000_000_000 }),
    ...chunkList(3, { offset: 5_000_750_000, mediaTime: 2 ** 40 }),
    ...chunkList(1, { offset: 5_001_500_000, mediaTime: 2 ** 40 + 3 * 43_200, startMs: 1_800_000_000_000 }),
  ];
  assert.deepEqual(decodeChunkIndex(encodeChunkIndex(chunks)), chunks);
});

test('twelve bytes a chunk', () => {
  assert.ok(encodeChunkIndex(chunkList(120)).length < 120 * 12 + 40);
});

test('an index of another version or cut short is refused', () => {
  const blob = encodeChunkIndex(chunkList(3));
  assert.throws(() => decodeChunkIndex(blob.subarray(0, blob.length - 1)));
  blob[0] = 9;
  assert.throws(() => decodeChunkIndex(blob), /version 9/);
});
