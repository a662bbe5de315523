import type { Coverage, CoverageDay, GapCause } from '@nightjar/contract';
import { coverageShare, coverageText } from '../cameras/coverage.ts';

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
export const cellText = ({ recordedMs, gapMs, wantedGapMs, removedMs }: CoverageDay): string =>
  coverageText({ recordedMs, missingMs: wantedGapMs, offMs: gapMs - wantedGapMs, removedMs });

interface Totals {
  recordedMs: number;
  wantedGapMs: number;
}

/** Recorded, of what should have been; an en dash of nothing. */
export const wantedShareText = ({ recordedMs, wantedGapMs }: Totals): string =>
  coverageShare({ recordedMs, missingMs: wantedGapMs });

export const sumOf = (days: readonly Totals[]): Totals => ({
  recordedMs: days.reduce((sum, day) => sum + day.recordedMs, 0),
  wantedGapMs: days.reduce((sum, day) => sum + day.wantedGapMs, 0),
});

/** Milliseconds by cause, longest first. */
export const causesOf = (causes: Coverage['total']['causes']): Array<[GapCause, number]> =>
  (Object.entries(causes) as Array<[GapCause, number]>).filter(([, ms]) => ms > 0).sort((a, b) => b[1] - a[1]);
