/** Geometry of the timeline: a stretch of wall time over a width in pixels. Pure. */
import { longestViewMs, shortestViewMs, type View } from './view-store.ts';

export const lengthOf = ({ from, to }: View): number => to - from;

export const xOf = (view: View, width: number, atMs: number): number => ((atMs - view.from) / lengthOf(view)) * width;

export const timeAtX = (view: View, width: number, x: number): number =>
  view.from + (x / Math.max(1, width)) * lengthOf(view);

/** A view of this length with `atMs` in its middle. */
export const around = (atMs: number, lengthMs: number): View => ({
  from: atMs - lengthMs / 2,
  to: atMs + lengthMs / 2,
});

/** Zooms by `factor` (below 1: closer), as far as it goes; what lies at `atMs` stays where it is. */
export function zoomed(view: View, factor: number, atMs: number): View {
  const before = lengthOf(view);
  const length = Math.min(Math.max(before * factor, shortestViewMs), longestViewMs);
  const from = atMs - ((atMs - view.from) / before) * length;
  return { from, to: from + length };
}

export const panned = (view: View, byMs: number): View => ({ from: view.from + byMs, to: view.to + byMs });

/** The same zoom, moved so that `atMs` is in it; unchanged when it is already. */
export const revealed = (view: View, atMs: number): View =>
  atMs >= view.from && atMs < view.to ? view : around(atMs, lengthOf(view));

/** Before this nothing can be recorded: 2000-01-01 UTC. */
const firstMs = 946_684_800_000;

/** `view` moved so that at most half of it lies in the future. */
export function withinTime(view: View, nowMs: number): View {
  const length = lengthOf(view);
  const from = Math.max(Math.min(view.from, nowMs - length / 2), firstMs);
  return from === view.from ? view : { from, to: from + length };
}

/** Between two views, `share` of the way: lengths by their ratio, so that a zoom looks even. */
export function between(start: View, end: View, share: number): View {
  const ratio = lengthOf(end) / lengthOf(start);
  const length = lengthOf(start) * ratio ** share;
  // With an even zoom, what stays in place moves by as much as the length has changed.
  const moved = Math.abs(ratio - 1) < 1e-6 ? share : (length - lengthOf(start)) / (lengthOf(end) - lengthOf(start));
  const from = start.from + (end.from - start.from) * moved;
  return { from, to: from + length };
}
