import { Temporal } from 'temporal-polyfill';

/** One calendar day of the recorder's zone: `[from, to)` in Unix ms; 23 or 25 hours long where clocks change. */
export interface LocalDay {
  /** `YYYY-MM-DD` */
  date: string;
  from: number;
  to: number;
}

/** The day named `date` (`YYYY-MM-DD`). */
export function dayOfDate(date: string, timeZone: string): LocalDay {
  const plain = Temporal.PlainDate.from(date);
  return {
    date: plain.toString(),
    from: plain.toZonedDateTime(timeZone).epochMilliseconds,
    to: plain.add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds,
  };
}

/** The day that `atMs` lies in. */
export function dayAt(atMs: number, timeZone: string): LocalDay {
  return dayOfDate(dateAt(atMs, timeZone), timeZone);
}

/** `YYYY-MM-DD` of `atMs`. */
export function dateAt(atMs: number, timeZone: string): string {
  return zoned(atMs, timeZone).toPlainDate().toString();
}

/** `date` moved by whole days; negative goes back. */
export function addDays(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** Offset of local time from UTC at `atMs`, in ms; positive east of Greenwich. */
export function offsetMsAt(atMs: number, timeZone: string): number {
  return zoned(atMs, timeZone).offsetNanoseconds / 1e6;
}

/** `2026-11-22T14:03:22+01:00`, or with `.480` of a second: local time that names one instant. */
export function toLocalIso(atMs: number, timeZone: string): string {
  const wholeMs = Math.floor(atMs);
  const smallestUnit = wholeMs % 1000 === 0 ? 'second' : 'millisecond';
  return Temporal.Instant.fromEpochMilliseconds(wholeMs).toString({ timeZone, smallestUnit });
}

/**
 * Reads what `toLocalIso` writes, any ISO 8601 with `Z` or an offset, or Unix ms. null when it is none of these.
 * A `+` that a query string turned into a space is understood.
 */
export function parseMoment(text: string): number | null {
  if (/^\d{9,15}$/.test(text)) return Number(text);
  try {
    return Temporal.Instant.from(text.trim().replace(' ', '+')).epochMilliseconds;
  } catch {
    return null;
  }
}

/**
 * The instant a person means by a time of day typed for `date`: `7`, `14:03`, `140322`, `14:03:22`.
 * null when it is not a time. A time skipped by the clock change reads as the one an hour later.
 */
export function timeOfDay(text: string, date: string, timeZone: string): number | null {
  const digits = text.trim().includes(':') ? text.trim().split(':') : (text.trim().match(/^\d{1,2}|\d{2}/g) ?? []);
  if (digits.length === 0 || digits.length > 3 || !digits.every((part) => /^\d{1,2}$/.test(part))) return null;
  const [hour = 0, minute = 0, second = 0] = digits.map(Number);
  if (hour > 23 || minute > 59 || second > 59) return null;
  return Temporal.PlainDate.from(date).toZonedDateTime({
    timeZone,
    plainTime: Temporal.PlainTime.from({ hour, minute, second }),
  }).epochMilliseconds;
}

/** The instant on `date` at which clocks show the same time as at `atMs`. */
export function sameTimeOn(date: string, atMs: number, timeZone: string): number {
  const plainTime = zoned(atMs, timeZone).toPlainTime();
  return Temporal.PlainDate.from(date).toZonedDateTime({ timeZone, plainTime }).epochMilliseconds;
}

function zoned(atMs: number, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(atMs)).toZonedDateTimeISO(timeZone);
}
