import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { CameraId, CameraPatch, RetentionPreview, UnixMs } from '@nightjar/contract';
import { filesBelow, layFootage, pathFor } from '../../testing/footage.ts';
import { startRecorder, type TestRecorder, temporaryFolder } from '../../testing/recorder.ts';
import { type Removal, RetentionEngine } from './engine.ts';
import { MarkStore } from './marks.ts';

const noon = Date.parse('2026-11-22T12:00:00Z');
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

interface Cleaned extends TestRecorder {
  engine: RetentionEngine;
  marks: MarkStore;
  removals: Removal[];
  /** Files of recordings, relative to the data folder. */
  files(): string[];
  lay(cameraId: string, agoMs: number, minutes: number, on?: { root: string; id: string }): Promise<number[]>;
  limit(cameraId: string, retention: NonNullable<CameraPatch['retention']>): Promise<unknown>;
}

async function startCleaning(t: TestContext, cameras = ['yard', 'door']): Promise<Cleaned> {
  const recorder = await startRecorder(t, { now: noon, cameras });
  const { database, clock, volumes, index, dataDir, logger: log } = recorder;
  const engine = new RetentionEngine({ db: database.db, clock, log, cameras: recorder.cameras, volumes, index });
  const removals: Removal[] = [];
  engine.onRemoved((some) => removals.push(...some));
  return {
    ...recorder,
    engine,
    removals,
    marks: new MarkStore({ db: database.db, clock, cameras: recorder.cameras, onChange: () => {} }),
    files: () => filesBelow(path.join(dataDir, 'recordings')).map((file) => `recordings/${file}`),
    lay: (cameraId, agoMs, minutes, on = volumes.dataFolder) =>
      layFootage({ db: database.db, ...on, volumeId: on.id, cameraId, startMs: noon - agoMs, minutes }),
    limit: (id, retention) => recorder.cameras.update(id, { retention }),
  };
}

const pathsOf = (cameraId: string, agoMs: number, minutes: number): string[] =>
  Array.from({ length: minutes }, (_, at) => pathFor(cameraId, noon - agoMs + at * minute));

const rowsOf = ({ database }: TestRecorder) =>
  database.db.selectFrom('segments').select(['id', 'path', 'state']).orderBy('start_at').orderBy('path').execute();

test('footage that is too old goes with its rows, runs and folders; what is younger stays', async (t) => {
  const recorder = await startCleaning(t);
  await recorder.lay('yard', 9 * day, 5);
  await recorder.lay('yard', 8 * day, 5);
  await recorder.lay('door', 9 * day, 5);
  await recorder.lay('yard', hour, 5);
  await recorder.limit('yard', { maxAgeDays: 2 });
  await recorder.engine.freeSpaceNow();

  const left = [...pathsOf('door', 9 * day, 5), ...pathsOf('yard', hour, 5)];
  assert.deepEqual(recorder.files(), left.toSorted());
  assert.deepEqual((await rowsOf(recorder)).map((row) => row.path).sort(), left.toSorted());
  assert.equal((await recorder.database.db.selectFrom('runs').select('id').execute()).length, 2);
  assert.deepEqual(fs.readdirSync(path.join(recorder.dataDir, 'recordings/yard')), ['2026-11-22']);
  const timeline = await recorder.index.timeline('yard', { from: noon - 10 * day, to: noon } as {
    from: UnixMs;
    to: UnixMs;
  });
  assert.equal(timeline.spans.length, 1);
  assert.deepEqual(
    recorder.removals.map(({ cameraId, reason, segments, sizeBytes }) => [cameraId, reason, segments, sizeBytes]),
    [['yard', 'age', 10, 10_000]],
  );
});

