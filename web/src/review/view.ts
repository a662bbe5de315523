/** Geometry of the timeline: a window of wall time, drawn over a width in pixels. Pure. */

/** `[from, to)` in Unix ms. */
export interface View {
  from: number;
  to: number;
}

/** The closest zoom: half a minute over the whole width. */
export const shortestViewMs = 30_000;

export const lengthOf = ({ from, to }: View): number => to - from;

export const xOf = (view: View, width: number, atMs: number): number => ((atMs - view.from) / lengthOf(view)) * width;

export const timeAtX = (view: View, width: number, x: number): number => view.from + (x / width) * lengthOf(view);

/** `view` moved, and shortened if need be, so that it lies within `day`. */
export function within(view: View, day: View): View {
  const length = Math.min(Math.max(lengthOf(view), shortestViewMs), lengthOf(day));
  const from = Math.min(Math.max(view.from, day.from), day.to - length);
  return { from, to: from + length };
}

/** Zooms by `factor` (below 1: closer); what lies at `atMs` stays where it is. */
export function zoomAt(view: View, day: View, factor: number, atMs: number): View {
  const length = Math.min(Math.max(lengthOf(view) * factor, shortestViewMs), lengthOf(day));
  const share = (atMs - view.from) / lengthOf(view);
  const from = atMs - share * length;
  return within({ from, to: from + length }, day);
}

export const panBy = (view: View, day: View, byMs: number): View =>
  within({ from: view.from + byMs, to: view.to + byMs }, day);

/** The same zoom, moved so that `atMs` is in it; unchanged when it is already. */
export function revealed(view: View, day: View, atMs: number): View {
  if (atMs >= view.from && atMs < view.to) return view;
  const length = lengthOf(view);
  return within({ from: atMs - length / 2, to: atMs + length / 2 }, day);
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const steps = [1, 2, 5, 10, 15, 30]
  .flatMap((count) => [count * second])
  .concat(
    [1, 2, 5, 10, 15, 30].map((count) => count * minute),
    [1, 2, 3, 4, 6, 12].map((count) => count * hour),
  );

/** The finest step between labels that leaves each at least `labelWidth` pixels. */
export function labelStepMs(view: View, width: number, labelWidth: number): number {
  const least = (lengthOf(view) * labelWidth) / Math.max(1, width);
  return steps.find((step) => step >= least) ?? 12 * hour;
}

/** Ticks between labels. */
export function minorStepMs(labelStep: number): number {
  const parts = [4, 5, 3, 2].find(
    (count) => Number.isInteger(labelStep / count / second) && steps.includes(labelStep / count),
  );
  return labelStep / (parts ?? 1);
}

/**
 * Instants in `view` whose local time is a multiple of `stepMs`, oldest first. Right across clock changes: an hour that
 * happens twice has its tick twice, one that is skipped has none.
 * @param offsetMsAt Offset of local time from UTC at an instant; whole quarters of an hour.
 */
export function ticksOf(view: View, stepMs: number, offsetMsAt: (atMs: number) => number): number[] {
  const quantum = Math.min(stepMs, 15 * minute);
  const ticks: number[] = [];
  for (let at = Math.ceil(view.from / quantum) * quantum; at < view.to; at += quantum) {
    if ((at + offsetMsAt(at)) % stepMs === 0) ticks.push(at);
  }
  return ticks;
}

/** The item of `ranges` (oldest first, not overlapping) that `atMs` lies in. */
export function rangeAt<Range extends View>(ranges: readonly Range[], atMs: number): Range | undefined {
  return ranges.find((range) => atMs >= range.from && atMs < range.to);
}

/**
 * `ranges` as pixel intervals `[left, right]` clipped to the width. Neighbours less than `joinPx` apart become one, so
 * that a day of a thousand spans is drawn as what the eye can tell apart.
 */
export function intervalsOf(
  ranges: readonly View[],
  view: View,
  width: number,
  joinPx: number,
): Array<[number, number]> {
  const intervals: Array<[number, number]> = [];
  for (const range of ranges) {
    const left = Math.max(0, xOf(view, width, range.from));
    const right = Math.min(width, xOf(view, width, range.to));
    if (right <= 0 || left >= width || right <= left) continue;
    const last = intervals.at(-1);
    if (last && left - last[1] < joinPx) last[1] = Math.max(last[1], right);
    else intervals.push([left, right]);
  }
  return intervals;
}
