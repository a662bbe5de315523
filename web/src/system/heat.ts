import type { Coverage, CoverageDay, GapCause } from '@nightjar/contract';
import { formatDuration, formatShare } from '../time/format.ts';

/** What one cell of the heat strip shows. */
export type CellKind = 'none' | 'whole' | 'partly' | 'missing';

/** `missing`: not recorded though it should have been; `partly`: nothing of that, but paused, not scheduled, or cleaned away. */
export function cellKind(day: CoverageDay): CellKind {
  if (day.recordedMs + day.gapMs + day.removedMs === 0) return 'none';
  if (day.wantedGapMs > 0) return 'missing';
  return day.recordedMs === 0 || day.gapMs + day.removedMs > 0 ? 'partly' : 'whole';
}

/** The parts of a cell, in the order they lie upon each other from its bottom; shares of the day, together at most 1. */
export interface CellParts {
  recorded: number;
  removed: number;
  /** Paused, or outside the schedule. */
  off: number;
  missing: number;
}

export function cellParts(day: CoverageDay, lengthMs: number): CellParts {
  const share = (ms: number) => Math.min(1, ms / lengthMs);
  return {
    recorded: share(day.recordedMs),
    removed: share(day.removedMs),
    off: share(day.gapMs - day.wantedGapMs),
    missing: share(day.wantedGapMs),
  };
}

/** A cell in words: "23 h 10 min recorded, 50 min missing". */
export function cellText(day: CoverageDay): string {
  if (cellKind(day) === 'none') return 'no camera yet';
  const offMs = day.gapMs - day.wantedGapMs;
  return [
    `${formatDuration(day.recordedMs)} recorded`,
    day.wantedGapMs > 0 && `${formatLost(day.wantedGapMs)} missing`,
    offMs > 0 && `${formatDuration(offMs)} paused or not scheduled`,
    day.removedMs > 0 && `${formatDuration(day.removedMs)} cleaned away`,
    day.wantedGapMs === 0 && 'nothing missing',
  ]
    .filter(Boolean)
    .join(', ');
}

/** Like `formatDuration`, but what is missing never reads as nothing. */
export const formatLost = (ms: number): string => (ms > 0 && ms < 1_000 ? '< 1 s' : formatDuration(ms));

interface Totals {
  recordedMs: number;
  wantedGapMs: number;
}

/** Recorded, of what should have been; an en dash of nothing. */
export const wantedShareText = ({ recordedMs, wantedGapMs }: Totals): string =>
  recordedMs + wantedGapMs === 0 ? '–' : formatShare(recordedMs, recordedMs + wantedGapMs);

export const sumOf = (days: readonly Totals[]): Totals => ({
  recordedMs: days.reduce((sum, day) => sum + day.recordedMs, 0),
  wantedGapMs: days.reduce((sum, day) => sum + day.wantedGapMs, 0),
});

/** Milliseconds by cause, longest first. */
export const causesOf = (causes: Coverage['total']['causes']): Array<[GapCause, number]> =>
  (Object.entries(causes) as Array<[GapCause, number]>).filter(([, ms]) => ms > 0).sort((a, b) => b[1] - a[1]);