test("a camera's limits are for its substream too, the oldest of both first, and locks keep both", async (t) => {
  const recorder = await startCleaning(t);
  const { cameras, engine, marks, lay, limit } = recorder;
  await cameras.update('yard', { substream: { url: 'rtsp://127.0.0.1/sub', record: true } });
  await lay('yard', 9 * day, 5);
  await lay('yard.sub', 9 * day, 5);
  await lay('yard', 3 * day, 600);
  await lay('yard.sub', 3 * day, 600);
  await lay('door', 9 * day, 5);
  await limit('yard', { maxAgeDays: 5 });
  await engine.freeSpaceNow();
  assert.equal(recorder.files().length, 1_205);

  const from = (noon - 3 * day) as UnixMs;
  const to = (from + 10 * minute) as UnixMs;
  await marks.create({ cameraId: 'yard' as CameraId, kind: 'lock', from, to });
  await limit('yard', { maxAgeDays: null, maxSizeBytes: 1_000_000 });
  const preview = await engine.preview({ cameraId: 'yard' });
  assert.deepEqual([preview.segments, preview.protectedSegments], [180, 20]);
  await engine.freeSpaceNow();
  for (const id of ['yard', 'yard.sub']) {
    const left = [...pathsOf(id, 3 * day, 10), ...pathsOf(id, 3 * day - 100 * minute, 500)];
    assert.deepEqual(
      recorder.files().filter((file) => file.startsWith(`recordings/${id}/`)),
      left.toSorted(),
    );
  }
  assert.deepEqual(new Set(recorder.removals.map(({ cameraId }) => cameraId)), new Set(['yard']));

  await cameras.delete('yard', 'delete');
  await cameras.forgetDeleted('yard');
  await engine.freeSpaceNow();
  assert.equal(recorder.files().length, 5 + 20);
  for (const { id } of await marks.list()) await marks.delete(id);
  await engine.freeSpaceNow();
  assert.equal(recorder.files().length, 5);
  const rows = await recorder.database.db.selectFrom('cameras').select('id').execute();
  assert.deepEqual(rows, [{ id: 'door' }]);
});

test('the rest of a day keeps its folder, without the playlist that names what has gone', async (t) => {
  const recorder = await startCleaning(t);
  await recorder.lay('yard', 8 * day, 10);
  const folder = path.join(recorder.dataDir, path.dirname(pathFor('yard', noon - 8 * day)));
  fs.writeFileSync(path.join(folder, 'index.m3u8'), '#EXTM3U\n');
  recorder.clock.now += 5 * minute;
  await recorder.limit('yard', { maxAgeDays: 8 });
  await recorder.engine.freeSpaceNow();
  assert.deepEqual(recorder.files(), pathsOf('yard', 8 * day - 5 * minute, 5));
});

test('a file that is none of ours stays, and so does its folder', async (t) => {
  const recorder = await startCleaning(t);
  await recorder.lay('yard', 8 * day, 3);
  const unknown = path.join(path.dirname(pathFor('yard', noon - 8 * day)), 'holiday.mp4');
  fs.writeFileSync(path.join(recorder.dataDir, unknown), 'mine');
  await recorder.limit('yard', { maxAgeDays: 2 });
  await recorder.engine.freeSpaceNow();
  assert.deepEqual(recorder.files(), [unknown]);
});

test('an empty day that something has left behind is found', async (t) => {
  const recorder = await startCleaning(t);
  const folder = path.join(recorder.dataDir, 'recordings/yard/2026-10-01');
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'index.m3u8'), '#EXTM3U\n');
  const today = path.join(recorder.dataDir, 'recordings/door/2026-11-22');
  fs.mkdirSync(today, { recursive: true });
  await recorder.engine.freeSpaceNow();
  assert.equal(fs.existsSync(path.dirname(folder)), false);
  assert.ok(fs.existsSync(today), 'a worker may be about to write there');
});

test('for something else than recordings, footage from before an instant goes, the oldest first, and nothing locked', async (t) => {
  const recorder = await startCleaning(t);
  const { engine, marks, volumes } = recorder;
  await recorder.lay('yard', 9 * day, 3);
  await recorder.lay('door', 9 * day, 3);
  await recorder.lay('yard', 2 * day, 3);
  const from = noon - 9 * day;
  await marks.create({ cameraId: 'door', kind: 'lock', from, to: from + minute } as never);
  const volumeId = volumes.dataFolder.id;
  await engine.makeRoom({ volumeId, bytes: 1, before: noon });
  assert.equal(recorder.files().length, 9, 'there is that much room');
  await engine.makeRoom({ volumeId, bytes: 1e15, before: noon - 3 * day });
  const left = [...pathsOf('yard', 2 * day, 3), ...pathsOf('door', 9 * day, 1)];
  assert.deepEqual(recorder.files(), left.toSorted());
  await engine.freeSpaceNow();
  assert.deepEqual(recorder.files(), left.toSorted(), 'a wish is for once');
});

