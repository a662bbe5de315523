import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { type UnixMs, wholeWeek } from '@nightjar/contract';
import { type Database, openDatabase } from '../database/index.ts';
import { type CameraChange, CameraStore } from './store.ts';

const clock = { nowMs: () => 1_795_356_180_000 as UnixMs, monotonicMs: () => 0 };

async function openStore(t: TestContext): Promise<{ cameras: CameraStore; database: Database; file: string }> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nightjar-cameras-'));
  const file = path.join(folder, 'nightjar.db');
  const database = await openDatabase(file);
  t.after(async () => {
    await database.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });
  return { cameras: await CameraStore.open({ db: database.db, clock }), database, file };
}

const reopen = ({ db }: Database) => CameraStore.open({ db, clock });
const source = { url: 'rtsp://admin:s3cret@10.0.0.1:554/stream' };

const dataVolumeId = async (db: Database['db']): Promise<string> =>
  (await db.selectFrom('volumes').select('id').executeTakeFirstOrThrow()).id;

async function recordSomething({ db }: Database, cameraId: string): Promise<void> {
  const run = { started_at: 1, video_codec: 'h264' as const, codec_string: 'avc1.640028', width: 1, height: 1 };
  const id = `run-of-${cameraId}`;
  await db
    .insertInto('runs')
    .values({ ...run, id, camera_id: cameraId, audio_codec: null, init_length: 1 })
    .execute();
  const segment = { sequence: 1, path: cameraId, start_at: 1, end_at: 2, size_bytes: 1, head_length: 1 };
  await db
    .insertInto('segments')
    .values({
      ...segment,
      volume_id: await dataVolumeId(db),
      camera_id: cameraId,
      run_id: id,
      state: 'closed',
      chunks: Buffer.alloc(0),
    })
    .execute();
}

test('a new camera gets the defaults, and its credentials leave the URL', async (t) => {
  const { cameras } = await openStore(t);
  assert.deepEqual(await cameras.create({ name: ' Front door ', source }), {
    id: 'front-door',
    name: 'Front door',
    source: { url: 'rtsp://10.0.0.1:554/stream', transport: 'auto', username: 'admin', password: 's3cret' },
    substream: null,
    video: { mode: 'copy', bitrateKbps: 2000, fps: null, height: null, keyframeSeconds: 2, overlay: null },
    audio: { mode: 'auto' },
    recording: { mode: 'continuous', schedule: { week: wholeWeek(), exceptions: [] }, override: null },
    retention: { maxAgeDays: null, maxSizeBytes: null },
    archive: null,
    alerts: { downAfterSeconds: 120 },
    createdAt: clock.nowMs(),
    substreamSince: null,
  });
});

test('credentials given as fields win over those in the URL', async (t) => {
  const { cameras } = await openStore(t);
  const camera = await cameras.create({ name: 'a', source: { ...source, username: 'viewer', password: 'other' } });
  assert.deepEqual([camera.source.username, camera.source.password], ['viewer', 'other']);
});

test('cameras survive opening the database again, in the order they were added', async (t) => {
  const { cameras, database } = await openStore(t);
  await cameras.create({ name: 'b', group: 'Yard', source, video: { mode: 'encode', overlay: { text: 'Yard' } } });
  await cameras.create({ name: 'a', source, recording: { mode: 'off' } });
  await cameras.update('b', { source: { transport: 'udp' } });
  assert.deepEqual((await reopen(database)).list(), cameras.list());
});

test('settings written by an older version get the defaults of what they lack', async (t) => {
  const { database } = await openStore(t);
  const settings = JSON.stringify({ name: 'old', source: { url: 'rtsp://h/a' }, video: { overlay: { text: 'x' } } });
  await database.db.insertInto('cameras').values({ id: 'old', settings, created_at: 5, deleted_at: null }).execute();
  const camera = (await reopen(database)).require('old');
  assert.equal(camera.source.transport, 'auto');
  assert.deepEqual(camera.video.overlay, {
    format: '%D %H:%M:%S',
    text: 'x',
    position: 'top-left',
    fontSize: 18,
    shaded: true,
  });
});

