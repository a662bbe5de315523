import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { cannotMount, LoopVolume } from '../../testing/loop-volume.ts';
import { record, startRecorder, temporaryFolder } from '../../testing/recorder.ts';
import { makeStream } from '../../testing/streams.ts';
import { identityFileName } from '../shared/volume-identity.ts';
import { floorOf, keepFreeOf } from './volume.ts';
import { VolumeSet } from './volumes.ts';

const gigabyte = 1e9;
const identityOf = (root: string): string => JSON.parse(fs.readFileSync(path.join(root, identityFileName), 'utf8')).id;

async function withVolume(t: TestContext, use: 'record' | 'read' = 'record') {
  const recorder = await startRecorder(t, { cameras: ['yard'] });
  const root = temporaryFolder(t);
  const volume = await recorder.volumes.create({ path: root, name: ' Second disk ', use });
  return { ...recorder, root, volume };
}

test('a volume keeps 5 % free, from 1 to 50 GB, but at most a fifth', () => {
  const keptOf = (total: number) => keepFreeOf({ keepFreeBytes: null }, total);
  assert.equal(keptOf(100 * gigabyte), 5 * gigabyte);
  assert.equal(keptOf(8 * gigabyte), 1 * gigabyte);
  assert.equal(keptOf(10_000 * gigabyte), 50 * gigabyte);
  assert.equal(keptOf(2 * gigabyte), 0.4 * gigabyte);
  assert.equal(keepFreeOf({ keepFreeBytes: 7 }, gigabyte), 7);
  assert.equal(floorOf(4_000), 1_000);
});

test('the data folder is the first volume, and its identity outlives the database', async (t) => {
  const first = await startRecorder(t, {});
  const [volume] = first.volumes.list();
  assert.equal(volume?.isDataFolder, true);
  assert.equal(volume?.id, identityOf(first.dataDir));
  await first.stop();
  for (const file of fs.readdirSync(first.dataDir)) {
    if (file.startsWith('nightjar.')) fs.rmSync(path.join(first.dataDir, file));
  }
  const second = await startRecorder(t, { dataDir: first.dataDir });
  assert.equal(second.volumes.list()[0]?.id, volume?.id);
});

test('a new volume gets an identity file, is used after the others, and is there after a restart', async (t) => {
  const { volumes, volume, root, database, dataDir, clock, logger } = await withVolume(t);
  assert.equal(volume.name, 'Second disk');
  assert.equal(identityOf(root), volume.id);
  assert.deepEqual(
    volumes.writable().map((each) => each.root),
    [dataDir, root],
  );
  const again = await VolumeSet.open({ db: database.db, dataDir, clock, log: logger });
  t.after(() => again.close());
  assert.deepEqual(again.list(), volumes.list());
});

test('the order, the use and the name of volumes can be changed', async (t) => {
  const { volumes, volume, root, dataDir } = await withVolume(t);
  await volumes.update(volume.id, { position: 0, name: 'Fast' });
  await volumes.update(volumes.dataFolder.id, { position: 1 });
  assert.deepEqual(
    volumes.writable().map((each) => each.root),
    [root, dataDir],
  );
  await volumes.update(volume.id, { use: 'read' });
  assert.deepEqual(
    volumes.writable().map((each) => each.root),
    [dataDir],
  );
  assert.deepEqual(await volumes.update(volume.id, {}), volumes.get(volume.id));
});

test('folders that cannot be volumes are refused, and get no identity file', async (t) => {
  const { volumes, root, dataDir } = await withVolume(t);
  const inside = path.join(root, 'inside');
  fs.mkdirSync(inside);
  fs.mkdirSync(path.join(dataDir, 'recordings'), { recursive: true });
  const file = path.join(temporaryFolder(t), 'file');
  fs.writeFileSync(file, '');
  const cases: Array<[wish: string, code: string, message: RegExp]> = [
    [root, 'volume_unusable', /already/],
    [inside, 'volume_unusable', /one in the other/],
    [path.dirname(root), 'volume_unusable', /one in the other/],
    [path.join(dataDir, 'recordings'), 'volume_unusable', /one in the other/],
    ['/nowhere/at/all', 'volume_unusable', /no such folder/],
    [file, 'volume_unusable', /is a file/],
    ['/proc', 'volume_unusable', /nothing can be written/],
  ];
  for (const [wish, code, message] of cases) await assert.rejects(volumes.create({ path: wish }), { code, message });
  assert.equal(volumes.list().length, 2);
  assert.deepEqual(fs.readdirSync(inside), []);
});

test('a volume of a former installation keeps its identity; the same disk twice is refused', async (t) => {
  const { volumes, volume, root } = await withVolume(t);
  await volumes.remove(volume.id);
  const again = await volumes.create({ path: root });
  assert.equal(again.id, volume.id);
  const elsewhere = temporaryFolder(t);
  fs.copyFileSync(path.join(root, identityFileName), path.join(elsewhere, identityFileName));
  await assert.rejects(volumes.create({ path: elsewhere }), { code: 'volume_exists' });
});

test('a disk mounted elsewhere is found under its new path, and nothing else is', async (t) => {
  const { volumes, volume, root } = await withVolume(t);
  const elsewhere = temporaryFolder(t);
  await assert.rejects(volumes.update(volume.id, { path: elsewhere }), { code: 'volume_unusable' });
  fs.renameSync(path.join(root, identityFileName), path.join(elsewhere, identityFileName));
  await volumes.checkNow();
  assert.equal(volumes.status(volume.id).state, 'missing');
  assert.match(volumes.status(volume.id).message ?? '', /does not hold this volume/);
  assert.equal((await volumes.update(volume.id, { path: elsewhere })).root, fs.realpathSync(elsewhere));
  assert.equal(volumes.status(volume.id).state, 'ready');
});

