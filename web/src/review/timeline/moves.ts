/** Where buttons and keys take the view. Pure, but for `go`. */
import { around, lengthOf, panned, withinTime, zoomed } from './geometry.ts';
import { glideTo } from './glide.ts';
import type { LocalTime } from './local-time.ts';
import type { View, ViewStore } from './view-store.ts';

/** From the widest. */
export const rungs = ['month', 'week', 'day', 'hour', 'minute', 'frames'] as const;
export type Rung = (typeof rungs)[number];

const hour = 3_600_000;
const day = 24 * hour;

/** The rung of the ladder that a view is nearest to. */
export function rungOf(view: View): Rung {
  const length = lengthOf(view);
  if (length > 14 * day) return 'month';
  if (length > 2.5 * day) return 'week';
  if (length > 5 * hour) return 'day';
  if (length > 8 * 60_000) return 'hour';
  return length > 8_000 ? 'minute' : 'frames';
}

/** What stays in place when nobody points: the play head if it is shown, else the middle. */
export const anchorOf = (view: View, playHeadMs: number): number =>
  playHeadMs >= view.from && playHeadMs < view.to ? playHeadMs : (view.from + view.to) / 2;

/** The local month, week or day that `atMs` lies in, or a shorter stretch about it. */
export function viewOf(rung: Rung, atMs: number, local: LocalTime): View {
  switch (rung) {
    case 'month':
      return local.monthAt(atMs);
    case 'week':
      return local.weekAt(atMs);
    case 'day':
      return local.dayAt(atMs);
    case 'hour':
      return around(atMs, hour);
    case 'minute':
      return around(atMs, 60_000);
    case 'frames':
      return around(atMs, 2_000);
  }
}

/** Of the view's length, how much lies before the present when it is gone to. */
const pastShare = 0.8;

interface Surroundings {
  playHeadMs: number;
  nowMs: number;
  local: LocalTime;
}

export type Move =
  | { to: 'rung'; rung: Rung }
  /** Below 1: closer. */
  | { to: 'zoom'; factor: number; aroundMs?: number }
  /** By so many times the view's length. */
  | { to: 'side'; lengths: number }
  | { to: 'moment'; atMs: number }
  | { to: 'now' };

/** Where a move leads from `view`. */
export function moved(view: View, move: Move, { playHeadMs, nowMs, local }: Surroundings): View {
  const length = lengthOf(view);
  switch (move.to) {
    case 'rung':
      return viewOf(move.rung, anchorOf(view, playHeadMs), local);
    case 'zoom':
      return withinTime(zoomed(view, move.factor, move.aroundMs ?? anchorOf(view, playHeadMs)), nowMs);
    case 'side':
      return withinTime(panned(view, move.lengths * length), nowMs);
    case 'moment':
      return withinTime(around(move.atMs, length), nowMs);
    case 'now':
      return { from: nowMs - length * pastShare, to: nowMs + length * (1 - pastShare) };
  }
}

export function go(store: ViewStore, move: Move, surroundings: Surroundings): void {
  glideTo(store, moved(store.get(), move, surroundings));
}
