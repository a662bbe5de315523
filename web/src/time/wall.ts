/**
 * Clocks on the wall of the recorder's zone, with `Intl` only: what every page needs to say until when a camera rests.
 * Calendars, which load later, use `zone.ts`.
 */

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** What calendar and clock show. */
export interface WallTime {
  /** Days since 1 January 1970. */
  dayNumber: number;
  /** Minutes since midnight; 1440 is the next day's midnight. */
  minute: number;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let found = formatters.get(timeZone);
  if (!found) {
    const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
    found = new Intl.DateTimeFormat('en-US', { ...numeric, second: 'numeric', hourCycle: 'h23', timeZone });
    formatters.set(timeZone, found);
  }
  return found;
}

/** The wall's date and time at `atMs`, as if they were of UTC: whole seconds, Unix ms. */
function wallAsUtc(atMs: number, timeZone: string): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatterOf(timeZone).formatToParts(atMs)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

export function wallTimeAt(atMs: number, timeZone: string): WallTime {
  const wall = wallAsUtc(atMs, timeZone);
  const dayNumber = Math.floor(wall / dayMs);
  return { dayNumber, minute: Math.floor((wall - dayNumber * dayMs) / minuteMs) };
}

const offsetAt = (atMs: number, timeZone: string): number => wallAsUtc(atMs, timeZone) - Math.floor(atMs / 1000) * 1000;

/**
 * When the wall first shows this or more, Unix ms: of a time that comes twice the first, of one that is skipped the
 * moment clocks are put forward.
 */
export function firstAt(time: WallTime, timeZone: string): number {
  const { before, after, shown } = candidates(time, timeZone);
  return shown.length > 0 ? Math.min(...shown) : changeBetween(after, before, timeZone);
}

/** When the wall shows less than this for the last time: as `firstAt`, but of a time that comes twice the second. */
export function lastAt(time: WallTime, timeZone: string): number {
  const { before, after, shown } = candidates(time, timeZone);
  if (shown.length < 2 || before === after) return firstAt(time, timeZone);
  // Put back to exactly this time: what is before it does not come again.
  return offsetAt(after - 1, timeZone) === offsetAt(after, timeZone) ? after : before;
}

/** The instants by the offsets of the day before and of the day after; those of them at which the wall shows the time. */
function candidates({ dayNumber, minute }: WallTime, timeZone: string) {
  const wall = dayNumber * dayMs + minute * minuteMs;
  const before = wall - offsetAt(wall - dayMs, timeZone);
  const after = wall - offsetAt(wall + dayMs, timeZone);
  return { before, after, shown: [before, after].filter((atMs) => wallAsUtc(atMs, timeZone) === wall) };
}

/** The first instant in `(fromMs, toMs]` with the offset of `toMs`. */
function changeBetween(fromMs: number, toMs: number, timeZone: string): number {
  const offset = offsetAt(toMs, timeZone);
  let [low, high] = [fromMs, toMs];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle, timeZone) === offset) high = middle;
    else low = middle;
  }
  return high;
}

/** 0 is Monday. */
export const weekdayOf = (dayNumber: number): number => (((dayNumber + 3) % 7) + 7) % 7;

/** `YYYY-MM-DD` */
export const dateOfDay = (dayNumber: number): string => new Date(dayNumber * dayMs).toISOString().slice(0, 10);

/** @param date `YYYY-MM-DD` */
export const dayOfDate = (date: string): number => Math.round(Date.parse(`${date}T00:00:00Z`) / dayMs);
