import type { Day, GapCause, Timeline, UnixMs } from '@nightjar/contract';
import { Temporal } from 'temporal-polyfill';
import type { LocalDay } from '../shared/local-days.ts';
import { clip, totalMs } from './spans.ts';

/**
 * The days of a month in `timeZone`, with the instants at which they begin and end: 23 or 25 hours apart where the
 * clocks change.
 *
 * @param month `YYYY-MM`.
 * @param timeZone IANA name.
 */
export function daysOfMonth(month: string, timeZone: string): LocalDay[] {
  const first = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 });
  const startOf = (date: Temporal.PlainDate) => date.toZonedDateTime(timeZone).epochMilliseconds as UnixMs;
  return Array.from({ length: first.daysInMonth }, (_, at) => {
    const date = first.add({ days: at });
    return { date: date.toString(), from: startOf(date), to: startOf(date.add({ days: 1 })) };
  });
}

const wanted: readonly GapCause[] = ['schedule', 'paused', 'removed'];

/** How much of each day is recorded and how much is not; days before the camera was added and after today are left out. */
export function coverageOfDays(days: readonly LocalDay[], { spans, gaps }: Timeline): Day[] {
  const missing = gaps.filter(({ cause }) => !wanted.includes(cause));
  return days
    .map((day) => ({
      date: day.date,
      recordedMs: totalMs(clip(spans, day)),
      gapMs: totalMs(clip(gaps, day)),
      missingMs: totalMs(clip(missing, day)),
    }))
    .filter((day) => day.recordedMs > 0 || day.gapMs > 0);
}
