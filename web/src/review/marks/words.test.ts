import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraId, Mark, UnixMs } from '@nightjar/contract';
import { readTypedMoment } from '../../time/typed-moment.ts';
import { formatExact, isFound, rangeText } from './words.ts';

const timeZone = 'Europe/Vienna';
const at = Date.parse('2026-11-22T14:03:22.480+01:00');

test('an exact time is read again as it was written, years ago and to come', () => {
  assert.equal(formatExact(at, timeZone), '22 Nov 2026 14:03:22.480');
  for (const atMs of [at, at - 400 * 86_400_000, at + 86_400_000]) {
    const typing = { date: '2020-01-01', atMs: 0, nowMs: at, timeZone };
    assert.equal(readTypedMoment(formatExact(atMs, timeZone), typing), atMs);
  }
});

test('a range names a day only where it is not clear which', () => {
  const range = { from: at, to: at + 10_000 };
  assert.equal(rangeText(range, timeZone, false), '14:03:22 – 14:03:32');
  assert.equal(rangeText(range, timeZone, true), 'Sun 22 Nov 2026, 14:03:22 – 14:03:32');
  const overnight = { from: at, to: at + 86_400_000 };
  assert.equal(rangeText(overnight, timeZone, false), 'Sun 22 Nov 2026, 14:03:22 – Mon 23 Nov 2026, 14:03:22');
});

test('a mark is found by any words of its title, note, maker, camera and kind', () => {
  const mark: Mark = {
    ...{ id: 1, cameraId: 'door' as CameraId, kind: 'lock', from: at as UnixMs, to: (at + 1) as UnixMs },
    ...{ title: 'Broken window', note: 'Told the police', madeBy: 'Anna', createdAt: at as UnixMs },
  };
  for (const text of ['', 'window', 'POLICE broken', 'anna lock', 'front door']) {
    assert.ok(isFound(mark, 'Front door', text), text);
  }
  for (const text of ['yard', 'window yard', 'bookmark']) assert.ok(!isFound(mark, 'Front door', text), text);
});
