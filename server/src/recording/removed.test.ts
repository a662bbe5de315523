import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { UnixMs } from '@nightjar/contract';
import { record, startRecorder, type TestRecorder } from '../../testing/recorder.ts';
import { makeStream, type TestStream } from '../../testing/streams.ts';
import { Deletion } from './deletion.ts';

const noon = Date.parse('2026-11-22T12:00:00Z');
const at = (seconds: number) => (noon + seconds * 1_000) as UnixMs;
let stream: TestStream;

before(async () => {
  stream = await makeStream({ seconds: 4, gopFrames: 25 });
});

/** In seconds after noon. */
async function timelineOf({ index }: TestRecorder, from: number, to: number) {
  const { spans, gaps } = await index.timeline('yard', { from: at(from), to: at(to) });
  const seconds = (ms: number) => (ms - noon) / 1_000;
  return {
    spans: spans.map((span) => [seconds(span.from), seconds(span.to)]),
    gaps: gaps.map((gap) => [seconds(gap.from), seconds(gap.to), gap.cause]),
  };
}

const mark = ({ database }: TestRecorder, before: number) =>
  database.db.updateTable('segments').set({ state: 'deleting' }).where('end_at', '<=', at(before)).execute();

const clean = ({ index }: TestRecorder) => index.finishDeletions();

const rowsOf = ({ database }: TestRecorder) =>
  database.db.selectFrom('removed').select(['from_at', 'to_at']).orderBy('from_at').execute();

test('footage that was cleaned away was recorded once: it is neither recorded nor lost', async (t) => {
  const recorder = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  await record(recorder, { cameraId: 'yard', stream, startMs: at(0), repeat: 45 });
  recorder.clock.now = at(190);
  recorder.index.setCoverage('yard', 'stalled');
  recorder.clock.now = at(200);
  await record(recorder, { cameraId: 'yard', stream, startMs: at(200) });
  recorder.clock.now = at(204);
  await recorder.index.flush();
  const expected = {
    spans: [
      [120, 180],
      [200, 204],
    ],
    gaps: [
      [0, 120, 'removed'],
      [180, 200, 'stalled'],
    ],
  };
  await mark(recorder, 120);
  assert.deepEqual(await timelineOf(recorder, 0, 204), expected, 'from the moment it is to be deleted');
  await clean(recorder);
  assert.deepEqual(await timelineOf(recorder, 0, 204), expected);
  assert.deepEqual(await rowsOf(recorder), [{ from_at: at(0), to_at: at(120) }]);

  await mark(recorder, 204);
  await clean(recorder);
  assert.deepEqual((await timelineOf(recorder, 0, 204)).gaps, [
    [0, 180, 'removed'],
    [180, 200, 'stalled'],
    [200, 204, 'removed'],
  ]);
  assert.deepEqual(await rowsOf(recorder), [
    { from_at: at(0), to_at: at(180) },
    { from_at: at(200), to_at: at(204) },
  ]);
});

test('minutes that are cleaned away one by one, in any order, are one row', async (t) => {
  const recorder = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  await record(recorder, { cameraId: 'yard', stream, startMs: at(0), repeat: 75 });
  await recorder.index.flush();
  const { db } = recorder.database;
  for (const start of [60, 240, 0, 180, 120]) {
    await db.updateTable('segments').set({ state: 'deleting' }).where('start_at', '=', at(start)).execute();
    await clean(recorder);
  }
  assert.deepEqual(await rowsOf(recorder), [{ from_at: at(0), to_at: at(300) }]);
});

test('a gap that footage had covered does not come back when that footage goes', async (t) => {
  const recorder = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  await recorder.database.db
    .insertInto('gaps')
    .values({ id: 1, camera_id: 'yard', from_at: at(1), to_at: at(3), cause: 'dropped' })
    .execute();
  await record(recorder, { cameraId: 'yard', stream, startMs: at(0) });
  await recorder.index.flush();
  await mark(recorder, 4);
  await clean(recorder);
  recorder.clock.now = at(4);
  assert.deepEqual(await timelineOf(recorder, 0, 4), { spans: [], gaps: [[0, 4, 'removed']] });
});

test('footage whose deletion cannot be brought to its disk stays known, and goes when the disk is well again', async (t) => {
  const recorder = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  await record(recorder, { cameraId: 'yard', stream, startMs: at(0), repeat: 30 });
  await recorder.index.flush();
  const { database, volumes, clock, logger } = recorder;
  let isWell = false;
  const deletion = new Deletion({
    ...{ db: database.db, volumes, clock, log: logger, onGone: () => {} },
    account: { onRemoved: async () => {}, onGivenUp: async () => {}, letGo: async () => false },
    durability: { ofIndex: async () => true, ofVolume: async () => isWell },
  });
  const rows = () => database.db.selectFrom('segments').select('state').execute();
  const ids = (await database.db.selectFrom('segments').select('id').execute()).map(({ id }) => id);
  const failed = await deletion.remove(ids, true);
  assert.deepEqual(failed, { segments: 0, sizeBytes: 0, stuck: [volumes.dataFolder.id] });
  assert.deepEqual(
    (await rows()).map(({ state }) => state),
    ids.map(() => 'deleting'),
  );
  isWell = true;
  const { segments, stuck } = await deletion.finish();
  assert.deepEqual({ segments, stuck }, { segments: ids.length, stuck: [] });
  assert.deepEqual(await rows(), []);
});
