import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChunkMeta } from '../media/chunk.ts';
import { decodeHoles, encodeHoles, holesIn } from './holes.ts';

/** Chunks back to back, each of so many frames and milliseconds. */
function chunks(...wishes: Array<[frames: number, ms: number]>): ChunkMeta[] {
  let startMs = 0;
  return wishes.map(([frames, ms], at) => {
    const chunk = {
      startMs,
      frames,
      duration: ms * 90,
      mediaTime: startMs * 90,
      offset: at,
      sizeBytes: 1,
      keyframe: at === 0,
    };
    startMs += ms;
    return chunk;
  });
}

const usual: [number, number] = [12, 480];

test('frames at their usual distance leave no hole, whatever that is', () => {
  assert.deepEqual(holesIn(chunks(usual, usual, [13, 520], usual)), []);
  assert.deepEqual(holesIn(chunks([1, 5_000], [1, 5_000], [1, 5_040])), []);
});

test('a chunk whose last frame stands still ends with a hole', () => {
  assert.deepEqual(holesIn(chunks(usual, [12, 4_480], usual)), [{ from: 960, to: 4_960 }]);
  assert.deepEqual(holesIn(chunks(usual, [1, 4_000], usual, [5, 2_200])), [
    { from: 520, to: 4_480 },
    { from: 5_160, to: 7_160 },
  ]);
});

test('the first chunk is judged by the second', () => {
  assert.deepEqual(holesIn(chunks([3, 3_120], usual, usual)), [{ from: 120, to: 3_120 }]);
});

test('a pause of less than a second is none', () => {
  assert.deepEqual(holesIn(chunks(usual, [12, 1_440], usual)), []);
});

test('a camera that changes its frame rate is judged by the new one', () => {
  assert.deepEqual(holesIn(chunks(usual, [1, 1_000], [1, 1_000], [1, 1_000])), []);
});

test('what the database keeps of holes is what they were', () => {
  const holes = [
    { from: 1, to: 2_000 },
    { from: 5_000, to: 9_000 },
  ];
  assert.deepEqual(decodeHoles(encodeHoles(holes)), holes);
  assert.equal(encodeHoles([]), null);
  assert.deepEqual(decodeHoles(null), []);
});