test('a volume whose settings change while it is looked at is looked at again', async (t) => {
  const { volumes, volume, root } = await withVolume(t);
  for (let change = 0; change < 5; change += 1) {
    void volumes.checkNow();
    await volumes.update(volume.id, { name: `Name ${change}` });
  }
  fs.rmSync(path.join(root, identityFileName));
  await volumes.checkNow();
  assert.equal(volumes.status(volume.id).state, 'missing');
});

test('listeners hear of each change of state once', async (t) => {
  const { volumes, volume, root } = await withVolume(t);
  const heard: string[] = [];
  volumes.onChange((change) => heard.push(change.kind === 'state' ? change.status.state : change.kind));
  fs.renameSync(path.join(root, identityFileName), path.join(root, 'away'));
  await volumes.checkNow();
  await volumes.checkNow();
  fs.renameSync(path.join(root, 'away'), path.join(root, identityFileName));
  await volumes.checkNow();
  assert.deepEqual(heard, ['missing', 'ready']);
  assert.equal(volumes.isPresent(volume.id), true);
});

test('a volume with footage cannot be removed, but its footage can be forgotten', async (t) => {
  const recorder = await withVolume(t, 'read');
  const { volumes, volume, index, clock, root } = recorder;
  const stream = await makeStream({ seconds: 2 });
  await record(recorder, { cameraId: 'yard', stream, startMs: clock.now - 60_000, volumeId: volume.id });
  await index.flush();
  const usage = await volumes.usage(volume.id);
  const files = fs.globSync('recordings/**/*.mp4', { cwd: root });
  assert.deepEqual([usage.segments, usage.bytes], [1, fs.statSync(path.join(root, files[0] ?? '')).size]);
  await assert.rejects(volumes.remove(volume.id), { code: 'volume_in_use' });
  await index.forgetVolume(volume.id);
  assert.deepEqual(await volumes.usage(volume.id), { segments: 0, bytes: 0, oldestAt: null });
  await volumes.remove(volume.id);
  assert.deepEqual(fs.globSync('recordings/**/*.mp4', { cwd: root }), files, 'the files stay');
  await assert.rejects(volumes.remove(volumes.dataFolder.id), { code: 'volume_in_use' });
});

test('a volume that is recorded on must be set to be read before its footage is forgotten', async (t) => {
  const { volumes, volume, root } = await withVolume(t);
  assert.throws(() => volumes.requireIdle(volume.id), { code: 'volume_in_use' });
  fs.rmSync(path.join(root, identityFileName));
  await volumes.checkNow();
  volumes.requireIdle(volume.id);
});

test('the recordings of the quota and a little more: then it takes no more', async (t) => {
  const recorder = await withVolume(t);
  const { volumes, volume, database } = recorder;
  await volumes.update(volume.id, { quotaBytes: 10_000_000 });
  const total = { camera_id: 'yard', volume_id: volume.id, segments: 1, deleting_bytes: 0 };
  const setBytes = (size_bytes: number) =>
    database.db
      .insertInto('footage_totals')
      .values({ ...total, size_bytes })
      .onConflict((conflict) => conflict.columns(['camera_id', 'volume_id']).doUpdateSet({ size_bytes }))
      .execute();
  await setBytes(10_500_000);
  await volumes.checkNow();
  assert.equal(volumes.status(volume.id).state, 'ready');
  await setBytes(11_100_000);
  await volumes.checkNow();
  assert.equal(volumes.status(volume.id).state, 'full');
  assert.match(volumes.status(volume.id).message ?? '', /quota/);
  await setBytes(10_100_000);
  await volumes.checkNow();
  assert.equal(volumes.status(volume.id).state, 'ready');
});

test('a disk is full before its last byte, and not again so soon', { skip: cannotMount }, async (t) => {
  await using disk = await LoopVolume.create({ sizeMb: 40 });
  const { volumes } = await startRecorder(t);
  const { id } = await volumes.create({ path: disk.path, keepFreeBytes: 16_000_000 });
  const fill = (megabytes: number) => fs.writeFileSync(path.join(disk.path, 'other'), Buffer.alloc(megabytes * 1e6));
  const stateWithFree = async (megabytes: number) => {
    const free = fs.statfsSync(disk.path);
    const used = fs.existsSync(path.join(disk.path, 'other')) ? fs.statSync(path.join(disk.path, 'other')).size : 0;
    fill(Math.round((free.bavail * free.bsize + used) / 1e6 - megabytes));
    await volumes.checkNow();
    return volumes.status(id).state;
  };
  assert.equal(await stateWithFree(6), 'ready');
  assert.equal(await stateWithFree(3), 'full');
  assert.equal(await stateWithFree(6), 'full', 'not yet enough to go on');
  assert.equal(await stateWithFree(10), 'ready');
  await volumes.close();
});

test('a complaint is believed until a probe can be written', { skip: cannotMount }, async (t) => {
  await using disk = await LoopVolume.create({ sizeMb: 40 });
  const { volumes } = await startRecorder(t);
  const { id } = await volumes.create({ path: disk.path });
  await disk.breakReadOnly();
  volumes.complain(id, 'EROFS');
  await volumes.checkNow();
  assert.equal(volumes.status(id).state, 'read_only');
  assert.deepEqual(
    volumes.writable().map((each) => each.root),
    [volumes.dataFolder.root],
  );
  await disk.unmount();
  await disk.mount();
  await volumes.checkNow();
  assert.equal(volumes.status(id).state, 'ready');
  assert.deepEqual(fs.readdirSync(disk.path).sort(), ['lost+found', identityFileName]);
  await volumes.close();
});
