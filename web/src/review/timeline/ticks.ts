/** What is written along the timeline, from months down to hundredths of a second. Pure. */
import { dateOfDay, weekdayOf } from '../../time/wall.ts';
import { lengthOf } from './geometry.ts';
import type { LocalTime } from './local-time.ts';
import type { View } from './view-store.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

export interface Label {
  at: number;
  text: string;
}

/** What the labels below it leave unsaid: a month, a day, or a second; `texts` from long to short. */
export interface Heading {
  from: number;
  to: number;
  texts: readonly string[];
}

export interface Scale {
  labels: Label[];
  /** Between labels. */
  minor: number[];
  /** Midnights; of wider views, Mondays and the first of the month. */
  strong: number[];
  headings: Heading[];
}

const clockSteps = [
  ...[10, 20, 40, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 4, 6, 12].map((count) => count * hour),
];

/** Pixels that a label needs, with what keeps it from its neighbours. */
const widthOfLabel = (stepMs: number): number => (stepMs < second ? 44 : stepMs < minute ? 70 : 54);
const dayWidth = 58;
const shortDayWidth = 26;

/** The finest step whose labels do not touch; days and weeks are whole days of ms here. */
export function labelStepMs(view: View, width: number): number {
  const msPerPx = lengthOf(view) / Math.max(1, width);
  const ofClock = clockSteps.find((step) => step >= widthOfLabel(step) * msPerPx);
  return ofClock ?? (day >= shortDayWidth * msPerPx ? day : 7 * day);
}

/** Ticks between labels `stepMs` apart. */
export function minorStepMs(stepMs: number): number {
  if (stepMs === 7 * day) return day;
  if (stepMs === day) return 6 * hour;
  const parts = [4, 5, 3, 2].find((count) => clockSteps.includes(stepMs / count));
  return stepMs / (parts ?? 1);
}

/** Labels, ticks and headings of `view`, a label's width beyond either side too. */
export function scaleOf(view: View, width: number, local: LocalTime): Scale {
  const step = labelStepMs(view, width);
  const minorStep = minorStepMs(step);
  const pxPerMs = width / lengthOf(view);
  const margin = 80 / pxPerMs;
  const shown = { from: view.from - margin, to: view.to + margin };
  if (step < day) {
    return {
      labels: clockTicks(shown, step, local).map((at) => ({ at, text: clockText(at, step, local) })),
      minor: minorStep === step ? [] : clockTicks(shown, minorStep, local),
      strong: daysIn(shown, local).map((number) => local.startOfDay(number)),
      headings: step < second ? secondsIn(view, local) : daysIn(view, local).map((number) => dayHeading(number, local)),
    };
  }
  const days = daysIn(shown, local);
  const labelled = step === day ? days : days.filter((number) => weekdayOf(number) === 0);
  const isShort = (step === day ? day : 7 * day) * pxPerMs < dayWidth;
  const wantsMinor = minorStep === day || 6 * hour * pxPerMs >= 10;
  return {
    labels: labelled.map((number) => ({ at: local.startOfDay(number), text: dayText(number, isShort) })),
    minor: !wantsMinor
      ? []
      : minorStep === day
        ? days.map((n) => local.startOfDay(n))
        : clockTicks(shown, minorStep, local),
    strong: days
      .filter((number) => weekdayOf(number) === 0 || dateOfDay(number).endsWith('-01'))
      .map((number) => local.startOfDay(number)),
    headings: monthsIn(view, local),
  };
}

/**
 * Instants whose local time is a multiple of `stepMs`, oldest first. Right across clock changes: an hour that happens
 * twice has its tick twice, one that is skipped has none.
 */
export function clockTicks(view: View, stepMs: number, local: LocalTime): number[] {
  const quantum = Math.min(stepMs, 15 * minute);
  const ticks: number[] = [];
  for (let at = Math.ceil(view.from / quantum) * quantum; at < view.to; at += quantum) {
    if ((at + local.offsetAt(at)) % stepMs === 0) ticks.push(at);
  }
  return ticks;
}

/** Days that `view` touches, by their numbers. */
function daysIn(view: View, local: LocalTime): number[] {
  const days: number[] = [];
  const last = local.dayNumberAt(view.to - 1);
  for (let number = local.dayNumberAt(view.from); number <= last; number += 1) days.push(number);
  return days;
}

const two = (value: number): string => String(value).padStart(2, '0');

function clockText(atMs: number, stepMs: number, local: LocalTime): string {
  const ofDay = (((atMs + local.offsetAt(atMs)) % day) + day) % day;
  if (stepMs < second) return `.${String(ofDay % second).padStart(3, '0')}`;
  const text = `${two(Math.floor(ofDay / hour))}:${two(Math.floor(ofDay / minute) % 60)}`;
  return stepMs < minute ? `${text}:${two(Math.floor(ofDay / second) % 60)}` : text;
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

function dateParts(dayNumber: number): { year: string; month: string; date: string; weekday: string } {
  const [year = '', month = '1', date = ''] = dateOfDay(dayNumber).split('-');
  const weekday = weekdays[weekdayOf(dayNumber)] ?? '';
  return { year, month: months[Number(month) - 1] ?? '', date: String(Number(date)), weekday };
}

function dayText(dayNumber: number, isShort: boolean): string {
  const { date, weekday } = dateParts(dayNumber);
  return isShort ? date : `${weekday} ${date}`;
}

function dayHeading(dayNumber: number, local: LocalTime): Heading {
  const { year, month, date, weekday } = dateParts(dayNumber);
  const short = `${weekday} ${date} ${month.slice(0, 3)}`;
  const range = { from: local.startOfDay(dayNumber), to: local.startOfDay(dayNumber + 1) };
  return { ...range, texts: [`${weekday} ${date} ${month} ${year}`, short, `${weekday} ${date}`] };
}

function monthsIn(view: View, local: LocalTime): Heading[] {
  const headings: Heading[] = [];
  for (let at = view.from; at < view.to; ) {
    const { from, to } = local.monthAt(at);
    const { year, month } = dateParts(local.dayNumberAt(at));
    headings.push({ from, to, texts: [`${month} ${year}`, `${month.slice(0, 3)} ${year}`, month.slice(0, 3)] });
    at = to;
  }
  return headings;
}

function secondsIn(view: View, local: LocalTime): Heading[] {
  const { date, month, weekday } = dateParts(local.dayNumberAt(view.from));
  return clockTicks({ from: view.from - second, to: view.to }, second, local).map((from) => {
    const clock = clockText(from, second, local);
    return { from, to: from + second, texts: [`${weekday} ${date} ${month.slice(0, 3)}, ${clock}`, clock] };
  });
}
