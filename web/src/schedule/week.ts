import type { DaySpan, Week } from '@nightjar/contract';
import { weekdays } from './weekdays.ts';

/**
 * A weekly schedule as the grid edits it. Pure: every function answers new spans, tidied.
 * Minutes count from midnight of a day, or from Monday's midnight ("of the week"); ranges are half-open.
 */

export const hourMinutes = 60;
export const dayMinutes = 24 * hourMinutes;
export const weekMinutes = 7 * dayMinutes;

/**
 * One span on the grid. It belongs to the day it begins on; an `end` beyond 1440 is after midnight, on the next day.
 * It is shorter than a day, or exactly the day from midnight to midnight: that is what `DaySpan` can say.
 */
export interface WeekSpan {
  /** 0 is Monday. */
  day: number;
  start: number;
  end: number;
}

export const wholeDay = (day: number): WeekSpan => ({ day, start: 0, end: dayMinutes });

/** Minute of the week at which `span` begins. */
export const startOf = (span: WeekSpan): number => span.day * dayMinutes + span.start;
/** Minute of the week at which it ends; beyond the week's end when it goes over Sunday's midnight. */
export const endOf = (span: WeekSpan): number => span.day * dayMinutes + span.end;
export const lengthOf = (span: WeekSpan): number => span.end - span.start;
export const isSame = (a: WeekSpan, b: WeekSpan): boolean => a.day === b.day && a.start === b.start && a.end === b.end;

/** The remainder that is never negative. */
export const modulo = (value: number, by: number): number => ((value % by) + by) % by;

/** The span of `[start, end)`, minutes of the week; outside of it, the week goes round. */
export function spanAt(start: number, end: number): WeekSpan {
  const day = Math.floor(start / dayMinutes);
  return { day: modulo(day, 7), start: start - day * dayMinutes, end: end - day * dayMinutes };
}

