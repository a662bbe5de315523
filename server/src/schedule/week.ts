import { type DaySpan, type Schedule, type Span, weekdays } from '@nightjar/contract';
import { mergeNear } from '../shared/ranges.ts';
import { dayMs, type WallClock } from './wall-clock.ts';

/**
 * When a weekly schedule says to record, in and around `range` (finite): Unix milliseconds, oldest first, without
 * overlaps; what touches is one. A span begins when the wall clock first shows its beginning on its day or later, and
 * ends when the clock last shows less than its end: through an hour that comes twice it goes on until the second time.
 */
export function scheduledRanges(schedule: Schedule, range: Span, wall: WallClock): Span[] {
  // A span over midnight began the day before; one more for days that a zone leaves out.
  const firstDay = Math.floor(wall.localOf(range.from) / dayMs) - 2;
  const lastDay = Math.floor(wall.localOf(range.to) / dayMs);
  const ranges: Span[] = [];
  for (let day = firstDay; day <= lastDay; day += 1) {
    for (const span of spansOn(schedule, day)) ranges.push(rangeOf(span, day, wall));
  }
  return mergeNear(ranges);
}

/** The spans that begin on a day: the first exception's that has it, else the week's. */
function spansOn({ week, exceptions }: Schedule, day: number): readonly DaySpan[] {
  const date = new Date(day * dayMs).toISOString().slice(0, 10);
  const exception = exceptions.find(({ from, to = from }) => from <= date && date <= to);
  return exception?.spans ?? week[weekdayOf(day)];
}

/** 1 January 1970 was a Thursday. */
const weekdayOf = (day: number) => weekdays[(((day + 3) % 7) + 7) % 7] ?? 'monday';

function rangeOf({ from, to }: DaySpan, day: number, wall: WallClock): Span {
  const overMidnight = to <= from;
  return {
    from: wall.firstAt(day * dayMs + timeOf(from)),
    to: wall.lastAt((overMidnight ? day + 1 : day) * dayMs + timeOf(to)),
  };
}

/** Milliseconds since midnight of `HH:MM`. */
const timeOf = (text: string): number => (Number(text.slice(0, 2)) * 60 + Number(text.slice(3))) * 60_000;
