import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RemovalReason, UnixMs } from '@nightjar/contract';
import { CleaningDigest } from './cleaning-digest.ts';
import type { NewEvent } from './event-log.ts';

const to = Date.parse('2026-11-03T13:00:30Z');

test('cleaning that goes on all day is told soon, then once an hour, with what it took from whom', () => {
  const clock = { now: 0, nowMs: () => 0 as UnixMs, monotonicMs: () => clock.now };
  const told: NewEvent[] = [];
  const names: Record<string, string> = { gate: 'Gate', garden: 'Garden' };
  const digest = new CleaningDigest({
    ...{ clock, timeZone: 'Europe/Vienna' },
    nameOf: (id) => names[id] ?? id,
    tell: (event) => told.push(event),
  });
  const remove = (cameraId: string, reason: RemovalReason) =>
    digest.onRemoved([{ cameraId, reason, segments: 1, sizeBytes: 30e6, to: to + clock.now }]);
  for (; clock.now < 3 * 3_600_000; clock.now += 1_000) {
    if (clock.now % 60_000 === 0) remove('gate', 'space');
    if (clock.now === 30_000) remove('garden', 'age');
    digest.check();
  }
  assert.deepEqual(
    told.map(({ message, cameraId, code }) => [message, cameraId, code]),
    [
      [
        'Cleaning removed 90.0 MB: Gate up to 2026-11-03 14:01 (to keep space free) and Garden up to 2026-11-03 14:01 (older than its limit).',
        null,
        'space',
      ],
      ['Cleaning removed 1.8 GB: Gate up to 2026-11-03 15:01 (to keep space free).', 'gate', 'space'],
      ['Cleaning removed 1.8 GB: Gate up to 2026-11-03 16:01 (to keep space free).', 'gate', 'space'],
    ],
  );
  digest.flush();
  assert.equal(told.length, 4);
});