/** `08:00`; `24:00` for the end of the day. */
export function formatMinute(minute: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minute / hourMinutes))}:${two(minute % hourMinutes)}`;
}

/** A time of day as people type it: `7`, `730`, `7.30`, `07:30`, `24`. Minutes from 0 to 1440; null when it is none. */
export function parseMinute(text: string): number | null {
  const match = /^(\d{1,2})(?:[:.h ]?(\d{2}))?$/.exec(text.trim());
  if (!match) return null;
  const hour = Number(match[1]);
  const minute = Number(match[2] ?? 0);
  const total = hour * hourMinutes + minute;
  return minute < hourMinutes && total <= dayMinutes ? total : null;
}

/** `end` at or before `start` is meant on the next day. From a time to the same time is once round the clock. */
export const spanFromTimes = (day: number, start: number, end: number): WeekSpan =>
  start === dayMinutes
    ? spanFromTimes((day + 1) % 7, 0, end)
    : { day, start, end: end > start ? end : end + dayMinutes };

const fromDaySpan = (day: number, { from, to }: DaySpan): WeekSpan =>
  spanFromTimes(day, parseMinute(from) ?? 0, parseMinute(to) ?? dayMinutes);

export const toDaySpan = ({ start, end }: WeekSpan): DaySpan => ({
  from: formatMinute(start),
  to: formatMinute(end > dayMinutes ? end - dayMinutes : end),
});

export const spansOfWeek = (week: Week): WeekSpan[] =>
  tidied(weekdays.flatMap((name, day) => week[name].map((span) => fromDaySpan(day, span))));

export function weekOfSpans(spans: readonly WeekSpan[]): Week {
  const tidy = tidied(spans);
  return Object.fromEntries(
    weekdays.map((name, day) => [name, tidy.filter((span) => span.day === day).map(toDaySpan)]),
  ) as Week;
}

/** The spans of one day, of an exception for instance, tidied; `[]` of nothing. */
export const tidyDay = (spans: readonly DaySpan[]): DaySpan[] =>
  tidied(spans.map((span) => fromDaySpan(0, span)))
    .filter(({ day }) => day === 0)
    .map(toDaySpan);

/**
 * In order of the week; spans of one day that touch or overlap become one. A span over midnight may lie over the next
 * day's: each day keeps what is its own, so that an exception for the one does not cut the other.
 */
export function tidied(spans: readonly WeekSpan[]): WeekSpan[] {
  const pieces = spans.flatMap(expressible);
  const days = Array.from({ length: 7 }, (_, day) => unions(pieces.filter((piece) => piece.day === day)));
  return days.flat().flatMap((union) => cutAtNight(union, pieces));
}

const isExpressible = (span: WeekSpan): boolean =>
  lengthOf(span) < dayMinutes || (span.start === 0 && span.end === dayMinutes);

/** In pieces that `WeekSpan` allows: cut at midnight where it is a day long or longer. */
function expressible(span: WeekSpan): WeekSpan[] {
  if (lengthOf(span) <= 0) return [];
  if (isExpressible(span)) return [spanAt(startOf(span), endOf(span))];
  const midnight = (span.day + 1) * dayMinutes;
  return [spanAt(startOf(span), midnight), ...expressible(spanAt(midnight, endOf(span)))];
}

/** `spans` of one day, joined where they touch. */
function unions(spans: readonly WeekSpan[]): WeekSpan[] {
  const joined: WeekSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = joined.pop();
    if (last && span.start <= last.end) joined.push({ ...last, end: Math.max(last.end, span.end) });
    else joined.push(...(last ? [last] : []), span);
  }
  return joined;
}

/** A union too long for one span, in two: the second is the night that it ends with. */
function cutAtNight(union: WeekSpan, pieces: readonly WeekSpan[]): WeekSpan[] {
  if (isExpressible(union)) return [union];
  const nights = pieces.filter(({ day, end }) => day === union.day && end === union.end);
  const start = Math.min(...nights.map((night) => night.start));
  return [
    { ...union, end: start },
    { ...union, start },
  ];
}

export const withSpans = (spans: readonly WeekSpan[], added: readonly WeekSpan[]): WeekSpan[] =>
  tidied([...spans, ...added]);

export const withoutSpan = (spans: readonly WeekSpan[], gone: WeekSpan): WeekSpan[] =>
  spans.filter((span) => !isSame(span, gone));

/** What is left of `spans` where `erased` is cut out. A piece belongs to the day it now begins on. */
export function withoutRange(spans: readonly WeekSpan[], erased: WeekSpan): WeekSpan[] {
  const cut = (span: WeekSpan, from: number, to: number): WeekSpan[] => {
    const start = startOf(span);
    const end = endOf(span);
    if (to <= start || from >= end) return [span];
    return [
      ...(from > start ? [spanAt(start, from)] : []), //
      ...(to < end ? [spanAt(to, end)] : []),
    ];
  };
  // Once round the week in both directions: a span or the cut may reach over Sunday's midnight.
  const rounds = [-weekMinutes, 0, weekMinutes];
  return tidied(
    rounds.reduce<WeekSpan[]>(
      (left, shift) => left.flatMap((span) => cut(span, startOf(erased) + shift, endOf(erased) + shift)),
      [...spans],
    ),
  );
}

/** Each of the days `to` gets what begins on `from`, instead of what it had. */
export function withCopiedDay(spans: readonly WeekSpan[], from: number, to: readonly number[]): WeekSpan[] {
  const targets = to.filter((day) => day !== from);
  const copied = spans.filter((span) => span.day === from);
  const kept = spans.filter((span) => !targets.includes(span.day));
  return tidied([...kept, ...targets.flatMap((day) => copied.map((span) => ({ ...span, day })))]);
}

/** The span that has the minute of the week at which `wanted` begins; of two, the one that begins later. */
export function spanWith(spans: readonly WeekSpan[], wanted: WeekSpan): WeekSpan | undefined {
  const minute = startOf(wanted);
  const into = (span: WeekSpan) => modulo(minute - startOf(span), weekMinutes);
  return spans.filter((span) => into(span) < lengthOf(span)).sort((a, b) => into(a) - into(b))[0];
}

/** Minutes a week in which any of them is. */
export function totalMinutes(spans: readonly WeekSpan[]): number {
  const overNightUntil = (day: number) =>
    Math.max(0, ...spans.filter((span) => span.day === day).map(({ end }) => end - dayMinutes));
  const own = (span: WeekSpan) => {
    const since = Math.max(span.start, overNightUntil(modulo(span.day - 1, 7)));
    return Math.max(0, span.end - since);
  };
  return spans.reduce((total, span) => total + own(span), 0);
}
