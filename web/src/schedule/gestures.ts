import {
  dayMinutes,
  endOf,
  lengthOf,
  modulo,
  spanAt,
  startOf,
  type WeekSpan,
  weekMinutes,
  withoutRange,
  withoutSpan,
  withSpans,
} from './week.ts';

/** A place on the grid. */
export interface Point {
  day: number;
  /** 0 to 1440, not snapped. */
  minute: number;
}

/**
 * What a drag does from where it began to where the pointer is.
 *
 * - `draw`, `erase`: the days between the two, from the one time to the other. Dragging to an *earlier* time of a *later*
 *   day means nights: from Monday 18:00 to Saturday 06:00 draws five of them.
 * - `move`: the span by as much as the pointer, in time and in days.
 * - `start`, `end`: one edge of the span.
 */
export type Gesture =
  | { kind: 'draw' | 'erase'; from: Point }
  | { kind: 'move' | 'start' | 'end'; from: Point; span: WeekSpan };

export interface GestureResult {
  /** The whole week then. */
  spans: WeekSpan[];
  /** What is drawn, erased, moved or resized: for the label under the pointer, and to keep the focus on. */
  touched: WeekSpan[];
}

/** @param snapMinutes Times end up on multiples of it. */
export function resultOf(gesture: Gesture, to: Point, spans: readonly WeekSpan[], snapMinutes: number): GestureResult {
  switch (gesture.kind) {
    case 'draw': {
      const drawn = drawnSpans(gesture.from, to, snapMinutes);
      return { spans: withSpans(spans, drawn), touched: drawn };
    }
    case 'erase': {
      const erased = drawnSpans(gesture.from, to, snapMinutes);
      return { spans: erased.reduce(withoutRange, [...spans]), touched: erased };
    }
    default:
      return replaced(spans, gesture.span, changedSpan(gesture, to, snapMinutes));
  }
}

/** `spans` with `after` instead of `before`. */
export const replaced = (spans: readonly WeekSpan[], before: WeekSpan, after: WeekSpan): GestureResult => ({
  spans: withSpans(withoutSpan(spans, before), [after]),
  touched: [after],
});

const snapped = (minute: number, snapMinutes: number): number => Math.round(minute / snapMinutes) * snapMinutes;

/** The spans that a drag over the empty grid means, at least one step long; see `Gesture`. */
export function drawnSpans(a: Point, b: Point, snapMinutes: number): WeekSpan[] {
  const [first, last] = a.day < b.day || (a.day === b.day && a.minute <= b.minute) ? [a, b] : [b, a];
  const floor = (minute: number) => Math.min(Math.floor(minute / snapMinutes) * snapMinutes, dayMinutes - snapMinutes);
  const start = floor(first.minute);
  const end = Math.max(Math.ceil(last.minute / snapMinutes) * snapMinutes, snapMinutes);
  const overMidnight = last.day > first.day && end <= start;
  const days = last.day - first.day + (overMidnight ? 0 : 1);
  return Array.from({ length: days }, (_, index) => ({
    day: first.day + index,
    start,
    end: overMidnight ? end + dayMinutes : Math.max(end, start + snapMinutes),
  }));
}

function changedSpan(gesture: Exclude<Gesture, { kind: 'draw' | 'erase' }>, to: Point, snapMinutes: number): WeekSpan {
  const { span, from } = gesture;
  if (gesture.kind === 'move') {
    const start = snapped(span.start + to.minute - from.minute, snapMinutes);
    return movedTo(span, span.day + to.day - from.day, start);
  }
  const minute = snapped(to.minute, snapMinutes);
  return gesture.kind === 'start'
    ? withStart(span, nearest(to.day * dayMinutes + minute, startOf(span)), snapMinutes)
    : withEnd(span, nearest(to.day * dayMinutes + minute, endOf(span)), snapMinutes);
}

/** The same minute of the week, as many weeks on that it is next to `beside`. */
const nearest = (minute: number, beside: number): number =>
  minute + Math.round((beside - minute) / weekMinutes) * weekMinutes;

export function movedTo(span: WeekSpan, day: number, start: number): WeekSpan {
  const from = modulo(day, 7) * dayMinutes + start;
  return spanAt(from, from + lengthOf(span));
}

/** The span with its end at `end`, minutes of the week; kept between one step and a day long. */
export function withEnd(span: WeekSpan, end: number, stepMinutes: number): WeekSpan {
  const longest = span.start === 0 ? dayMinutes : dayMinutes - stepMinutes;
  const length = Math.min(Math.max(end - startOf(span), stepMinutes), longest);
  return { ...span, end: span.start + length };
}

/** The span with its start at `start`, minutes of the week; kept between one step and a day long. */
export function withStart(span: WeekSpan, start: number, stepMinutes: number): WeekSpan {
  const end = endOf(span);
  const wholeDay = end - dayMinutes;
  const earliest = modulo(wholeDay, dayMinutes) === 0 ? wholeDay : wholeDay + stepMinutes;
  return spanAt(Math.max(Math.min(start, end - stepMinutes), earliest), end);
}

/** What a key does to a span that has the focus. */
export type KeyAction = { kind: 'change'; span: WeekSpan } | { kind: 'edit' } | { kind: 'remove' } | null;

interface Key {
  key: string;
  shiftKey: boolean;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}

/**
 * Arrows move; with shift they move the end, with alt the start; along the days, with either, nothing.
 * @param layout Time runs down `columns` and along `rows`.
 */
export function keyAction(pressed: Key, span: WeekSpan, layout: 'columns' | 'rows', stepMinutes: number): KeyAction {
  const { key, shiftKey, altKey, ctrlKey, metaKey } = pressed;
  if (ctrlKey || metaKey) return null;
  if (key === 'Enter' || key === ' ' || key === 'F2') return { kind: 'edit' };
  if (key === 'Delete' || key === 'Backspace') return { kind: 'remove' };
  const [earlier, later] = layout === 'columns' ? ['ArrowUp', 'ArrowDown'] : ['ArrowLeft', 'ArrowRight'];
  const [before, after] = layout === 'columns' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
  const time = key === earlier ? -1 : key === later ? 1 : 0;
  const day = key === before ? -1 : key === after ? 1 : 0;
  if (time !== 0 && shiftKey) return change(withEnd(span, stepped(endOf(span), time, stepMinutes), stepMinutes));
  if (time !== 0 && altKey) return change(withStart(span, stepped(startOf(span), time, stepMinutes), stepMinutes));
  if (time !== 0) return change(movedTo(span, span.day, stepped(span.start, time, stepMinutes)));
  return day !== 0 && !shiftKey && !altKey ? change(movedTo(span, span.day + day, span.start)) : null;
}

const change = (span: WeekSpan): KeyAction => ({ kind: 'change', span });

/** The next multiple of `step` before or after `minute`. */
const stepped = (minute: number, direction: number, step: number): number =>
  direction > 0 ? (Math.floor(minute / step) + 1) * step : (Math.ceil(minute / step) - 1) * step;
