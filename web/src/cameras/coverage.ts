import type { Gap, Span, Timeline } from '@nightjar/contract';
import { formatDuration, formatShare } from '../time/format.ts';

/** What became of a stretch of time, ms. */
export interface Coverage {
  recordedMs: number;
  /** Not recorded although it should have been. */
  missingMs: number;
  /** Paused, or not scheduled. */
  offMs: number;
  /** Recorded, and cleaned away since. */
  removedMs: number;
}

export function coverageOf({ spans, gaps }: Timeline): Coverage {
  const sum = (ranges: ReadonlyArray<Span | Gap>) => ranges.reduce((total, { from, to }) => total + (to - from), 0);
  return {
    recordedMs: sum(spans),
    missingMs: sum(gaps.filter(({ cause }) => !isWanted(cause))),
    offMs: sum(gaps.filter(({ cause }) => isWanted(cause) && cause !== 'removed')),
    removedMs: sum(gaps.filter(({ cause }) => cause === 'removed')),
  };
}

/** "23 h recorded, 1 h missing": what became of it, in words; "no camera yet" of nothing. */
export function coverageText({ recordedMs, missingMs, offMs, removedMs }: Coverage): string {
  if (recordedMs + missingMs + offMs + removedMs === 0) return 'no camera yet';
  return [
    (recordedMs > 0 || missingMs + offMs === 0) && `${formatDuration(recordedMs)} recorded`,
    missingMs > 0 && `${formatLost(missingMs)} missing`,
    offMs > 0 && `${formatDuration(offMs)} paused or not scheduled`,
    removedMs > 0 && `${formatDuration(removedMs)} cleaned away`,
    missingMs === 0 && 'nothing missing',
  ]
    .filter(Boolean)
    .join(', ');
}

/** Recorded, of what should have been; an en dash of nothing. */
export const coverageShare = ({ recordedMs, missingMs }: Pick<Coverage, 'recordedMs' | 'missingMs'>): string =>
  recordedMs + missingMs === 0 ? '–' : formatShare(recordedMs, recordedMs + missingMs);

/** Like `formatDuration`, but what is missing never reads as nothing. */
export const formatLost = (ms: number): string => (ms > 0 && ms < 1_000 ? '< 1 s' : formatDuration(ms));

/** What a gap's cause means, for a person. */
export const causeText: Record<Gap['cause'], string> = {
  camera_unreachable: 'Camera not reachable',
  auth_failed: 'Wrong user name or password',
  stalled: 'Camera sent no picture',
  no_keyframe: 'Camera sent no keyframe',
  disk_full: 'Disk full',
  disk_error: 'Disk error',
  schedule: 'Not scheduled',
  paused: 'Recording paused',
  recorder_down: 'Recorder was not running',
  clock_step: 'Clock was set',
  dropped: 'Lost under load',
  removed: 'Cleaned away',
};

/** No footage because somebody wanted it so. */
export const isWanted = (cause: Gap['cause']): boolean =>
  cause === 'paused' || cause === 'schedule' || cause === 'removed';
