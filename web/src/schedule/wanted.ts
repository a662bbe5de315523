import type { DaySpan, Recording, Schedule } from '@nightjar/contract';
import { dateOfDay, firstAt, lastAt, wallTimeAt, weekdayOf } from '../time/wall.ts';
import { weekdays } from './weekdays.ts';

/** Whether a camera is to be recorded, and what says so. */
export interface Wanted {
  record: boolean;
  by: 'override' | 'mode' | 'schedule';
  /** When the override ends, or the schedule changes, Unix ms; null: not in the next weeks. */
  untilMs: number | null;
}

type Window = [fromMs: number, toMs: number];

const lookAheadDays = 22;

/** What `recording` wants at `nowMs`. The recorder decides by the same rules; this tells people beforehand. */
export function wantedAt({ mode, schedule, override }: Recording, nowMs: number, timeZone: string): Wanted {
  if (override && override.until > nowMs) return { record: override.record, by: 'override', untilMs: override.until };
  if (mode !== 'scheduled') return { record: mode === 'continuous', by: 'mode', untilMs: null };
  return scheduledAt(schedule, nowMs, timeZone);
}

interface Known {
  timeZone: string;
  fromMs: number;
  wanted: Wanted;
}

// Asked for each camera each second: an answer holds until the schedule changes its mind.
const known = new WeakMap<Schedule, Known>();
const recheckMs = 60 * 60_000;

function scheduledAt(schedule: Schedule, nowMs: number, timeZone: string): Wanted {
  const last = known.get(schedule);
  const untilMs = last?.wanted.untilMs ?? Number.POSITIVE_INFINITY;
  if (last?.timeZone === timeZone && nowMs >= last.fromMs && nowMs < Math.min(untilMs, last.fromMs + recheckMs)) {
    return last.wanted;
  }
  const wanted = judge(windowsOf(schedule, nowMs, timeZone), nowMs);
  known.set(schedule, { timeZone, fromMs: nowMs, wanted });
  return wanted;
}

function judge(windows: readonly Window[], nowMs: number): Wanted {
  const next = windows.find(([, toMs]) => toMs > nowMs);
  if (!next) return { record: false, by: 'schedule', untilMs: null };
  if (next[0] > nowMs) return { record: false, by: 'schedule', untilMs: next[0] };
  return { record: true, by: 'schedule', untilMs: isFar(next[1], nowMs) ? null : next[1] };
}

/** What lasts until the end of what was looked at lasts on. */
const isFar = (atMs: number, nowMs: number): boolean => atMs > nowMs + (lookAheadDays - 2) * 86_400_000;

/** The stretches to record from yesterday on, oldest first; those that touch are one. */
function windowsOf(schedule: Schedule, nowMs: number, timeZone: string): Window[] {
  const today = wallTimeAt(nowMs, timeZone).dayNumber;
  const windows: Window[] = [];
  for (let day = today - 2; day < today + lookAheadDays; day += 1) {
    for (const span of spansOn(schedule, day)) windows.push(windowOf(span, day, timeZone));
  }
  return joined(windows);
}

/** The spans that begin on a day: the first exception's that has it, or the week's. */
export function spansOn({ week, exceptions }: Schedule, dayNumber: number): readonly DaySpan[] {
  const date = dateOfDay(dayNumber);
  const exception = exceptions.find(({ from, to = from }) => from <= date && date <= to);
  return exception?.spans ?? week[weekdays[weekdayOf(dayNumber)] ?? 'monday'];
}

function windowOf({ from, to }: DaySpan, dayNumber: number, timeZone: string): Window {
  const overMidnight = to <= from;
  return [
    firstAt({ dayNumber, minute: minuteOf(from) }, timeZone),
    lastAt({ dayNumber: overMidnight ? dayNumber + 1 : dayNumber, minute: minuteOf(to) }, timeZone),
  ];
}

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

function joined(windows: Window[]): Window[] {
  const result: Window[] = [];
  for (const [fromMs, toMs] of windows.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && fromMs <= last[1]) last[1] = Math.max(last[1], toMs);
    else if (toMs > fromMs) result.push([fromMs, toMs]);
  }
  return result;
}
