import { formatClock, formatDate } from '../time/format.ts';
import { firstAt, wallTimeAt } from '../time/wall.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Minute of the day at which "until the morning" ends. */
const morningMinute = 6 * 60;

/** `18:00` today, `Tue 06:00` in the days to come, `Thu 24 Dec 18:00` later. */
export function untilText(untilMs: number, nowMs: number, timeZone: string): string {
  const clock = formatClock(untilMs, timeZone, 'minute');
  const daysOn = wallTimeAt(untilMs, timeZone).dayNumber - wallTimeAt(nowMs, timeZone).dayNumber;
  if (daysOn === 0) return clock;
  const date = formatDate(untilMs, timeZone);
  return `${daysOn > 0 && daysOn < 7 ? date.split(' ')[0] : date} ${clock}`;
}

export interface UntilChoice {
  id: string;
  label: string;
  untilMs: number;
}

/** Ends of an override that people often want, in the recorder's zone. */
export function untilChoices(nowMs: number, timeZone: string): UntilChoice[] {
  const lasting = (minutes: number) => nowMs + minutes * minuteMs;
  const { dayNumber, minute } = wallTimeAt(nowMs, timeZone);
  const morning = { dayNumber: minute < morningMinute ? dayNumber : dayNumber + 1, minute: morningMinute };
  return [
    { id: '30', label: '30 minutes', untilMs: lasting(30) },
    { id: '60', label: '1 hour', untilMs: lasting(60) },
    { id: '240', label: '4 hours', untilMs: lasting(240) },
    {
      id: 'morning',
      label: 'Until the morning',
      untilMs: firstAt(morning, timeZone),
    },
  ];
}

/** How far ahead an override may be set by hand: beyond it, mode and schedule are what is meant. */
export const longestMs = 90 * dayMs;
