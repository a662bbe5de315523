// Mostly waits.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { CameraId, CameraPatch, RetentionPreview, Storage, UnixMs } from '@nightjar/contract';
import { CameraStore } from '../src/camera/store.ts';
import { databaseFileName, openDatabase } from '../src/database/index.ts';
import { systemClock as clock } from '../src/shared/clock.ts';
import { createLogger } from '../src/shared/logger.ts';
import { VolumeSet } from '../src/storage/volumes.ts';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { filesBelow, layFootage } from '../testing/footage.ts';
import { cannotMount, LoopVolume } from '../testing/loop-volume.ts';
import { breaksIn, countersOf, framesOf, type RecordedSegment, recordedSegments, runsOf } from '../testing/recorded.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { smallCamera } from '../testing/small-camera.ts';
import { waitFor } from '../testing/wait.ts';

const ids = Array.from({ length: 16 }, (_, at) => `camera-${at + 1}` as CameraId);
const day = 86_400_000;
/** Of each camera, on the data folder. */
const oldMinutes = 125;
const oldBytes = 100_000;
/** Of one camera, on a disk that is then full. */
const diskMinutes = 96;
const lockedMinutes = 3;

const startedAt = Date.now();
const oldFrom = startedAt - 9 * day;
const data = temporaryDataDir();
const recordings = path.join(data.path, 'recordings');
let cameras: SimulatedCameras;
let recorder: RecorderProcess;
let disk: LoopVolume | undefined;

before(async () => {
  cameras = await startCameras({ mounts: ids.map((id) => smallCamera(id, { bitrateKbps: 400 })) });
  if (!cannotMount) disk = await LoopVolume.create({ sizeMb: 128 });
  await layOldFootage();
  recorder = await RecorderProcess.start({ dataDir: data.path });
});

after(async () => {
  await recorder?.[Symbol.asyncDispose]();
  await cameras?.stop();
  await disk?.[Symbol.asyncDispose]();
  data[Symbol.dispose]();
});

/** As a recorder has left it that recorded nine days ago. */
async function layOldFootage(): Promise<void> {
  const log = createLogger({ level: 'silent' });
  const { db, close } = await openDatabase(path.join(data.path, databaseFileName));
  const store = await CameraStore.open({ db, clock });
  const volumes = await VolumeSet.open({ db, dataDir: data.path, clock, log });
  const { root, id: volumeId } = volumes.dataFolder;
  for (const id of ids) {
    await store.create({ id, name: id, source: { url: cameras.url(id) } });
    const wish = { db, root, volumeId, cameraId: id, startMs: oldFrom };
    await layFootage({ ...wish, minutes: oldMinutes, sizeBytes: oldBytes });
  }
  if (disk) {
    const volume = await volumes.create({ path: disk.path, name: 'Small', use: 'read' });
    const wish = { db, root: disk.path, volumeId: volume.id, cameraId: ids[0] as string, startMs: oldFrom + day };
    await layFootage({ ...wish, minutes: diskMinutes, sizeBytes: 1_000_000 });
  }
  await volumes.close();
  await close();
}

/** What the cameras have sent since, on both disks. */
async function recorded(id: string): Promise<RecordedSegment[]> {
  const roots = disk ? [data.path, disk.path] : [data.path];
  const all = await Promise.all(roots.map((root) => recordedSegments(root, id, { changedSince: startedAt })));
  return all.flat().sort((a, b) => a.info.startMs - b.info.startMs);
}

/** Resolves when all that each camera has sent by now is recorded. */
async function untilCaughtUp(): Promise<void> {
  for (const id of ids) {
    const { lastFrame } = await cameras.sent(id);
    const isThere = async () => countersOf(await recorded(id)).some((counter) => counter >= Math.max(lastFrame, 1));
    await waitFor(`${id} is recorded`, isThere, { withinMs: 60_000, details: () => recorder.logTail(20) });
  }
}

/** One run of each camera, every frame of it there once. */
async function assertNothingLost(): Promise<void> {
  for (const id of ids) {
    const segments = await recorded(id);
    assert.deepEqual(breaksIn(countersOf(segments)), [], id);
    assert.equal(runsOf(segments).length, 1, id);
  }
  const errors = recorder.log.split('\n').filter((line) => line.includes('"level":"error"'));
  assert.deepEqual(errors, []);
}

/** Those of nine days ago. */
const oldFiles = (root: string): string[] =>
  filesBelow(root).filter(
    (file) => !file.includes(new Date(startedAt).toISOString().slice(0, 10)) && file.endsWith('.mp4'),
  );

