import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChunkMeta } from '../media/chunk.ts';
import type { Footage, Run, SegmentWithChunks } from '../recording/index.ts';
import { footageOf } from './footage.ts';

const hour = 3_600_000;

/** Chunks of half a second with 10 pictures, 100 bytes each; a keyframe every second. */
function segmentFrom(startAt: number, seconds: number, changes: Partial<SegmentWithChunks> = {}): SegmentWithChunks {
  const chunks = Array.from({ length: seconds * 2 }, (_, at): ChunkMeta => {
    const place = { offset: 1_000 + at * 100, sizeBytes: 100, mediaTime: at * 45_000, duration: 45_000 };
    return { ...place, startMs: startAt + at * 500, keyframe: at % 2 === 0, frames: 10 };
  });
  const endAt = startAt + seconds * 1_000;
  return { id: startAt, runId: 'run', startAt, endAt, path: `${startAt}.mp4`, chunks, ...changes } as SegmentWithChunks;
}

const footage = (segments: SegmentWithChunks[], audioCodec: string | null = 'aac'): Footage => ({
  segments,
  runs: new Map(segments.map(({ runId, startAt }) => [runId, { id: runId, startAt, audioCodec } as Run])),
});
const partOf = (all: Footage, from: number, to: number) =>
  footageOf(all, { hour: 0, from, to }, (segment) => segment.path);

test('each group of pictures belongs to the part in which it begins, whatever segment it lies in', () => {
  const all = footage([segmentFrom(hour - 2_500, 4), segmentFrom(hour + 1_500, 2)]);
  const before = partOf(all, 0, hour);
  assert.deepEqual([before.videoFrames, before.sizeBytes], [60, 600]);
  assert.deepEqual(before.ranges[0], { file: `${hour - 2_500}.mp4`, from: 1_000, to: 1_600, frames: 60 });
  const after = partOf(all, hour, 2 * hour);
  assert.deepEqual(after.ranges, [
    { file: `${hour - 2_500}.mp4`, from: 1_600, to: 1_800, frames: 20 },
    { file: `${hour + 1_500}.mp4`, from: 1_000, to: 1_400, frames: 40 },
  ]);
  assert.deepEqual(
    [...before.segments, ...after.segments].map(({ segment, frames }) => [segment.id, frames]),
    [
      [hour - 2_500, 60],
      [hour - 2_500, 20],
      [hour + 1_500, 40],
    ],
  );
});

test('the last sound of a part may lie in the chunks behind it, but never in another run', () => {
  const cut = footage([segmentFrom(hour - 1_000, 4)]);
  assert.deepEqual(partOf(cut, 0, hour).ranges[1], {
    ...{ file: `${hour - 1_000}.mp4`, from: 1_200, to: 1_600, frames: 40 },
    soundOnly: true,
  });
  const silent = footage([segmentFrom(hour - 1_000, 4)], null);
  assert.equal(partOf(silent, 0, hour).ranges.length, 1);
  const otherRun = footage([segmentFrom(hour - 1_000, 1), segmentFrom(hour, 2, { runId: 'other' })]);
  assert.equal(partOf(otherRun, 0, hour).ranges.length, 1);
});

test('what cannot be read between two chunks is left out', () => {
  const segment = segmentFrom(0, 3);
  const damaged = { ...segment, chunks: segment.chunks.filter((_, at) => at !== 2) };
  assert.deepEqual(
    partOf(footage([damaged]), 0, hour).ranges.map(({ from, to }) => [from, to]),
    [
      [1_000, 1_200],
      [1_300, 1_600],
    ],
  );
});
