import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatBitrate,
  formatBytes,
  formatClock,
  formatDate,
  formatDays,
  formatDuration,
  formatForFileName,
  formatShare,
  formatSince,
} from './format.ts';

const at = Date.parse('2026-11-22T13:03:22.480Z');

test('an instant is shown on the 24-hour clock of the zone it is asked for', () => {
  assert.equal(formatClock(at, 'Europe/Vienna'), '14:03:22');
  assert.equal(formatClock(at, 'Europe/Vienna', 'millisecond'), '14:03:22.480');
  assert.equal(formatClock(Date.parse('2026-11-22T23:05:00Z'), 'Europe/Vienna', 'minute'), '00:05');
});

test('a date names its weekday in the zone', () => {
  assert.equal(formatDate(at, 'Europe/Vienna', 'with-year'), 'Sun 22 Nov 2026');
  assert.equal(formatDate(at, 'Pacific/Auckland'), 'Mon 23 Nov');
});

test('since when: the time alone on the same day, with the date otherwise', () => {
  assert.equal(formatSince(at, at + 3_600_000, 'Europe/Vienna'), '14:03');
  assert.equal(formatSince(at, at + 86_400_000, 'Europe/Vienna'), 'Sun 22 Nov 14:03');
});

test('a file name has no colon', () => {
  assert.equal(formatForFileName(at, 'Europe/Vienna'), '2026-11-22_14-03-22.480');
});

test('a duration shows the units that matter', () => {
  const texts = [-5, 400, 45_000, 90_000, 720_000, 3_600_000, 11_520_000, 187_200_000].map(formatDuration);
  assert.deepEqual(texts, ['0 s', '0 s', '45 s', '1 min 30 s', '12 min', '1 h', '3 h 12 min', '2 d 4 h']);
});

test('a forecast is rounded down to the unit that matters', () => {
  const texts = [0, 0.05, 1.5, 2, 12.9, 119, 200, 1_500].map(formatDays);
  assert.deepEqual(texts, ['0 hours', '1 hour', '36 hours', '2 days', '12 days', '119 days', '6 months', '4 years']);
});

test('sizes and rates are decimal', () => {
  assert.deepEqual([0, 640_000_000, 12_400_000_000, 999_600].map(formatBytes), ['0 B', '640 MB', '12.4 GB', '1 MB']);
  assert.deepEqual([820, 4_210].map(formatBitrate), ['820 kbit/s', '4.2 Mbit/s']);
});

test('a missing second does not round up to 100 %', () => {
  assert.equal(formatShare(86_399, 86_400), '99.99 %');
  assert.equal(formatShare(86_400, 86_400), '100 %');
  assert.equal(formatShare(1, 86_400), '< 1 %');
  assert.equal(formatShare(43_200, 86_400), '50 %');
  assert.equal(formatShare(0, 0), '0 %');
});
