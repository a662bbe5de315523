import assert from 'node:assert/strict';
import fs from 'node:fs';
import { before, test } from 'node:test';
import type { Frames } from '@nightjar/contract';
import { record, startRecorder, type TestRecorder } from '../../testing/recorder.ts';
import { makeStream, type TestStream } from '../../testing/streams.ts';

const noon = Date.parse('2026-11-22T12:00:00Z');
let stream: TestStream;

before(async () => {
  stream = await makeStream({ seconds: 4, fps: 25, gopFrames: 50, bFrames: 2 });
});

const ask = ({ app }: TestRecorder, from: number, to: number) =>
  app.inject(`/api/v1/cameras/yard/frames?from=${from}&to=${to}`);

/** Milliseconds after noon, to a tenth. */
const times = (answer: Frames) => answer.frames.map(({ at }) => Math.round((at - noon) * 10) / 10);

test('all pictures of a range are told in the order shown, over segments, runs and gaps', async (t) => {
  const recorder = await startRecorder(t, { now: noon, cameras: ['yard'] });
  // Two segments, a gap, another run that is still going on.
  await record(recorder, { cameraId: 'yard', stream, startMs: noon, repeat: 16 });
  await record(recorder, { cameraId: 'yard', stream, startMs: noon + 70_000, repeat: 5, leaveOpen: true });
  const every40 = (from: number, to: number) => Array.from({ length: (to - from) / 40 }, (_, at) => from + at * 40);

  const across = await ask(recorder, noon + 50_000, noon + 80_000);
  assert.deepEqual(times(across.json()), [...every40(50_000, 64_000), ...every40(70_000, 80_000)]);
  const keyframes = across.json<Frames>().frames.filter(({ keyframe }) => keyframe);
  assert.deepEqual(
    times({ frames: keyframes }),
    [...every40(50_000, 80_000)].filter((ms) => ms % 2_000 === 0 && (ms < 64_000 || ms >= 70_000)),
  );
  assert.equal(across.headers['cache-control'], 'no-store', 'the last segment is open');

  const one = await ask(recorder, noon + 10_001, noon + 10_041);
  assert.deepEqual(times(one.json()), [10_040]);
  assert.equal(one.headers['cache-control'], 'private, max-age=3600');
  assert.equal((await ask(recorder, noon, noon + 60_001)).json().code, 'invalid_range');
});

test('a file that is gone is left out, and the index forgets it', async (t) => {
  const recorder = await startRecorder(t, { now: noon, cameras: ['yard'] });
  await record(recorder, { cameraId: 'yard', stream, startMs: noon, repeat: 16 });
  const range = { from: noon, to: noon + 64_000 } as Parameters<typeof recorder.index.footage>[1];
  const [first] = (await recorder.index.footage('yard', range)).segments;
  assert.ok(first);
  fs.rmSync(recorder.index.fileOf(first));
  assert.equal((await ask(recorder, noon + 30_000, noon + 64_000)).json().frames.length, 100);
  assert.equal((await recorder.index.footage('yard', range)).segments.length, 1);
});
