import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathOf } from './segment-path.ts';

const pathAt = (iso: string, timeZone: string) => pathOf('yard', Date.parse(iso), timeZone);

test('a path names camera, local day, local time and offset', () => {
  assert.deepEqual(pathAt('2026-11-22T13:03:22.480Z', 'Europe/Vienna'), {
    path: 'recordings/yard/2026-11-22/14-03-22.480+0100.mp4',
    utcOffsetMinutes: 60,
  });
  assert.deepEqual(pathAt('2026-11-22T23:30:00Z', 'Asia/Kolkata'), {
    path: 'recordings/yard/2026-11-23/05-00-00.000+0530.mp4',
    utcOffsetMinutes: 330,
  });
  assert.equal(
    pathAt('2026-01-01T02:00:00Z', 'America/St_Johns').path,
    'recordings/yard/2025-12-31/22-30-00.000-0330.mp4',
  );
});

test('the repeated hour in autumn gives two names', () => {
  const first = pathAt('2026-10-25T00:30:00Z', 'Europe/Vienna');
  const second = pathAt('2026-10-25T01:30:00Z', 'Europe/Vienna');
  assert.equal(first.path, 'recordings/yard/2026-10-25/02-30-00.000+0200.mp4');
  assert.equal(second.path, 'recordings/yard/2026-10-25/02-30-00.000+0100.mp4');
  assert.deepEqual([first.utcOffsetMinutes, second.utcOffsetMinutes], [120, 60]);
});

test('the skipped hour in spring has no name', () => {
  assert.match(pathAt('2026-03-29T00:59:59.999Z', 'Europe/Vienna').path, /01-59-59\.999\+0100\.mp4$/);
  assert.match(pathAt('2026-03-29T01:00:00Z', 'Europe/Vienna').path, /03-00-00\.000\+0200\.mp4$/);
});

test('a fraction is rounded to the millisecond that the index keeps', () => {
  const path = pathOf('yard', Date.parse('2026-11-22T23:59:59.999Z') + 0.6, 'UTC').path;
  assert.equal(path, 'recordings/yard/2026-11-23/00-00-00.000+0000.mp4');
});