test('what is locked or bookmarked stays, whatever the rules say', async (t) => {
  const recorder = await startCleaning(t);
  await recorder.lay('yard', 9 * day, 10);
  const [lockFrom, bookmarkFrom] = [noon - 9 * day + 2.5 * minute, noon - 9 * day + 7 * minute];
  const marked = { cameraId: 'yard', title: '', note: '' };
  const lock = await recorder.marks.create({ ...marked, kind: 'lock', from: lockFrom, to: lockFrom + minute });
  await recorder.marks.create({ ...marked, kind: 'bookmark', from: bookmarkFrom, to: bookmarkFrom + 1 });
  await recorder.limit('yard', { maxAgeDays: 2, maxSizeBytes: 1_000 });
  await recorder.volumes.update(recorder.volumes.dataFolder.id, { quotaBytes: 1 });
  await recorder.engine.freeSpaceNow();
  const all = pathsOf('yard', 9 * day, 10);
  assert.deepEqual(recorder.files(), [all[2], all[3], all[7]]);

  await recorder.marks.delete(lock.id);
  await recorder.engine.freeSpaceNow();
  assert.deepEqual(recorder.files(), [all[7]]);
});

test('what is locked does not count for the size of its camera', async (t) => {
  const recorder = await startCleaning(t);
  await recorder.lay('yard', hour, 10);
  await recorder.marks.create({ cameraId: 'yard', kind: 'lock', from: noon - hour, to: noon - hour + 4 * minute });
  await recorder.limit('yard', { maxSizeBytes: 6_000 });
  await recorder.engine.freeSpaceNow();
  assert.equal(recorder.files().length, 10);
  await recorder.limit('yard', { maxSizeBytes: 5_000 });
  await recorder.engine.freeSpaceNow();
  const all = pathsOf('yard', hour, 10);
  assert.deepEqual(recorder.files(), [...all.slice(0, 4), ...all.slice(5)]);
});

test('a lock that comes between the plan and the deed holds', async (t) => {
  const recorder = await startCleaning(t);
  const ids = await recorder.lay('yard', 9 * day, 3);
  await recorder.marks.create({ cameraId: 'yard', kind: 'lock', from: 0, to: noon });
  assert.equal((await recorder.index.removeSegments(ids)).segments, 0);
  assert.equal(recorder.files().length, 3);
});

test('who was about to play what is being cleaned away finds nothing missing', async (t) => {
  const recorder = await startCleaning(t);
  const [id = 0, ...others] = await recorder.lay('yard', hour, 3);
  const segment = await recorder.index.segment('yard', id);
  assert.ok(segment);
  await recorder.index.removeSegments([id]);
  await recorder.index.onFileMissing(segment);
  await recorder.index.flush();
  assert.doesNotMatch(recorder.log(), /is missing/);
  assert.equal((await rowsOf(recorder)).length, others.length);
});

test('the preview tells what cleaning does', async (t) => {
  const recorder = await startCleaning(t, ['yard', 'door', 'gate']);
  await recorder.lay('yard', 30 * day, 40);
  await recorder.lay('yard', 3 * day, 100);
  await recorder.lay('door', 29 * day, 70);
  await recorder.lay('door', hour, 50);
  await recorder.lay('gate', 50 * hour, 90);
  for (const [cameraId, ago] of [
    ['yard', 30 * day - 10 * minute],
    ['door', 29 * day],
  ] as const) {
    await recorder.marks.create({ cameraId, kind: 'lock', from: noon - ago, to: noon - ago + 90_000 });
  }
  await recorder.limit('yard', { maxAgeDays: 10 });
  await recorder.limit('door', { maxSizeBytes: 60_000 });
  await recorder.volumes.update(recorder.volumes.dataFolder.id, { quotaBytes: 220_000 });
  const before = await rowsOf(recorder);
  const preview = await recorder.engine.preview();
  assert.deepEqual(await rowsOf(recorder), before, 'a preview changes nothing');
  await recorder.engine.freeSpaceNow();

  const gone = before.length - (await rowsOf(recorder)).length;
  assert.equal(preview.segments, gone);
  assert.equal(preview.sizeBytes, gone * 1_000);
  assert.deepEqual(sumsOf(preview.items), sumsOf(recorder.removals));
  assert.deepEqual(new Set(preview.items.map(({ reason }) => reason)), new Set(['age', 'size', 'quota']));
  assert.equal(preview.protectedSegments, 4);
  const ofYard = preview.items.filter(({ cameraId, reason }) => cameraId === 'yard' && reason === 'age');
  assert.deepEqual(
    ofYard.map(({ from, to, segments }) => [(from - noon) / minute + 30 * 24 * 60, (to - from) / minute, segments]),
    [
      [0, 10, 10],
      [12, 28, 28],
    ],
  );
  assert.deepEqual((await recorder.engine.preview()).items, []);
});

