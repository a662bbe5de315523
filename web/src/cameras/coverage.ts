import type { Gap, Span, Timeline } from '@nightjar/contract';

/** How much of the time a camera was there is recorded, ms. */
export interface Coverage {
  recordedMs: number;
  gapMs: number;
}

export function coverageOf(timeline: Timeline): Coverage {
  const sum = (ranges: ReadonlyArray<Span | Gap>) => ranges.reduce((total, { from, to }) => total + (to - from), 0);
  return { recordedMs: sum(timeline.spans), gapMs: sum(timeline.gaps) };
}

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