test('a patch changes what it names and nothing else', async (t) => {
  const { cameras } = await openStore(t);
  const before = await cameras.create({
    name: 'a',
    source,
    video: { mode: 'encode', fps: 10, overlay: { text: 'Yard', fontSize: 30 } },
  });
  const after = await cameras.update('a', { video: { overlay: { text: 'Gate' } } });
  const overlay = { ...before.video.overlay, text: 'Gate' };
  assert.deepEqual(after, { ...before, video: { ...before.video, overlay } });
});

test('a password stays when it is not mentioned, goes with null, and moves out of a new URL', async (t) => {
  const { cameras } = await openStore(t);
  await cameras.create({ name: 'a', source });
  const password = async (patch: Parameters<CameraStore['update']>[1]) => (await cameras.update('a', patch)).source;
  assert.equal((await password({ source: { url: 'rtsp://10.0.0.2/b' } })).password, 's3cret');
  assert.deepEqual(await password({ source: { url: 'rtsp://root:new@10.0.0.3/c' } }), {
    url: 'rtsp://10.0.0.3/c',
    transport: 'auto',
    username: 'root',
    password: 'new',
  });
  assert.deepEqual(await password({ source: { username: null, password: null } }), {
    url: 'rtsp://10.0.0.3/c',
    transport: 'auto',
  });
});

test('null returns a setting to its default', async (t) => {
  const { cameras } = await openStore(t);
  await cameras.create({ name: 'a', group: 'Yard', source, video: { fps: 10, overlay: { text: 'x' } } });
  const camera = await cameras.update('a', { group: null, video: { fps: null, overlay: null } });
  assert.equal(camera.group, undefined);
  assert.equal(camera.video.fps, null);
  assert.equal(camera.video.overlay, null);
});

test('an id is chosen once: a second camera with it is refused', async (t) => {
  const { cameras } = await openStore(t);
  await cameras.create({ id: 'gate', name: 'Gate', source });
  await assert.rejects(cameras.create({ id: 'gate', name: 'Other', source }), { code: 'camera_exists', field: 'id' });
  assert.equal((await cameras.create({ name: 'Gate', source })).id, 'gate-2');
});

test('changes at the same time do not overwrite each other', async (t) => {
  const { cameras, database } = await openStore(t);
  const made = await Promise.all(Array.from({ length: 5 }, () => cameras.create({ name: 'a', source })));
  assert.equal(new Set(made.map((camera) => camera.id)).size, 5);
  await Promise.all([
    cameras.update('a', { video: { fps: 5 } }),
    cameras.update('a', { video: { height: 720 } }),
    cameras.update('a', { name: 'b' }),
  ]);
  const { name, video } = (await reopen(database)).require('a');
  assert.deepEqual([name, video.fps, video.height], ['b', 5, 720]);
});

test('a refused change leaves the next one unharmed', async (t) => {
  const { cameras } = await openStore(t);
  await assert.rejects(cameras.create({ name: 'a', source: { url: 'rtsp://h:99999/' } }), { field: 'source.url' });
  await assert.rejects(cameras.update('a', {}), { code: 'camera_not_found' });
  await assert.rejects(cameras.delete('a'), { code: 'camera_not_found' });
  assert.equal((await cameras.create({ name: 'a', source })).id, 'a');
});

test('listeners hear of each change after it is stored, and not of one that changes nothing', async (t) => {
  const { cameras } = await openStore(t);
  const changes: CameraChange[] = [];
  const stop = cameras.onChange((change) => changes.push(change));
  const created = await cameras.create({ name: 'a', source });
  await cameras.update('a', { name: 'a', source: { url: source.url } });
  const updated = await cameras.update('a', { name: 'b' });
  await cameras.delete('a');
  stop();
  await cameras.create({ name: 'c', source });
  assert.deepEqual(changes, [
    { change: 'created', camera: created },
    { change: 'updated', camera: updated, previous: created },
    { change: 'deleted', camera: updated },
  ]);
});