const sumsOf = (items: ReadonlyArray<Pick<Removal, 'cameraId' | 'reason' | 'segments'>>) =>
  [...Map.groupBy(items, ({ cameraId, reason }) => `${cameraId} ${reason}`)]
    .map(([key, of]) => `${key} ${of.reduce((sum, { segments }) => sum + segments, 0)}`)
    .sort();

test('other limits can be tried before they are saved, for a camera or for all', async (t) => {
  const recorder = await startCleaning(t);
  await recorder.lay('yard', 9 * day, 10);
  await recorder.lay('door', 5 * day, 10);
  await recorder.limit('yard', { maxAgeDays: 7 });
  const said = ({ items }: RetentionPreview) =>
    items.map(({ cameraId, reason, segments }) => `${cameraId} ${reason} ${segments}`);
  const { engine } = recorder;
  assert.deepEqual(said(await engine.preview()), ['yard age 10']);
  assert.deepEqual(said(await engine.preview({ cameraId: 'door' })), []);
  assert.deepEqual(said(await engine.preview({ cameraId: 'door', maxAgeDays: 4 })), ['door age 10']);
  assert.deepEqual(said(await engine.preview({ cameraId: 'yard', maxAgeDays: 10 })), []);
  assert.deepEqual(said(await engine.preview({ cameraId: 'yard', maxSizeBytes: 4_000 })), ['yard size 6']);
  assert.deepEqual(said(await engine.preview({ maxAgeDays: 1 })), ['yard age 10', 'door age 10']);
  assert.equal(recorder.files().length, 20);
});

test('the oldest goes beyond the quota, of all cameras, with some room made ahead', async (t) => {
  const recorder = await startCleaning(t);
  await recorder.lay('yard', 9 * day, 20);
  await recorder.lay('door', 9 * day - 10 * minute, 30);
  await recorder.volumes.update(recorder.volumes.dataFolder.id, { quotaBytes: 40_000 });
  await recorder.engine.freeSpaceNow();
  // A tenth, and as much again, so that it does not begin anew with every segment.
  const left = [...pathsOf('yard', 9 * day - 14 * minute, 6), ...pathsOf('door', 9 * day - 14 * minute, 26)];
  assert.deepEqual(recorder.files(), left.toSorted());
  assert.deepEqual(new Set(recorder.removals.map(({ reason }) => reason)), new Set(['quota']));
});

test('footage on a disk that is not there is left alone, and goes when it is back', async (t) => {
  const recorder = await startCleaning(t);
  const root = temporaryFolder(t);
  const disk = await recorder.volumes.create({ path: root, name: 'Disk' });
  await recorder.lay('yard', 9 * day, 5, disk);
  await recorder.limit('yard', { maxAgeDays: 2 });
  fs.renameSync(root, `${root}-away`);
  t.after(() => fs.rmSync(`${root}-away`, { recursive: true, force: true }));
  await recorder.engine.freeSpaceNow();
  assert.equal((await rowsOf(recorder)).length, 5);
  assert.deepEqual((await recorder.engine.preview()).items, []);

  fs.renameSync(`${root}-away`, root);
  await recorder.engine.freeSpaceNow();
  assert.deepEqual([await rowsOf(recorder), filesBelow(path.join(root, 'recordings'))], [[], []]);
});

