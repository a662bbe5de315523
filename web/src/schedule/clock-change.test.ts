import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockChangeWithin } from './clock-change.ts';

const within = (now: string, timeZone = 'Europe/Vienna') => clockChangeWithin(14, Date.parse(now), timeZone);

test('the next day of 23 or 25 hours is told of two weeks ahead', () => {
  assert.deepEqual(within('2026-03-20T12:00Z'), { date: '2026-03-29', at: '02:00', forwardMinutes: 60, dayHours: 23 });
  assert.deepEqual(within('2026-10-25T12:00Z'), { date: '2026-10-25', at: '03:00', forwardMinutes: -60, dayHours: 25 });
  assert.equal(within('2026-10-26T12:00Z'), null);
  assert.equal(within('2026-03-10T12:00Z'), null);
});

test('half hours, and zones that never change', () => {
  const lordHowe = within('2026-04-01T00:00Z', 'Australia/Lord_Howe');
  assert.deepEqual([lordHowe?.forwardMinutes, lordHowe?.dayHours], [-30, 24.5]);
  assert.equal(within('2026-03-20T12:00Z', 'Asia/Tokyo'), null);
});