test("a deleted camera's password is gone from the database", async (t) => {
  const { cameras, database, file } = await openStore(t);
  await cameras.create({ name: 'a', source });
  await cameras.delete('a');
  await database.close();
  assert.ok(!fs.readFileSync(file).includes('s3cret'));
});

test('footage of a deleted camera is given to none but a camera that asks for its id', async (t) => {
  const { cameras, database } = await openStore(t);
  await cameras.create({ name: 'Gate', source });
  await recordSomething(database, 'gate');
  await cameras.delete('gate');
  const again = await reopen(database);
  assert.deepEqual(again.list(), []);
  assert.equal((await again.create({ name: 'Gate', source })).id, 'gate-2');
  assert.equal((await again.create({ id: 'gate', name: 'Gate', source })).id, 'gate');
  assert.equal((await reopen(database)).list().length, 2);
});

test('the id of a deleted camera without footage is free again', async (t) => {
  const { cameras, database } = await openStore(t);
  await cameras.create({ name: 'Gate', source });
  await database.db
    .insertInto('gaps')
    .values({ camera_id: 'gate', from_at: 1, to_at: null, cause: 'stalled' })
    .execute();
  await cameras.delete('gate');
  await cameras.forgetDeleted('gate');
  assert.deepEqual(await database.db.selectFrom('cameras').select('id').execute(), []);
  assert.equal((await cameras.create({ name: 'Gate', source })).id, 'gate');
});

test('a deleted camera without footage is forgotten with its marks, but not while there are files of its archive', async (t) => {
  const { cameras, database } = await openStore(t);
  const mark = { kind: 'lock' as const, from_at: 1, to_at: 2, title: '', note: '', created_at: 1 };
  const job = {
    date: '2026-11-22',
    hour: null,
    from_at: 1,
    to_at: 2,
    format: 'mp4' as const,
    remove_segments: 0 as const,
  };
  const done = { state: 'done' as const, progress: 1, message: null, segments_removed: 0 as const, finished_at: 1 };
  for (const [id, files] of [
    ['gate', '[]'],
    ['yard', '[{"path":"archive/yard.mp4"}]'],
  ] as const) {
    await cameras.create({ id, name: id, source });
    await database.db
      .insertInto('marks')
      .values({ ...mark, camera_id: id })
      .execute();
    await database.db
      .insertInto('archives')
      .values({ ...job, ...done, camera_id: id, files })
      .execute();
    await cameras.delete(id);
    await cameras.forgetDeleted(id);
  }
  for (const table of ['cameras', 'marks', 'archives'] as const) {
    assert.equal((await database.db.selectFrom(table).selectAll().execute()).length, 1, table);
  }
});

test('that the footage of a deleted camera is to go is known after a restart, until a camera takes it over', async (t) => {
  const { cameras, database } = await openStore(t);
  for (const [id, footage] of [
    ['gate', 'delete'],
    ['yard', 'keep'],
  ] as const) {
    await cameras.create({ id, name: id, source });
    await recordSomething(database, id);
    await cameras.delete(id, footage);
  }
  assert.deepEqual(cameras.unwanted(), [], 'its stream may not have stopped yet');
  await cameras.forgetDeleted('gate');
  assert.deepEqual(cameras.unwanted(), ['gate']);
  const again = await reopen(database);
  assert.deepEqual(again.unwanted(), ['gate']);
  await again.create({ id: 'gate', name: 'Gate', source });
  assert.deepEqual(again.unwanted(), []);
  assert.deepEqual((await reopen(database)).unwanted(), []);
});
