import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Timelines } from '@nightjar/contract';
import { record, startRecorder, type TestRecorder } from '../../testing/recorder.ts';
import { makeStream, type TestStream } from '../../testing/streams.ts';

const noon = Date.parse('2026-11-22T12:00:00Z');
const minute = 60_000;
let stream: TestStream;

before(async () => {
  stream = await makeStream({ seconds: 4, gopFrames: 25 });
});

async function ask({ app }: TestRecorder, query: Record<string, string | number>) {
  const everything = { from: noon - minute, to: noon + 100 * minute };
  const parameters = new URLSearchParams(
    Object.entries({ ...everything, ...query }).map(([key, value]) => [key, `${value}`]),
  );
  return app.inject(`/api/v1/timeline?${parameters}`);
}

test('several cameras are told of at once, in the order asked for, what is only in memory included', async (t) => {
  const recorder = await startRecorder(t, { now: noon, cameras: ['yard', 'door'] });
  await record(recorder, { cameraId: 'yard', stream, startMs: noon, repeat: 30 });
  // After a break of ten seconds, and still going on.
  await record(recorder, { cameraId: 'yard', stream, startMs: noon + 130_000, repeat: 20, leaveOpen: true });
  recorder.clock.now = noon + 4 * minute;
  const single = async (id: string) =>
    (
      await recorder.app.inject(`/api/v1/cameras/${id}/timeline?from=${noon - minute}&to=${noon + 100 * minute}`)
    ).json();
  const expected = [
    { cameraId: 'door', ...(await single('door')) },
    { cameraId: 'yard', ...(await single('yard')) },
  ];
  assert.equal(expected[1]?.spans.length, 2);
  const inMemory = await ask(recorder, { cameraIds: 'door,yard' });
  assert.deepEqual(inMemory.json(), { resolutionMs: 0, cameras: expected });
  await recorder.index.flush();
  assert.deepEqual((await ask(recorder, { cameraIds: 'door,yard' })).json(), { resolutionMs: 0, cameras: expected });

  const coarse: Timelines = (await ask(recorder, { cameraIds: 'yard', resolutionMs: 10_001 })).json();
  assert.deepEqual(coarse.cameras[0]?.spans, [{ from: noon, to: noon + 210_000 }]);
});

test('what is not asked for rightly is refused', async (t) => {
  const recorder = await startRecorder(t, { now: noon, cameras: ['yard'] });
  const codeOf = async (query: Record<string, string | number>) => (await ask(recorder, query)).json().code;
  assert.equal(await codeOf({ cameraIds: 'yard,hall' }), 'camera_not_found');
  assert.equal(await codeOf({ cameraIds: '' }), 'invalid_request');
  assert.equal(await codeOf({ cameraIds: 'yard', to: noon - 2 * minute }), 'invalid_range');
  assert.equal(await codeOf({ cameraIds: 'yard', to: noon + 401 * 1_440 * minute }), 'invalid_range');
  assert.equal(await codeOf({ cameraIds: 'yard', stream: 'sub' }), 'substream_not_found');
});
