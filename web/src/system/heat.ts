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

/** The parts of a cell, in the order they lie upon each other from its bottom; shares, together 1. */
export interface CellParts {
  recorded: number;
  removed: number;
  /** Paused, or outside the schedule. */
  off: number;
  missing: number;
}

/** Of what is over of the day since there is a camera: a second that is missing of the first minute is not a day's. */
export function cellParts({ recordedMs, removedMs, gapMs, wantedGapMs }: CoverageDay): CellParts {
  const wholeMs = Math.max(1, recordedMs + removedMs + gapMs);
  return {
    recorded: recordedMs / wholeMs,
    removed: removedMs / wholeMs,
    off: (gapMs - wantedGapMs) / wholeMs,
    missing: wantedGapMs / wholeMs,
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
