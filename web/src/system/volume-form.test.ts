import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VolumeDto } from '@nightjar/contract';
import { volumeFormOf, volumeOf, volumePatchOf } from './volume-form.ts';
import { movedVolumes } from './volume-order.ts';

const volume = {
  id: 'a',
  path: '/mnt/a',
  name: 'A',
  use: 'record',
  quotaBytes: 2_500_000_000,
  keepFreeBytes: 50e9,
  keepFreeIsDefault: true,
} as VolumeDto;

test('a new volume needs only its folder', () => {
  assert.deepEqual(volumeOf({ ...volumeFormOf(null), path: ' /mnt/b ' }), {
    path: '/mnt/b',
    use: 'record',
    quotaBytes: null,
    keepFreeBytes: null,
  });
});

test('a form that is not touched changes nothing', () => {
  assert.deepEqual(volumePatchOf(volume, volumeFormOf(volume)), {});
});

test('sizes are typed in GB; an emptied field goes back to none or the default', () => {
  const form = { ...volumeFormOf(volume), keepFreeGb: 7.5 as const, quotaGb: '' as const };
  assert.deepEqual(volumePatchOf(volume, form), { keepFreeBytes: 7_500_000_000, quotaBytes: null });
});

test('a blank name is no change, for a volume has one', () => {
  assert.deepEqual(volumePatchOf(volume, { ...volumeFormOf(volume), name: '  ', use: 'read' }), { use: 'read' });
});

test('a volume that is moved changes places with its neighbour, and equal positions are told apart', () => {
  const at = (...positions: number[]) => positions.map((position, index) => ({ id: 'abc'[index] ?? '', position }));
  assert.deepEqual(movedVolumes(at(0, 1, 2), 'b', -1), [
    { id: 'b', position: 0 },
    { id: 'a', position: 1 },
  ]);
  assert.deepEqual(movedVolumes(at(0, 0, 5), 'a', 1), [
    { id: 'a', position: 1 },
    { id: 'c', position: 2 },
  ]);
  assert.deepEqual(movedVolumes(at(0, 1, 2), 'a', -1), []);
});
