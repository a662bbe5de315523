import type { Archive } from '@nightjar/contract';
import { Temporal } from 'temporal-polyfill';
import type { LocalDay } from '../shared/local-days.ts';

/** What of a day goes into one file, `[from, to)`. */
export interface DayPart {
  /** Number of the hour in its day, from 0; null: the whole day. */
  hour: number | null;
  from: number;
  to: number;
}

const hourMs = 3_600_000;

/**
 * The whole day, or its hours by the local clock: 23 or 25 of them where the clocks change, and two shorter ones where
 * they change by half an hour.
 */
export function partsOf(day: LocalDay, per: Archive['per'], timeZone: string): DayPart[] {
  if (per === 'day') return [{ hour: null, from: day.from, to: day.to }];
  const parts: DayPart[] = [];
  for (let from: number = day.from; from < day.to; ) {
    const to = Math.min(from + hourMs - msIntoHour(from, timeZone), day.to);
    parts.push({ hour: parts.length, from, to });
    from = to;
  }
  return parts;
}

/** Of the local clock. */
function msIntoHour(at: number, timeZone: string): number {
  const { minute, second, millisecond } = zoned(at, timeZone);
  return (minute * 60 + second) * 1_000 + millisecond;
}

/**
 * Where a part's file lies, without its ending: `archive/<camera>/<YYYY-MM-DD>`, of an hour
 * `archive/<camera>/<YYYY-MM-DD>/<HH>±hhmm`. The offset from UTC keeps the two passes through a repeated hour apart.
 */
export function pathOfPart(cameraId: string, date: string, { hour, from }: DayPart, timeZone: string): string {
  const folder = `archive/${cameraId}/${date}`;
  if (hour === null) return folder;
  const begin = zoned(from, timeZone);
  return `${folder}/${String(begin.hour).padStart(2, '0')}${begin.offset.replace(':', '')}`;
}

const zoned = (at: number, timeZone: string) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
