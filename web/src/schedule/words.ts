import type { Schedule, ScheduleException } from '@nightjar/contract';
import { dayMinutes, endOf, formatMinute, spansOfWeek, totalMinutes, type WeekSpan, weekMinutes } from './week.ts';

export const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
export const shortDayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

export const dayName = (day: number): string => dayNames[day % 7] ?? '';
const short = (day: number): string => shortDayNames[day % 7] ?? '';

/** `18:00–06:00`, `all day` */
export function timesText({ start, end }: Pick<WeekSpan, 'start' | 'end'>): string {
  if (start === 0 && end === dayMinutes) return 'all day';
  return `${formatMinute(start)}–${formatMinute(end > dayMinutes ? end - dayMinutes : end)}`;
}

/** `Friday 22:00 to Saturday 06:00`: read aloud. */
export function spanText(span: WeekSpan): string {
  if (span.start === 0 && span.end === dayMinutes) return `${dayName(span.day)}, all day`;
  const over = span.end > dayMinutes;
  const end = over ? `${dayName(Math.floor(endOf(span) / dayMinutes))} ` : '';
  return `${dayName(span.day)} ${formatMinute(span.start)} to ${end}${formatMinute(over ? span.end - dayMinutes : span.end)}`;
}

/** `a`, `a and b`, `a, b and c` */
export function listText(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** `every day`, `Mon–Fri`, `weekends`, `Mon, Wed and Fri`. @param days 0 is Monday, ascending, at least one. */
export function daysText(days: readonly number[]): string {
  if (days.length === 7) return 'every day';
  if (days.join() === '5,6') return 'weekends';
  const runs: number[][] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run?.at(-1) === day - 1) run.push(day);
    else runs.push([day]);
  }
  const texts = runs.flatMap((run) =>
    run.length < 3 ? run.map(short) : [`${short(run[0] ?? 0)}–${short(run.at(-1) ?? 0)}`],
  );
  return listText(texts);
}

/** `Mon–Fri 18:00–06:00, weekends all day`: when is recorded, in the order of the week. */
export function spansSummary(spans: readonly WeekSpan[]): string {
  if (spans.length === 0) return 'Never';
  if (totalMinutes(spans) === weekMinutes) return 'Always';
  const byTimes = new Map<string, number[]>();
  for (let day = 0; day < 7; day += 1) {
    const times = listText(spans.filter((span) => span.day === day).map(timesText));
    if (times !== '') byTimes.set(times, [...(byTimes.get(times) ?? []), day]);
  }
  const texts = [...byTimes].map(([times, days]) => `${daysText(days)} ${times}`);
  // Lists within lists need a stronger comma.
  const text = texts.join(texts.some((one) => / and |, /.test(one)) ? '; ' : ', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The week in words, and how many exceptions it has. */
export function scheduleSummary({ week, exceptions }: Schedule): string {
  const text = spansSummary(spansOfWeek(week));
  if (exceptions.length === 0) return text;
  return `${text}; ${exceptions.length === 1 ? 'one exception' : `${exceptions.length} exceptions`}`;
}

/** `84 h a week`, `12.5 h a week` */
export const weeklyText = (spans: readonly WeekSpan[]): string =>
  `${Math.round((totalMinutes(spans) / 60) * 10) / 10} h a week`;

const dateFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});

/** `24 Dec 2026`, `24–26 Dec 2026`, `30 Nov – 2 Dec 2026`, `24 Dec 2026 – 6 Jan 2027`. @param from `YYYY-MM-DD` */
export function datesText(from: string, to: string = from): string {
  const [first = '', last = ''] = [from, to].map((date) => dateFormat.format(new Date(`${date}T12:00Z`)));
  if (from === to) return last;
  if (from.slice(0, 7) === to.slice(0, 7)) return `${first.split(' ')[0]}–${last}`;
  return `${from.slice(0, 4) === to.slice(0, 4) ? first.slice(0, -5) : first} – ${last}`;
}

/** What is recorded on the days of an exception. */
export function exceptionText({ spans }: Pick<ScheduleException, 'spans'>): string {
  if (spans.length === 0) return 'not recorded';
  const asWeek = spans.map(({ from, to }) => (from === '00:00' && to === '24:00' ? 'all day' : `${from}–${to}`));
  return listText(asWeek);
}