test('a disk that goes away in the midst of a deletion takes no row with it', async (t) => {
  const recorder = await startCleaning(t);
  const root = temporaryFolder(t);
  const disk = await recorder.volumes.create({ path: root, name: 'Disk' });
  const ids = await recorder.lay('yard', 9 * day, 3, disk);
  // Not noticed yet.
  fs.renameSync(root, `${root}-away`);
  t.after(() => fs.rmSync(`${root}-away`, { recursive: true, force: true }));
  const deleted = await recorder.index.removeSegments(ids);
  assert.deepEqual(deleted, { segments: 0, sizeBytes: 0, stuck: [disk.id] });
  assert.equal((await rowsOf(recorder)).length, 3);

  fs.renameSync(`${root}-away`, root);
  await recorder.index.finishDeletions();
  assert.deepEqual([await rowsOf(recorder), filesBelow(path.join(root, 'recordings'))], [[], []]);
});

/** A folder in its place: unlink(2) fails. */
function obstruct(recorder: Cleaned, file: string): () => void {
  const absolute = path.join(recorder.dataDir, file);
  fs.rmSync(absolute);
  fs.mkdirSync(absolute);
  fs.writeFileSync(path.join(absolute, 'in the way'), '');
  return () => fs.rmSync(absolute, { recursive: true });
}

test('a file that cannot be deleted keeps its row, and the others go', async (t) => {
  const recorder = await startCleaning(t);
  const [first = ''] = pathsOf('yard', 9 * day, 1);
  await recorder.lay('yard', 9 * day, 5);
  const clear = obstruct(recorder, first);
  await recorder.limit('yard', { maxAgeDays: 2 });
  await recorder.engine.freeSpaceNow();
  assert.deepEqual(
    (await rowsOf(recorder)).map((row) => [row.path, row.state]),
    [[first, 'deleting']],
  );
  assert.match(recorder.log(), /cannot be deleted/);

  clear();
  recorder.clock.now += 2 * hour;
  await recorder.engine.freeSpaceNow();
  assert.deepEqual([await rowsOf(recorder), recorder.files()], [[], []]);
});

test('a volume on which nothing can be deleted keeps its footage in sight, and is tried again later', async (t) => {
  const recorder = await startCleaning(t);
  await recorder.lay('yard', 9 * day, 9);
  const clear = pathsOf('yard', 9 * day, 9).map((file) => obstruct(recorder, file));
  await recorder.limit('yard', { maxAgeDays: 2 });
  await recorder.engine.freeSpaceNow();
  await recorder.engine.freeSpaceNow();
  const states = (await rowsOf(recorder)).map(({ state }) => state);
  assert.deepEqual(states, [...Array(3).fill('deleting'), ...Array(6).fill('closed')]);

  for (const each of clear) each();
  recorder.clock.now += 2 * hour;
  await recorder.engine.freeSpaceNow();
  assert.deepEqual(await rowsOf(recorder), []);
});

test('footage of a removed camera stays while it is locked, and goes when it is not any more', async (t) => {
  const recorder = await startCleaning(t);
  await recorder.lay('yard', 3 * hour, 10);
  const from = noon - 3 * hour;
  const lock = await recorder.marks.create({ cameraId: 'yard', kind: 'lock', from, to: from + 2 * minute });
  await recorder.cameras.delete('yard', 'delete');
  assert.deepEqual(await recorder.index.deleteFootage('yard'), { segments: 2, sizeBytes: 2_000 });
  await recorder.cameras.forgetDeleted('yard');
  await recorder.engine.freeSpaceNow();
  assert.deepEqual(recorder.files(), pathsOf('yard', 3 * hour, 2));

  await recorder.marks.delete(lock.id);
  await recorder.engine.freeSpaceNow();
  assert.deepEqual(recorder.files(), []);
  const rows = await recorder.database.db.selectFrom('cameras').select('id').execute();
  assert.deepEqual(rows, [{ id: 'door' }]);
});

test('footage that a removed camera keeps goes by no rule but for want of space', async (t) => {
  const recorder = await startCleaning(t);
  await recorder.limit('yard', { maxAgeDays: 2 });
  await recorder.cameras.delete('yard');
  await recorder.lay('yard', 9 * day, 10);
  await recorder.engine.freeSpaceNow();
  assert.equal(recorder.files().length, 10);
  await recorder.volumes.update(recorder.volumes.dataFolder.id, { quotaBytes: 4_000 });
  await recorder.engine.freeSpaceNow();
  assert.equal(recorder.files().length, 3);
});
