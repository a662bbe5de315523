import type { GapCause, Timeline } from '@nightjar/contract';

const minute = 60_000;
const hour = 60 * minute;

export interface Stretch {
  from: number;
  to: number;
}

/** One picture of the contact sheet, and what it stands for. */
export interface GlanceCell extends Stretch {
  content: CellContent;
}

export type CellContent =
  /** `atMs`: the first recorded moment; `share`: how much of the cell is recorded, 0 to 1. */
  | { kind: 'recorded'; atMs: number; share: number }
  | { kind: 'gap'; cause: GapCause }
  /** Nothing is known: it is not yet, or was before the camera was added. */
  | { kind: 'nothing' };

/** Cells of `spanMs` over a stretch; the last may be shorter. Those of a day are told apart by the clock at their beginning. */
export function cellsOf(stretch: Stretch, spanMs: number, timeline: Timeline | undefined): GlanceCell[] {
  const cells: GlanceCell[] = [];
  for (let from = stretch.from; from < stretch.to; from += spanMs) {
    const cell = { from, to: Math.min(from + spanMs, stretch.to) };
    cells.push({ ...cell, content: contentOf(cell, timeline) });
  }
  return cells;
}

/** Less is no more than a seam between two files. */
const leastMs = 500;

function contentOf(cell: Stretch, timeline: Timeline | undefined): CellContent {
  if (!timeline) return { kind: 'nothing' };
  const within = <Range extends Stretch>(ranges: readonly Range[]) =>
    ranges
      .filter(({ from, to }) => from < cell.to && to > cell.from)
      .map((range) => ({ ...range, from: Math.max(range.from, cell.from), to: Math.min(range.to, cell.to) }))
      .filter(({ from, to }) => to - from >= leastMs);
  const spans = within(timeline.spans);
  const gaps = within(timeline.gaps);
  const [first] = spans;
  if (first) {
    const known = [...spans, ...gaps].reduce((sum, { from, to }) => sum + to - from, 0);
    const recorded = spans.reduce((sum, { from, to }) => sum + to - from, 0);
    return { kind: 'recorded', atMs: first.from, share: recorded / known };
  }
  const longest = gaps.toSorted((a, b) => b.to - b.from - (a.to - a.from))[0];
  return longest ? { kind: 'gap', cause: longest.cause } : { kind: 'nothing' };
}

/** The hour of the day's beginning that a moment lies in: hours are counted from midnight, also where clocks change. */
export function hourAround(atMs: number, day: Stretch): Stretch {
  const from = day.from + Math.floor((atMs - day.from) / hour) * hour;
  return { from, to: Math.min(from + hour, day.to) };
}

/** Spans to choose from, minutes. */
export const daySpans = [60, 30, 15, 5] as const;
export const hourSpans = [5, 2, 1] as const;

export interface SheetSize {
  width: number;
  height: number;
}

export interface SheetLayout {
  columns: number;
  /** Of a cell, CSS pixels. */
  cellWidth: number;
}

export const gapPx = 6;
/** Of the line of words under a picture. */
export const wordsPx = 21;
/** Pictures that are smaller show nothing. */
const leastWidth = 100;
const pleasantWidth = 168;

/**
 * Columns whose rows begin at whole hours, or parts of one. The largest pictures that all fit; where even small ones do
 * not, such of a pleasant size, and the sheet is scrolled.
 */
export function layoutOf(count: number, spanMinutes: number, { width, height }: SheetSize): SheetLayout {
  const layouts = candidates(spanMinutes)
    .map((columns) => ({ columns, cellWidth: Math.floor((width - gapPx * (columns - 1)) / columns) }))
    .filter(({ cellWidth }) => cellWidth >= leastWidth);
  const fitting = layouts.find(({ columns, cellWidth }) => {
    const rows = Math.ceil(count / columns);
    return rows * (Math.ceil((cellWidth * 9) / 16) + wordsPx) + (rows - 1) * gapPx <= height;
  });
  if (fitting) return fitting;
  const distance = ({ cellWidth }: SheetLayout) => Math.abs(cellWidth - pleasantWidth);
  const pleasant = layouts.toSorted((a, b) => distance(a) - distance(b))[0];
  return pleasant ?? { columns: 1, cellWidth: Math.max(width, 1) };
}

/** Numbers of columns, ascending. */
const candidates = (spanMinutes: number): number[] =>
  Array.from({ length: 24 }, (_, at) => at + 1).filter((columns) => {
    const rowMinutes = columns * spanMinutes;
    return (24 * 60) % rowMinutes === 0 && (rowMinutes % 60 === 0 || 60 % rowMinutes === 0);
  });

/** The cell that a key leads to from `at`; null for keys that lead nowhere. */
export function walked(key: string, at: number, { count, columns }: { count: number; columns: number }): number | null {
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    Home: -(at % columns),
    End: columns - 1 - (at % columns),
    PageUp: -3 * columns,
    PageDown: 3 * columns,
  };
  const step = steps[key];
  if (step === undefined) return null;
  const wanted = at + step;
  if (key === 'ArrowUp' || key === 'ArrowDown') return wanted >= 0 && wanted < count ? wanted : at;
  return Math.min(Math.max(wanted, 0), count - 1);
}
