import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { UnixMs } from '@nightjar/contract';
import { type Database, openDatabase } from '../database/index.ts';
import { RecordedStreams, type StreamChange } from './recorded-streams.ts';
import { CameraStore } from './store.ts';

const clock = { now: 1_000, nowMs: () => clock.now as UnixMs, monotonicMs: () => 0 };
const source = { url: 'rtsp://10.0.0.1/1' };
const substream = { url: 'rtsp://10.0.0.1/2' };

async function open(t: TestContext): Promise<{ cameras: CameraStore; database: Database; streams: RecordedStreams }> {
  const database = await openDatabase(':memory:');
  t.after(() => database.close());
  clock.now = 1_000;
  const cameras = await CameraStore.open({ db: database.db, clock });
  return { cameras, database, streams: new RecordedStreams(cameras) };
}

const told = (streams: RecordedStreams) =>
  streams.list().map(({ id, createdAt, recording }) => `${id} since ${createdAt} ${recording.mode}`);
const rowIds = async ({ db }: Database) =>
  (await db.selectFrom('cameras').select('id').orderBy('id').execute()).map(({ id }) => id);

/** As far as the store looks at it. */
async function recordSomething({ db }: Database, streamId: string): Promise<void> {
  const { id: volume_id } = await db.selectFrom('volumes').select('id').executeTakeFirstOrThrow();
  const run = { video_codec: 'h264' as const, codec_string: 'avc1.640028', width: 1, height: 1, audio_codec: null };
  await db
    .insertInto('runs')
    .values({ id: streamId, camera_id: streamId, started_at: 1, init_length: 1, ...run })
    .execute();
  const segment = { sequence: 1, path: streamId, start_at: 1, end_at: 2, size_bytes: 1, head_length: 1 };
  await db
    .insertInto('segments')
    .values({ ...segment, camera_id: streamId, volume_id, run_id: streamId, state: 'closed', chunks: Buffer.alloc(0) })
    .execute();
}

test('a substream that is watched only is no recorded stream; a recorded one is, and no camera', async (t) => {
  const { cameras, streams, database } = await open(t);
  await cameras.create({ id: 'yard', name: 'Yard', source, substream });
  assert.deepEqual(told(streams), ['yard since 1000 continuous']);
  clock.now = 2_000;
  await cameras.update('yard', { substream: { record: true } });
  assert.deepEqual(told(streams), ['yard since 1000 continuous', 'yard.sub since 2000 continuous']);
  assert.deepEqual(
    cameras.list().map(({ id }) => id),
    ['yard'],
  );
  assert.deepEqual(await rowIds(database), ['yard', 'yard.sub']);
  assert.equal(streams.get('yard.sub')?.createdAt, 2_000);
});

test('one that is recorded no more is paused, and known as long as there is footage of it', async (t) => {
  const { cameras, streams, database } = await open(t);
  const changes: StreamChange[] = [];
  streams.onChange((change) => changes.push(change));
  await cameras.create({ id: 'yard', name: 'Yard', source, substream: { ...substream, record: true } });
  await cameras.update('yard', { substream: null });
  assert.deepEqual(told(streams), ['yard since 1000 continuous', 'yard.sub since 1000 off']);
  assert.deepEqual(
    changes.map(({ change, camera }) => `${camera.id} ${change}`),
    ['yard created', 'yard.sub created', 'yard updated', 'yard.sub updated'],
  );
  await recordSomething(database, 'yard.sub');
  const reopen = async () => new RecordedStreams(await CameraStore.open({ db: database.db, clock }));
  assert.deepEqual(told(await reopen()), ['yard since 1000 continuous', 'yard.sub since 1000 off']);
  await database.db.deleteFrom('segments').execute();
  assert.deepEqual(told(await reopen()), ['yard since 1000 continuous']);
  assert.deepEqual(await rowIds(database), ['yard']);
});

test('a removed camera keeps its place as long as its substream has footage, and a new one takes that over', async (t) => {
  const { cameras, streams, database } = await open(t);
  await cameras.create({ id: 'yard', name: 'Yard', source, substream: { ...substream, record: true } });
  await recordSomething(database, 'yard.sub');
  await cameras.delete('yard', 'delete');
  await cameras.forgetDeleted('yard');
  assert.deepEqual(await rowIds(database), ['yard', 'yard.sub']);
  assert.deepEqual(cameras.unwanted(), ['yard']);
  assert.equal((await cameras.create({ name: 'Yard', source })).id, 'yard-2');

  clock.now = 5_000;
  await cameras.create({ id: 'yard', name: 'Yard', source });
  assert.deepEqual(told(streams).sort(), [
    'yard since 5000 continuous',
    'yard-2 since 1000 continuous',
    'yard.sub since 5000 off',
  ]);
  await cameras.delete('yard', 'delete');
  await database.db.deleteFrom('segments').execute();
  await cameras.forgetDeleted('yard');
  assert.deepEqual(await rowIds(database), ['yard-2']);
});

test('a patch merges into the substream: its password stays, and null takes it away', async (t) => {
  const { cameras } = await open(t);
  await cameras.create({ id: 'yard', name: 'Yard', source, substream: { url: 'rtsp://a:b@10.0.0.1/2' } });
  const { substream: changed } = await cameras.update('yard', { substream: { transport: 'udp' } });
  assert.deepEqual(changed, {
    ...{ url: 'rtsp://10.0.0.1/2', transport: 'udp', username: 'a', password: 'b' },
    ...{ record: false, connect: 'always' },
  });
  assert.equal((await cameras.update('yard', { substream: null })).substream, null);
  await assert.rejects(cameras.update('yard', { substream: { record: true } }), {
    code: 'invalid_request',
    message: 'substream.url: is required',
  });
});
