import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LocalDay, localDayNamed } from '../shared/local-days.ts';
import { partsOf, pathOfPart } from './parts.ts';

function hoursOf(date: string, timeZone: string): { names: string[]; minutes: number[] } {
  const parts = partsOf(localDayNamed(date, timeZone) as LocalDay, 'hour', timeZone);
  return {
    names: parts.map((part) => pathOfPart('yard', date, part, timeZone).slice(`archive/yard/${date}/`.length)),
    minutes: parts.map(({ from, to }) => (to - from) / 60_000),
  };
}

test('a day has 24 hours, named by the local clock', () => {
  const { names, minutes } = hoursOf('2026-11-22', 'Europe/Vienna');
  assert.deepEqual([names.length, names[0], names[23]], [24, '00+0100', '23+0100']);
  assert.deepEqual(new Set(minutes), new Set([60]));
});

test('a day on which the clocks change has 23 or 25 hours, each with a name of its own', () => {
  const spring = hoursOf('2026-03-29', 'Europe/Vienna');
  assert.deepEqual(spring.names.slice(0, 4), ['00+0100', '01+0100', '03+0200', '04+0200']);
  assert.equal(spring.names.length, 23);
  const autumn = hoursOf('2026-10-25', 'Europe/Vienna');
  assert.deepEqual(autumn.names.slice(0, 5), ['00+0200', '01+0200', '02+0200', '02+0100', '03+0100']);
  assert.equal(new Set(autumn.names).size, 25);
});

test('clocks that change by half an hour, or at midnight, leave no hole and no name twice', () => {
  const backByHalf = hoursOf('2026-04-05', 'Australia/Lord_Howe');
  assert.deepEqual(backByHalf.names.slice(0, 4), ['00+1100', '01+1100', '01+1030', '02+1030']);
  assert.deepEqual(backByHalf.minutes.slice(0, 4), [60, 60, 30, 60]);
  const aheadByHalf = hoursOf('2026-10-04', 'Australia/Lord_Howe');
  assert.deepEqual(aheadByHalf.names.slice(0, 4), ['00+1030', '01+1030', '02+1100', '03+1100']);
  const aheadAtMidnight = hoursOf('2026-04-24', 'Africa/Cairo');
  assert.deepEqual([aheadAtMidnight.names.length, aheadAtMidnight.names[0]], [23, '01+0300']);
  for (const { names } of [backByHalf, aheadByHalf, aheadAtMidnight]) assert.equal(new Set(names).size, names.length);
});

test('a whole day is one part', () => {
  const day = localDayNamed('2026-10-25', 'Europe/Vienna') as LocalDay;
  const [part, ...others] = partsOf(day, 'day', 'Europe/Vienna');
  assert.deepEqual(others, []);
  assert.deepEqual([part?.from, part?.to], [day.from, day.from + 25 * 3_600_000]);
  assert.equal(pathOfPart('yard', day.date, part as never, 'Europe/Vienna'), 'archive/yard/2026-10-25');
});
