import type { TimeRange, UnixMs } from '@nightjar/contract';
import { Temporal } from 'temporal-polyfill';

export interface LocalDay extends TimeRange {
  /** `YYYY-MM-DD`. */
  date: string;
}

/** The local days that a range touches, oldest first; 23 or 25 hours long where the clocks change. */
export function localDaysOf({ from, to }: TimeRange, timeZone: string): LocalDay[] {
  const days: LocalDay[] = [];
  for (let day = localDayOf(from, timeZone); day.from < to; day = localDayOf(day.to, timeZone)) days.push(day);
  return days;
}

/** The local day in which an instant lies. */
export function localDayOf(at: number, timeZone: string): LocalDay {
  const date = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(timeZone).toPlainDate();
  return localDay(date, timeZone);
}

/** null for a text that is no date of the calendar, `YYYY-MM-DD`. */
export function localDayNamed(date: string, timeZone: string): LocalDay | null {
  try {
    return localDay(Temporal.PlainDate.from(date), timeZone);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function localDay(date: Temporal.PlainDate, timeZone: string): LocalDay {
  const startOf = (day: Temporal.PlainDate) => day.toZonedDateTime(timeZone).epochMilliseconds as UnixMs;
  return { date: date.toString(), from: startOf(date), to: startOf(date.add({ days: 1 })) };
}
