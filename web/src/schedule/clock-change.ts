import { dateOfDay, firstAt, wallTimeAt } from '../time/wall.ts';
import { dayMinutes, formatMinute } from './week.ts';

const minuteMs = 60_000;

/** A day on which clocks are put forward or back. */
export interface ClockChange {
  /** `YYYY-MM-DD` */
  date: string;
  /** `02:00`: what clocks show, or would, at the change. */
  at: string;
  /** By how much; positive is forward, and the day is shorter by it. */
  forwardMinutes: number;
  dayHours: number;
}

/** The first day of 23 or 25 hours among the `days` from today on; null when there is none. */
export function clockChangeWithin(days: number, nowMs: number, timeZone: string): ClockChange | null {
  const today = wallTimeAt(nowMs, timeZone).dayNumber;
  for (let dayNumber = today; dayNumber < today + days; dayNumber += 1) {
    const begin = firstAt({ dayNumber, minute: 0 }, timeZone);
    const minutes = (firstAt({ dayNumber: dayNumber + 1, minute: 0 }, timeZone) - begin) / minuteMs;
    if (minutes === dayMinutes) continue;
    let elapsed = 0;
    while (elapsed < minutes && wallTimeAt(begin + elapsed * minuteMs, timeZone).minute === elapsed) elapsed += 15;
    const forwardMinutes = dayMinutes - minutes;
    return { date: dateOfDay(dayNumber), at: formatMinute(elapsed), forwardMinutes, dayHours: minutes / 60 };
  }
  return null;
}
