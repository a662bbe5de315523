import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layFootage } from '../../testing/footage.ts';
import { startRecorder, temporaryFolder } from '../../testing/recorder.ts';
import type { Volume, VolumeStatus } from './volume.ts';
import { isNearlyFull, keepFreeOf, roomOn } from './volume.ts';

const gigabyte = 1e9;
const volume = { quotaBytes: null, keepFreeBytes: null } as Volume;
const status = (totalBytes: number, freeBytes: number) => ({ totalBytes, freeBytes }) as VolumeStatus;

test('so much is kept free: 5 %, 1 to 50 GB, of a small disk a fifth', () => {
  const kept = (gigabytes: number) => keepFreeOf(volume, gigabytes * gigabyte) / gigabyte;
  assert.deepEqual([2, 8, 100, 500, 8_000].map(kept), [0.4, 1, 5, 25, 50]);
  assert.equal(keepFreeOf({ keepFreeBytes: 7 }, 8 * gigabyte, 1), 7);
});

test('where other files fill most of a disk, recordings have half of what is left, as far as that is safe', () => {
  assert.equal(keepFreeOf(volume, 500 * gigabyte, 60 * gigabyte), 25 * gigabyte);
  assert.equal(keepFreeOf(volume, 500 * gigabyte, 30 * gigabyte), 15 * gigabyte);
  assert.equal(keepFreeOf(volume, 500 * gigabyte, 8 * gigabyte), 12.5 * gigabyte);
  assert.equal(roomOn(volume, status(500 * gigabyte, 20 * gigabyte), 10 * gigabyte), 5 * gigabyte);
});

test('room ends at the quota, or at the space to be kept free', () => {
  assert.equal(roomOn(volume, status(100 * gigabyte, 30 * gigabyte), 0), 25 * gigabyte);
  assert.equal(roomOn({ ...volume, quotaBytes: 1_000 }, status(100 * gigabyte, 30 * gigabyte), 1_200), -200);
  assert.equal(isNearlyFull(volume, status(100 * gigabyte, 0), 0.6 * gigabyte), false);
  assert.equal(isNearlyFull(volume, status(100 * gigabyte, 0), 0.4 * gigabyte), true);
});

test('recordings go to the first volume that has room, and all are filled before the oldest goes', async (t) => {
  const recorder = await startRecorder(t, { cameras: ['yard'] });
  const { volumes, database, clock } = recorder;
  const { id: first, root } = volumes.dataFolder;
  const { id: second } = await volumes.create({ path: temporaryFolder(t) });
  const order = () => volumes.writable().map(({ id }) => (id === first ? 'first' : 'second'));
  assert.deepEqual(order(), ['first', 'second']);

  await layFootage({
    ...{ db: database.db, root, volumeId: first, cameraId: 'yard' },
    ...{ startMs: clock.now, minutes: 98, sizeBytes: 100 },
  });
  const changes: string[] = [];
  volumes.onChange(({ kind }) => changes.push(kind));
  await volumes.update(first, { quotaBytes: 10_000 });
  assert.deepEqual(order(), ['second', 'first']);
  assert.ok(changes.includes('order'), 'those who record are told');

  // Where none has room any more, there is most left in the first.
  await volumes.update(second, { quotaBytes: 100 });
  await layFootage({
    ...{ db: database.db, root: volumes.rootOf(second), volumeId: second, cameraId: 'yard' },
    ...{ startMs: clock.now + 100 * 60_000, minutes: 1, sizeBytes: 99 },
  });
  await volumes.checkNow();
  assert.deepEqual(order(), ['first', 'second']);
});
