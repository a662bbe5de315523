import { Temporal } from 'temporal-polyfill';
import { parseMoment, timeOfDay } from './zone.ts';

interface Typing {
  /** The day that a time without one belongs to, `YYYY-MM-DD`. */
  date: string;
  /** What is shown now, Unix ms; `+30 s` counts from it. */
  atMs: number;
  /** The recorder's clock, Unix ms. */
  nowMs: number;
  timeZone: string;
}

/**
 * The instant a person means by what is typed into "go to": a time of day (`14:03:22.5`, `140322`, `3pm`), a day before
 * it (`yesterday 7:30`, `tue 03:12`, `22 nov 14:03`, `22.11. 14:03`, `2026-11-22 14:03`), a day alone (its beginning), a
 * step (`-5 min`, `+30 s`), `now`, ISO 8601 or Unix ms. Without a year, the last such day that is not to come. null when
 * it is none of these.
 */
export function readTypedMoment(text: string, typing: Typing): number | null {
  const words = text.trim().toLowerCase().replaceAll(',', ' ').replace(/\s+/g, ' ');
  if (words === 'now') return typing.nowMs;
  const step = stepOf(words);
  if (step !== null) return typing.atMs + step;
  const instant = parseMoment(text.trim());
  if (instant !== null) return instant;
  const { date, rest } = leadingDay(words, typing);
  if (rest === '') return date === null ? null : timeOfDay('0', date, typing.timeZone);
  return clockTime(rest, date ?? typing.date, typing.timeZone);
}

const unitsMs: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function stepOf(text: string): number | null {
  const match = /^([+\-−])\s?(\d+(?:\.\d+)?)\s?(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?)$/.exec(text);
  if (!match) return null;
  const [, sign, count, unit = ''] = match;
  return (sign === '+' ? 1 : -1) * Number(count) * (unitsMs[unit.charAt(0)] ?? 0);
}

/** `14:03:22.480`, `3pm`, `3:12 pm`; hours, minutes and seconds as `timeOfDay` takes them. */
function clockTime(text: string, date: string, timeZone: string): number | null {
  const match = /^(.*?)(\.\d{1,3})?\s?(am|pm)?$/.exec(text);
  const [, clock = '', fraction = '', half] = match ?? [];
  if (fraction !== '' && !/[:\d]\d$/.test(clock)) return null;
  const atMs = timeOfDay(half ? inHalf(clock, half) : clock, date, timeZone);
  return atMs === null ? null : atMs + Math.round(Number(`0${fraction}`) * 1_000);
}

/** `3:12` of the afternoon is `15:12`; what is no hour of a half day becomes no time at all. */
function inHalf(clock: string, half: string): string {
  const [hour = '', ...rest] = clock.split(':');
  const number = Number(hour);
  if (!/^\d{1,2}$/.test(hour) || number < 1 || number > 12) return '';
  return [(number % 12) + (half === 'pm' ? 12 : 0), ...rest].join(':');
}

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The day that a text begins with, and what follows it; null when it begins with none. */
function leadingDay(text: string, { nowMs, timeZone }: Typing): { date: string | null; rest: string } {
  const today = Temporal.Instant.fromEpochMilliseconds(Math.floor(nowMs)).toZonedDateTimeISO(timeZone).toPlainDate();
  for (const [pattern, dayOf] of days(today)) {
    const match = pattern.exec(text);
    const date = match && dayOf(match);
    if (match && date) return { date: date.toString(), rest: text.slice(match[0].length).trim() };
  }
  return { date: null, rest: text };
}

type DayOf = (match: RegExpExecArray) => Temporal.PlainDate | null;

function days(today: Temporal.PlainDate): Array<[RegExp, DayOf]> {
  const named = (year: string | undefined, month: number, day: string | undefined) => {
    try {
      const date = Temporal.PlainDate.from(
        { year: year === undefined ? today.year : Number(year), month, day: Number(day) },
        { overflow: 'reject' },
      );
      const isToCome = year === undefined && Temporal.PlainDate.compare(date, today) > 0;
      return isToCome ? date.subtract({ years: 1 }) : date;
    } catch {
      return null; // the 31st of November
    }
  };
  const monthNumber = (name = '') => months.indexOf(name.slice(0, 3)) + 1;
  return [
    [/^today\b/, () => today],
    [/^yesterday\b/, () => today.subtract({ days: 1 })],
    [
      /^(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b\.?(?! \d{1,2}[ .]+[a-z])/,
      ([, name = '']) => today.subtract({ days: (today.dayOfWeek - 1 - weekdays.indexOf(name) + 7) % 7 }),
    ],
    [/^(\d{4})-(\d\d?)-(\d\d?)[t ]?/, ([, year, month, day]) => named(year, Number(month), day)],
    [/^(\d\d?)\.(\d\d?)\.(\d{4})?(?=\s|$)/, ([, day, month, year]) => named(year, Number(month), day)],
    [
      /^(?:[a-z]{3,9} )?(\d\d?)[ .]+(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?: (\d{4}))?(?=\s|$)/,
      ([, day, month, year]) => named(year, monthNumber(month), day),
    ],
    [
      /^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* (\d\d?)(?: (\d{4}))?(?=\s|$)/,
      ([, month, day, year]) => named(year, monthNumber(month), day),
    ],
  ];
}
