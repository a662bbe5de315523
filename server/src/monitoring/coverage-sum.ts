import type { CameraCoverage, Coverage, CoverageDay, Gap, GapCause, Timeline, TimeRange } from '@nightjar/contract';

/** What a timeline adds up to, such that the sums of neighbouring ranges can be joined. */
export interface CoverageSum {
  lengthMs: number;
  recordedMs: number;
  /** Milliseconds by cause. */
  causes: Partial<Record<GapCause, number>>;
  /** Gaps that should not have been; those that touch, whatever their causes, are one. */
  gaps: number;
  longestGapMs: number;
  /** How much of such a gap lies at the beginning and at the end: it may go on in the neighbouring range. */
  headMs: number;
  tailMs: number;
}

/** Not recorded because someone wanted it so; `removed` was recorded once. */
const wanted: ReadonlySet<GapCause> = new Set(['schedule', 'paused', 'removed'] satisfies GapCause[]);

export const isUnwanted = (cause: GapCause): boolean => !wanted.has(cause);

export const nothing: CoverageSum = Object.freeze({
  lengthMs: 0,
  recordedMs: 0,
  causes: {},
  gaps: 0,
  longestGapMs: 0,
  headMs: 0,
  tailMs: 0,
});

/** @param timeline of exactly this range. */
export function sumOf({ spans, gaps }: Timeline, { from, to }: TimeRange): CoverageSum {
  const causes: CoverageSum['causes'] = {};
  for (const gap of gaps) causes[gap.cause] = (causes[gap.cause] ?? 0) + gap.to - gap.from;
  const holes = unwantedHoles(gaps);
  const lengthOf = (hole: TimeRange | undefined, touches: boolean) => (hole && touches ? hole.to - hole.from : 0);
  const [first, last] = [holes[0], holes.at(-1)];
  return {
    lengthMs: to - from,
    recordedMs: spans.reduce((sum, span) => sum + span.to - span.from, 0),
    causes,
    gaps: holes.length,
    longestGapMs: holes.reduce((most, hole) => Math.max(most, hole.to - hole.from), 0),
    headMs: lengthOf(first, first?.from === from),
    tailMs: lengthOf(last, last?.to === to),
  };
}

/** The gaps that should not have been, those that touch as one. */
export function unwantedHoles(gaps: readonly Gap[]): Array<TimeRange & { causes: GapCause[] }> {
  const holes: Array<TimeRange & { causes: GapCause[] }> = [];
  for (const { from, to, cause } of gaps) {
    if (!isUnwanted(cause)) continue;
    const last = holes.at(-1);
    if (last?.to === from) {
      last.to = to as TimeRange['to'];
      if (!last.causes.includes(cause)) last.causes.push(cause);
    } else {
      holes.push({ from, to, causes: [cause] } as TimeRange & { causes: GapCause[] });
    }
  }
  return holes;
}

/** Of two ranges, the first of which ends where the second begins. */
export function joined(a: CoverageSum, b: CoverageSum): CoverageSum {
  const goesOn = a.tailMs > 0 && b.headMs > 0;
  return {
    lengthMs: a.lengthMs + b.lengthMs,
    recordedMs: a.recordedMs + b.recordedMs,
    causes: addedCauses(a.causes, b.causes),
    gaps: a.gaps + b.gaps - (goesOn ? 1 : 0),
    longestGapMs: Math.max(a.longestGapMs, b.longestGapMs, goesOn ? a.tailMs + b.headMs : 0),
    headMs: a.headMs === a.lengthMs ? a.lengthMs + b.headMs : a.headMs,
    tailMs: b.tailMs === b.lengthMs ? b.lengthMs + a.tailMs : b.tailMs,
  };
}

function addedCauses(a: CoverageSum['causes'], b: CoverageSum['causes']): CoverageSum['causes'] {
  const sum = { ...a };
  for (const [cause, ms] of Object.entries(b) as [GapCause, number][]) sum[cause] = (sum[cause] ?? 0) + ms;
  return sum;
}

/** Of different cameras: nothing goes on from one to the next. */
export function addedUp(sums: readonly CoverageSum[]): CoverageSum {
  return sums.map((sum) => ({ ...sum, headMs: 0, tailMs: 0 })).reduce(joined, nothing);
}

export function dayOf({ recordedMs, causes }: CoverageSum): CoverageDay {
  const entries = Object.entries(causes) as [GapCause, number][];
  const msOf = (counts: (cause: GapCause) => boolean) =>
    entries.reduce((sum, [cause, ms]) => sum + (counts(cause) ? ms : 0), 0);
  return {
    recordedMs,
    gapMs: msOf((cause) => cause !== 'removed'),
    wantedGapMs: msOf(isUnwanted),
    removedMs: causes.removed ?? 0,
  };
}

export function totalsOf(sum: CoverageSum): Coverage['total'] {
  const { recordedMs, gapMs, wantedGapMs } = dayOf(sum);
  const share = (missingMs: number) => (recordedMs + missingMs === 0 ? null : recordedMs / (recordedMs + missingMs));
  return {
    ...{ recordedMs, gapMs, wantedGapMs },
    recordedShare: share(gapMs),
    wantedShare: share(wantedGapMs),
    causes: sum.causes,
  };
}

export const cameraCoverage = (camera: { id: string; name: string }, sum: CoverageSum): CameraCoverage => ({
  cameraId: camera.id,
  name: camera.name,
  ...totalsOf(sum),
  gaps: sum.gaps,
  longestGapMs: sum.longestGapMs,
});
