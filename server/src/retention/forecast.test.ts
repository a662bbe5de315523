import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { StorageForecast } from '@nightjar/contract';
import { layFootage } from '../../testing/footage.ts';
import { startRecorder, type TestRecorder } from '../../testing/recorder.ts';
import { RetentionEngine } from './engine.ts';

const noon = Date.parse('2026-11-22T12:00:00Z');
const minute = 60_000;
const day = 1_440 * minute;
/** What a camera of 1,000 bytes a minute writes in a day. */
const perDay = 1_440_000;

interface Forecasting extends TestRecorder {
  forecast(): Promise<StorageForecast>;
  lay(cameraId: string, agoMs: number, minutes: number): Promise<number[]>;
}

/** Noon, with cameras added so many days ago, and so much room for recordings. */
async function startAtNoon(t: TestContext, addedDaysAgo: number, quotaBytes: number): Promise<Forecasting> {
  const recorder = await startRecorder(t, { now: noon - addedDaysAgo * day, cameras: ['yard', 'door'] });
  recorder.clock.now = noon;
  const { database, clock, volumes, index, cameras, logger: log } = recorder;
  await volumes.update(volumes.dataFolder.id, { quotaBytes });
  const { root, id: volumeId } = volumes.dataFolder;
  return {
    ...recorder,
    // Another each time: one remembers what it read for a minute.
    forecast: () => new RetentionEngine({ db: database.db, clock, log, cameras, volumes, index }).forecast(),
    lay: (cameraId, agoMs, minutes) =>
      layFootage({ db: database.db, root, volumeId, cameraId, startMs: noon - agoMs, minutes, sizeBytes: 1_000 }),
  };
}

const near = (actual: number | null, expected: number): void => {
  assert.ok(actual !== null && Math.abs(actual - expected) <= expected / 1_000, `${actual} is not ${expected}`);
};

test('minutes of footage tell what a day takes, and how long there is room', async (t) => {
  const recorder = await startAtNoon(t, 10 / 1_440, 10 * perDay);
  await recorder.lay('yard', 10 * minute, 10);
  const { bytesPerDay, fullInDays, keepsDays } = await recorder.forecast();
  near(bytesPerDay, perDay);
  // A tenth is kept as room made ahead, and cleaning goes on to two.
  near(fullInDays, 8 - 10 / 1_440);
  near(keepsDays, 9);
});

test('without footage nothing is foretold', async (t) => {
  const recorder = await startAtNoon(t, 1, 10 * perDay);
  assert.deepEqual(await recorder.forecast(), { bytesPerDay: 0, fullInDays: null, keepsDays: null });
});

test('what was not recorded counts as nothing, what was cleaned away as written', async (t) => {
  const recorder = await startAtNoon(t, 30, 100 * perDay);
  await recorder.lay('yard', 20 * day, 100);
  const removed = await recorder.lay('yard', 4 * day, 240);
  await recorder.lay('yard', 2 * day, 120);
  near((await recorder.forecast()).bytesPerDay, (0.25 / 7) * perDay);
  await recorder.index.removeSegments(removed);
  near((await recorder.forecast()).bytesPerDay, (0.25 / 7) * perDay);
});

test('a camera that is switched off writes nothing more', async (t) => {
  const recorder = await startAtNoon(t, 1, 10 * perDay);
  await recorder.lay('yard', day, 1_440);
  await recorder.lay('door', day, 1_440);
  near((await recorder.forecast()).bytesPerDay, 2 * perDay);
  await recorder.cameras.update('door', { recording: { mode: 'off' } });
  near((await recorder.forecast()).bytesPerDay, perDay);
});

test('where the limits of the cameras take footage before, it never fills', async (t) => {
  const recorder = await startAtNoon(t, 1, 10 * perDay);
  await recorder.lay('yard', day, 1_440);
  await recorder.lay('door', day, 1_440);
  await recorder.cameras.update('yard', { retention: { maxAgeDays: 5 } });
  await recorder.cameras.update('door', { retention: { maxSizeBytes: 2 * perDay } });
  const { fullInDays, keepsDays } = await recorder.forecast();
  assert.equal(fullInDays, null);
  near(keepsDays, 5);
  // What one leaves, another that has no limit takes.
  await recorder.cameras.update('yard', { retention: { maxAgeDays: null } });
  near((await recorder.forecast()).keepsDays, 7);
});

test('where the oldest goes already, it is full, and locked footage leaves less room', async (t) => {
  const recorder = await startAtNoon(t, 3, 2 * perDay);
  await recorder.lay('yard', 3 * day, 2 * 1_440);
  const before = await recorder.forecast();
  assert.equal(before.fullInDays, 0);
  near(before.keepsDays, 1.8 / (2 / 3));
  const lock = { kind: 'lock' as const, from_at: noon - 3 * day, to_at: noon - 2.5 * day };
  const mark = { camera_id: 'yard', title: '', note: '', created_at: 1, ...lock };
  await recorder.database.db.insertInto('marks').values(mark).execute();
  near((await recorder.forecast()).keepsDays, 1.3 / (2 / 3));
});
