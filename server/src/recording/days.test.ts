import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TimeRange, UnixMs } from '@nightjar/contract';
import { coverageOfDays, daysOfMonth } from './days.ts';

const hourMs = 3_600_000;
const range = (from: number, to: number): TimeRange => ({ from: from as UnixMs, to: to as UnixMs });
const hoursOf = (month: string, timeZone: string): Map<string, number> =>
  new Map(daysOfMonth(month, timeZone).map((day) => [day.date, (day.to - day.from) / hourMs]));

test('days are 23 or 25 hours long where the clocks change', () => {
  const march = hoursOf('2026-03', 'Europe/Vienna');
  assert.equal(march.size, 31);
  assert.equal(march.get('2026-03-29'), 23);
  assert.equal(march.get('2026-03-28'), 24);
  assert.equal(hoursOf('2026-10', 'Europe/Vienna').get('2026-10-25'), 25);
  assert.equal(hoursOf('2026-04', 'Australia/Lord_Howe').get('2026-04-05'), 24.5);
  assert.equal(hoursOf('2028-02', 'UTC').size, 29);
});

test('a day begins at local midnight, or at its first moment where midnight is skipped', () => {
  const [first] = daysOfMonth('2026-11', 'Europe/Vienna');
  assert.equal(first?.from, Date.parse('2026-10-31T23:00:00Z'));
  // Beirut skips from 00:00 to 01:00 on the last Sunday of March.
  const beirut = daysOfMonth('2026-03', 'Asia/Beirut').find((day) => day.date === '2026-03-29');
  assert.equal(beirut?.from, Date.parse('2026-03-28T22:00:00Z'));
  assert.equal(((beirut?.to ?? 0) - (beirut?.from ?? 0)) / hourMs, 23);
});

test('days touch, also across the ends of a month', () => {
  for (const zone of ['Europe/Vienna', 'America/New_York', 'Pacific/Apia', 'UTC']) {
    const days = Array.from({ length: 12 }, (_, at) =>
      daysOfMonth(`2026-${String(at + 1).padStart(2, '0')}`, zone),
    ).flat();
    assert.equal(days.length, 365);
    for (const [at, day] of days.entries()) {
      const next = days[at + 1];
      if (next) assert.equal(day.to, next.from, `${zone} ${day.date}`);
    }
  }
});

test('coverage splits a span at local midnight, leaves out days that say nothing, and counts as missing what was wanted', () => {
  const days = daysOfMonth('2026-10', 'Europe/Vienna');
  const at = (iso: string) => Date.parse(iso);
  const coverage = coverageOfDays(days, {
    spans: [range(at('2026-10-24T20:00:00Z'), at('2026-10-25T23:00:00Z'))],
    gaps: [
      { ...range(at('2026-10-24T17:00:00Z'), at('2026-10-24T18:00:00Z')), cause: 'stalled' },
      { ...range(at('2026-10-24T18:00:00Z'), at('2026-10-24T20:00:00Z')), cause: 'paused' },
    ],
  });
  assert.deepEqual(coverage, [
    { date: '2026-10-24', recordedMs: 2 * hourMs, gapMs: 3 * hourMs, missingMs: hourMs },
    { date: '2026-10-25', recordedMs: 25 * hourMs, gapMs: 0, missingMs: 0 },
  ]);
});
