import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mark, RecorderEvent } from '@nightjar/contract';
import { ringDays } from '../calendar-days.ts';
import { eventsAt, markAt, remarksOf } from './remarks.ts';

const view = { from: 0, to: 100_000 };
const at = { view, width: 1_000 };
const mark = (id: number, from: number, to: number): Mark => ({
  ...{ id, cameraId: 'yard', kind: 'lock', from, to },
  ...{ title: '', note: '', madeBy: '', createdAt: 0 },
});

test('a mark is found by its icon and by the band at the top of its row, the shortest first', () => {
  const marks = [mark(1, 10_000, 50_000), mark(2, 20_000, 30_000)];
  assert.equal(markAt(marks, { ...at, x: 250, y: 3 })?.id, 2);
  assert.equal(markAt(marks, { ...at, x: 400, y: 3 })?.id, 1);
  assert.equal(markAt(marks, { ...at, x: 110, y: 14 })?.id, 1);
  assert.equal(markAt(marks, { ...at, x: 400, y: 20 }), undefined);
  // One that began before what is shown has its icon at the left edge.
  assert.equal(markAt([mark(3, -50_000, 90_000)], { ...at, x: 5, y: 14 })?.id, 3);
});

test('events are found by when what they tell of began, nearest first', () => {
  const event = (id: number, when: number, since: number | null = null) =>
    ({ id, at: when, since, cameraId: 'yard' }) as RecorderEvent;
  const events = [event(1, 50_000), event(2, 90_000, 50_300), event(3, 90_000)];
  assert.deepEqual(
    eventsAt(events, { ...at, x: 503 }).map(({ id }) => id),
    [2, 1],
  );
  assert.equal(remarksOf([], events).events.get('yard')?.length, 3);
});

test('a ring of two cameras is whole when both are', () => {
  const day = { date: '2026-11-22', recordedMs: 80, gapMs: 20, missingMs: 10 };
  const one = { name: 'Yard', day };
  const two = { name: 'Gate', day: { ...day, recordedMs: 100, gapMs: 0, missingMs: 0 } };
  const { recordedMs, missingMs } = ringDays([one, two], 2).get('2026-11-22') ?? {};
  assert.deepEqual([recordedMs, missingMs], [90, 5]);
  // A camera that was not there yet counts as nothing.
  assert.equal(ringDays([two], 2).get('2026-11-22')?.recordedMs, 50);
});
