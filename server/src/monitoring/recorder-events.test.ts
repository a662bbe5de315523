import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VolumeState } from '@nightjar/contract';
import type { Volume, VolumeStatus } from '../storage/volume.ts';
import type { VolumeChange } from '../storage/volumes.ts';
import { crashEvent, startEvent, volumeEvent } from './recorder-events.ts';

const status = (state: VolumeState, message: string | null = null): VolumeStatus => ({
  ...{ state, message, since: 1_795_356_180_000, totalBytes: null, freeBytes: null },
});
const change = (before: VolumeStatus, now: VolumeStatus): VolumeChange => ({
  ...{ kind: 'state', before, status: now, volume: { name: 'Disk 2' } as Volume },
});

test('a volume that goes away is an alert, one that is full a warning, and one that is back good news', () => {
  const missing = status('missing', 'The folder is not there. Is the disk mounted?');
  const told = [
    change(status('ready'), missing),
    change(missing, status('ready')),
    change(status('ready'), status('full', 'No more room.')),
    change(missing, status('missing', 'Another message.')),
    { kind: 'settings' } as const,
  ].map((each) => volumeEvent(each));
  assert.deepEqual(
    told.map((event) => event && [event.level, event.code, event.message]),
    [
      ['alert', 'missing', 'Disk 2: The folder is not there. Is the disk mounted?'],
      ['info', 'ready', 'Disk 2 can be written to again.'],
      ['warning', 'full', 'Disk 2: No more room.'],
      null,
      null,
    ],
  );
});

test('a crash of a worker with one camera is of that camera, of several of none', () => {
  const [gate, garden] = [
    { id: 'gate', name: 'Gate' },
    { id: 'garden', name: 'Garden' },
  ];
  assert.equal(crashEvent([gate], 'exit code 1').cameraId, 'gate');
  assert.equal(crashEvent([gate, garden], 'exit code 1').cameraId, null);
});

test('a start after a crash says when the recorder was last alive, if that is known', () => {
  const facts = { version: '1.2.3', nowMs: Date.parse('2026-11-22T12:05:00Z'), timeZone: 'Europe/Vienna' };
  const before = { kind: 'recorder_started' } as Parameters<typeof startEvent>[0]['before'];
  const lastAliveAt = Date.parse('2026-11-22T12:00:00Z') as Parameters<typeof startEvent>[0]['lastAliveAt'];
  const { message, since } = startEvent({ ...facts, before, lastAliveAt });
  assert.match(message, /Its last sign of life was at 2026-11-22 13:00:00, 5 min ago\.$/);
  assert.equal(since, lastAliveAt);
  assert.match(startEvent({ ...facts, before, lastAliveAt: null }).message, /or lost its power\.$/);
  assert.equal(startEvent({ ...facts, before: undefined, lastAliveAt }).level, 'info');
});
