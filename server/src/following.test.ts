import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { UnixMs } from '@nightjar/contract';
import { CameraStore } from './camera/store.ts';
import { openDatabase } from './database/index.ts';
import { CameraFollower } from './following.ts';
import type { StreamSettings } from './media/protocol.ts';
import { StatusBoard } from './media/status-board.ts';
import { createLogger } from './shared/logger.ts';

const clock = { nowMs: () => 1_000 as UnixMs, monotonicMs: () => 0 };
const source = { url: 'rtsp://admin:s3cret@10.0.0.1/1' };
const url = 'rtsp://10.0.0.1/2';

async function follow(t: TestContext) {
  const { db, close } = await openDatabase(':memory:');
  t.after(close);
  const cameras = await CameraStore.open({ db, clock });
  const orders: string[] = [];
  const settings = new Map<string, StreamSettings>();
  const tell = (order: string) => (stream: StreamSettings) => {
    settings.set(stream.cameraId, stream);
    orders.push(`${order} ${stream.cameraId}`);
  };
  const pool = {
    start: tell('start'),
    update: async (stream: StreamSettings) => tell('update')(stream),
    stop: async (streamId: string) => void orders.push(`stop ${streamId}`),
    watch: () => {},
  };
  const board = new StatusBoard({ clock });
  const follower = new CameraFollower({
    ...{ cameras, board, log: createLogger({ level: 'silent' }) },
    pool: pool as never,
    plans: { windowsOf: () => [], onWindows: () => {}, onEdge: () => {}, start: () => {} } as never,
    index: { onEdge: () => {}, onCameraRemoved: (id: string) => orders.push(`end ${id}`) } as never,
    live: { remove: () => {} } as never,
    publish: () => {},
  });
  follower.start();
  /** What was ordered since it was asked last. */
  const ordered = async (cameraId = 'yard') => {
    await follower.settled(cameraId);
    return orders.splice(0);
  };
  return { cameras, follower, board, settings, ordered };
}

test('a substream on demand runs while it is watched', async (t) => {
  const { cameras, follower, board, settings, ordered } = await follow(t);
  await cameras.create({ id: 'yard', name: 'Yard', source, substream: { url, connect: 'on-demand' } });
  assert.deepEqual(await ordered(), ['start yard']);
  assert.equal(board.of('yard').substream?.state, 'idle');
  follower.watch('yard.sub', true);
  assert.deepEqual(await ordered(), ['start yard.sub']);
  assert.deepEqual(settings.get('yard.sub')?.source, { url, transport: 'auto', username: 'admin', password: 's3cret' });
  board.set('yard.sub', { state: 'starting', since: 1_000 });
  follower.watch('yard.sub', false);
  assert.deepEqual(await ordered(), ['stop yard.sub']);
  assert.equal(board.of('yard').substream?.state, 'idle');
});

test('one that is recorded, or always connected, needs no viewer', async (t) => {
  const { cameras, follower, ordered } = await follow(t);
  await cameras.create({ id: 'yard', name: 'Yard', source, substream: { url, record: true, connect: 'on-demand' } });
  assert.deepEqual((await ordered()).sort(), ['start yard', 'start yard.sub']);
  follower.watch('yard.sub', true);
  follower.watch('yard.sub', false);
  assert.deepEqual(await ordered(), ['update yard.sub', 'update yard.sub']);
  await cameras.update('yard', { substream: { record: false } });
  assert.deepEqual((await ordered()).sort(), ['stop yard.sub', 'update yard']);
  await cameras.update('yard', { substream: { connect: 'always' } });
  assert.deepEqual((await ordered()).sort(), ['start yard.sub', 'update yard']);
});

test('a removed camera takes both with it, also when one of its id comes at once', async (t) => {
  const { cameras, board, ordered } = await follow(t);
  await cameras.create({ id: 'yard', name: 'Yard', source, substream: { url } });
  await ordered();
  await cameras.delete('yard');
  await cameras.create({ id: 'yard', name: 'Yard', source });
  assert.deepEqual((await ordered()).sort(), ['end yard', 'end yard.sub', 'start yard', 'stop yard', 'stop yard.sub']);
  assert.equal(board.of('yard').substream, null);
});
