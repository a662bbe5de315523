import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addDays,
  dateAt,
  dayAt,
  dayOfDate,
  offsetMsAt,
  parseMoment,
  sameTimeOn,
  timeOfDay,
  toLocalIso,
} from './zone.ts';

const vienna = 'Europe/Vienna';
const hours = (date: string, zone: string) => {
  const day = dayOfDate(date, zone);
  return (day.to - day.from) / 3_600_000;
};

test('days are 23, 24 and 25 hours long where clocks change', () => {
  assert.equal(hours('2026-03-29', vienna), 23);
  assert.equal(hours('2026-11-22', vienna), 24);
  assert.equal(hours('2026-10-25', vienna), 25);
  assert.equal(hours('2026-04-05', 'Australia/Lord_Howe'), 24.5);
});

test('an instant belongs to the day of the zone, not of UTC', () => {
  const at = Date.parse('2026-11-22T23:30:00Z');
  assert.equal(dateAt(at, vienna), '2026-11-23');
  assert.equal(dateAt(at, 'America/New_York'), '2026-11-22');
  const day = dayAt(at, vienna);
  assert.ok(day.from <= at && at < day.to);
});

test('days are counted by the calendar', () => {
  assert.equal(addDays('2026-03-01', -1), '2026-02-28');
  assert.equal(addDays('2026-12-31', 1), '2027-01-01');
});

test('a moment survives the address bar, also in the hour that happens twice', () => {
  const first = Date.parse('2026-10-25T00:30:00Z');
  for (const at of [first, first + 3_600_000]) {
    const text = toLocalIso(at, vienna);
    assert.match(text, /^2026-10-25T02:30:00\+0[12]:00$/);
    assert.equal(parseMoment(text), at);
    assert.equal(parseMoment(text.replace('+', ' ')), at);
  }
  assert.equal(parseMoment('1795356180000'), 1795356180000);
  assert.equal(parseMoment('yesterday'), null);
});

test('a typed time of day is understood with and without colons', () => {
  const at = (text: string) => {
    const ms = timeOfDay(text, '2026-11-22', vienna);
    return ms === null ? null : toLocalIso(ms, vienna).slice(11, 19);
  };
  assert.deepEqual(['7', '14:03', '1403', '140322', '3:05:09', '24:00', 'noon', ''].map(at), [
    '07:00:00',
    '14:03:00',
    '14:03:00',
    '14:03:22',
    '03:05:09',
    null,
    null,
    null,
  ]);
});

test('the offset follows the clock change', () => {
  assert.equal(offsetMsAt(Date.parse('2026-07-01T00:00:00Z'), vienna), 7_200_000);
  assert.equal(offsetMsAt(Date.parse('2026-12-01T00:00:00Z'), vienna), 3_600_000);
});

test('the same time on another day is what clocks show, not 24 hours later', () => {
  const at = Date.parse('2026-10-24T12:30:00Z');
  assert.equal(toLocalIso(sameTimeOn('2026-10-25', at, vienna), vienna), '2026-10-25T14:30:00+01:00');
});
