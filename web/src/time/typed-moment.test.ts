import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTypedMoment } from './typed-moment.ts';
import { toLocalIso } from './zone.ts';

const timeZone = 'Europe/Vienna';
// A Sunday; the day looked at is the Friday before.
const typing = {
  date: '2026-11-20',
  atMs: Date.parse('2026-11-20T10:00:00+01:00'),
  nowMs: Date.parse('2026-11-22T18:30:00+01:00'),
  timeZone,
};
const local = (text: string, over: Partial<typeof typing> = {}) => {
  const atMs = readTypedMoment(text, { ...typing, ...over });
  return atMs === null ? null : toLocalIso(atMs, timeZone).slice(0, 19).replace('T', ' ');
};

test('a time of day is one of the day that is shown', () => {
  assert.equal(local('14:03:22'), '2026-11-20 14:03:22');
  assert.equal(local('140322'), '2026-11-20 14:03:22');
  assert.equal(local('7'), '2026-11-20 07:00:00');
  assert.equal(local('3pm'), '2026-11-20 15:00:00');
  assert.equal(local('12:30 am'), '2026-11-20 00:30:00');
  assert.equal(readTypedMoment('14:03:22.48', typing), Date.parse('2026-11-20T14:03:22.480+01:00'));
});

test('a day may stand before it, or alone', () => {
  assert.equal(local('yesterday 7:30'), '2026-11-21 07:30:00');
  assert.equal(local('today 7:30'), '2026-11-22 07:30:00');
  assert.equal(local('Tue 03:12'), '2026-11-17 03:12:00');
  assert.equal(local('sunday 03:12'), '2026-11-22 03:12:00');
  assert.equal(local('22 Nov 14:03'), '2026-11-22 14:03:00');
  assert.equal(local('Sun 22 Nov 2026, 14:03:22'), '2026-11-22 14:03:22');
  assert.equal(local('22.11. 14:03'), '2026-11-22 14:03:00');
  assert.equal(local('1.2.2026 8'), '2026-02-01 08:00:00');
  assert.equal(local('2026-11-02 14:03'), '2026-11-02 14:03:00');
  assert.equal(local('nov 3'), '2026-11-03 00:00:00');
});

test('a day without a year is never one to come', () => {
  assert.equal(local('24.12. 18:00'), '2025-12-24 18:00:00');
  assert.equal(local('24.12.2026 18:00'), '2026-12-24 18:00:00');
});

test('steps, now, ISO 8601 and Unix time', () => {
  assert.equal(local('-5 min'), '2026-11-20 09:55:00');
  assert.equal(local('+ 1.5h'), '2026-11-20 11:30:00');
  assert.equal(local('now'), '2026-11-22 18:30:00');
  assert.equal(local('2026-11-22T13:03:22Z'), '2026-11-22 14:03:22');
  assert.equal(local(String(typing.nowMs)), '2026-11-22 18:30:00');
});

test('what is no moment is none', () => {
  for (const text of ['', '25:00', '14:70', '31.11. 8:00', 'soon', '13pm', '0pm', '.5', '14:03:22:01']) {
    assert.equal(local(text), null, text);
  }
});

test('on a day of 25 hours, times after the change are those of the clock', () => {
  assert.equal(local('25.10.2026 12:00'), '2026-10-25 12:00:00');
});
