import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScheduleException } from '@nightjar/contract';
import { hiddenBy, inOrderOfDate, withException, withoutException } from './exceptions.ts';

const holidays: ScheduleException = { from: '2026-12-20', to: '2027-01-06', name: 'Holidays', spans: [] };
const eve: ScheduleException = { from: '2026-12-24', name: 'Christmas Eve', spans: [{ from: '00:00', to: '24:00' }] };
const summer: ScheduleException = { from: '2026-08-01', to: '2026-08-31', spans: [] };
const names = (exceptions: readonly ScheduleException[]) => exceptions.map(({ name, from }) => name ?? from);

test('a day within a range holds for itself, in whatever order they were added', () => {
  assert.deepEqual(names(withException([holidays], eve)), ['Christmas Eve', 'Holidays']);
  assert.deepEqual(names(withException([eve], holidays)), ['Christmas Eve', 'Holidays']);
  assert.equal(hiddenBy([eve, holidays], 1), eve);
  assert.equal(hiddenBy([eve, holidays], 0), undefined);
  assert.equal(hiddenBy([summer, holidays], 1), undefined);
});

test('of two as long as each other the newer holds', () => {
  const other = { ...eve, name: 'Other' };
  assert.deepEqual(names(withException([eve], other)), ['Other', 'Christmas Eve']);
});

test('they are read by date, and each keeps its place in the schedule', () => {
  const listed = inOrderOfDate([eve, holidays, summer]);
  assert.deepEqual(
    listed.map(({ index }) => index),
    [2, 1, 0],
  );
  assert.deepEqual(names(withoutException([eve, holidays, summer], listed[1]?.index ?? -1)), [
    'Christmas Eve',
    '2026-08-01',
  ]);
});