test('thousands of old files are cleaned away while 16 cameras record, and no camera notices', async (t) => {
  await untilCaughtUp();
  const count = ids.length * oldMinutes;
  const asked = performance.now();
  const preview = await recorder.call<RetentionPreview>('GET', '/retention/preview?maxAgeDays=2');
  const onDisk = disk ? diskMinutes : 0;
  assert.deepEqual([preview.segments, preview.protectedSegments], [count + onDisk, 0]);
  t.diagnostic(`preview of ${preview.segments} segments: ${Math.round(performance.now() - asked)} ms`);

  // The small disk is for the next test.
  const locked = { cameraId: ids[0], kind: 'lock', from: oldFrom + day, to: oldFrom + 2 * day };
  const lock = await recorder.call<{ id: number }>('POST', '/marks', locked);
  const began = performance.now();
  for (const id of ids) await recorder.updateCamera(id, { retention: { maxAgeDays: 2 } } satisfies CameraPatch);
  await waitFor('the old footage is gone', () => oldFiles(recordings).length === 0, {
    withinMs: 120_000,
    details: () => recorder.logTail(20),
  });
  const seconds = (performance.now() - began) / 1_000;
  t.diagnostic(`${count} files in ${seconds.toFixed(1)} s: ${Math.round(count / seconds)} a second`);
  for (const id of ids) await recorder.updateCamera(id, { retention: { maxAgeDays: null } });
  await recorder.call('DELETE', `/marks/${lock.id}`);
  await untilCaughtUp();
  await assertNothingLost();
});

test('what has gone is told as removed; it can neither be played nor is it missed', async () => {
  const [id] = ids as [CameraId];
  const { spans, gaps } = await recorder.timeline(id, oldFrom, oldFrom + oldMinutes * 60_000);
  // Before the camera was added nothing is missed either.
  assert.deepEqual([spans, gaps.filter(({ cause }) => cause !== 'removed')], [[], []]);
  const range = `from=${oldFrom}&to=${oldFrom + 600_000}`;
  const { status, body } = await recorder.request<{ code: string }>('GET', `/cameras/${id}/playback.m3u8?${range}`);
  assert.deepEqual([status, body.code], [404, 'footage_not_found']);
  const folders = filesBelow(recordings).map((file) => path.dirname(file));
  assert.ok(folders.every((folder) => !folder.endsWith(new Date(oldFrom).toISOString().slice(0, 10))));
});

test('on a disk that is too small the oldest goes ahead of need; what is locked stays, and nothing is lost', {
  skip: cannotMount,
}, async (t) => {
  const { volumes } = await recorder.call<Storage>('GET', '/storage');
  const [dataFolder, small] = volumes as [(typeof volumes)[0], (typeof volumes)[0]];
  const root = disk?.path ?? '';
  const before = oldFiles(root);
  assert.equal(before.length, diskMinutes, 'a volume that is only read is not cleaned');
  const from = (oldFrom + day) as UnixMs;
  const to = (from + lockedMinutes * 60_000) as UnixMs;
  await recorder.call('POST', '/marks', { cameraId: ids[0], kind: 'lock', from, to });
  await recorder.call('PATCH', `/volumes/${small.id}`, { use: 'record' });
  await recorder.call('PATCH', `/volumes/${dataFolder.id}`, { use: 'read' });

  let leastFree = Number.POSITIVE_INFINITY;
  const someGone = async () => {
    const now = (await recorder.call<Storage>('GET', '/storage')).volumes.find(({ id }) => id === small.id);
    if (oldFiles(root).length < diskMinutes) leastFree = Math.min(leastFree, now?.freeBytes ?? 0);
    return oldFiles(root).length < diskMinutes * 0.7;
  };
  await waitFor('it was cleaned more than once', someGone, {
    withinMs: 120_000,
    everyMs: 500,
    details: () => recorder.logTail(20),
  });
  await untilCaughtUp();
  await assertNothingLost();
  assert.ok(framesOf(await recordedSegments(root, ids[1] as string)).length > 0, 'it is recorded there');
  const left = oldFiles(root);
  assert.deepEqual(left.slice(0, lockedMinutes), before.slice(0, lockedMinutes), 'what is locked stays');
  assert.deepEqual(left.slice(lockedMinutes), before.slice(lockedMinutes - left.length), 'the oldest went');
  const kept = (leastFree / small.keepFreeBytes).toFixed(2);
  t.diagnostic(`least free: ${kept} of what is to be kept free`);
  assert.ok(leastFree > small.keepFreeBytes / 2, `only ${leastFree} bytes were free`);
});
