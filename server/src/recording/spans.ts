import type { Gap, GapCause, Span, TimeRange } from '@nightjar/contract';

/** Two segments of one run this near are one span: the distance is jitter of the camera's timestamps. */
export const sameRunToleranceMs = 200;
/** The same for two runs, where a lost frame would look alike; only when the ledger knows no gap there. */
export const otherRunToleranceMs = 50;

/** What a timeline needs of a segment. */
export interface Extent {
  startAt: number;
  endAt: number;
  runId: string;
}

/** A segment that may have holes in it, oldest first: frames that did not come while the connection held. */
export interface WithHoles extends Extent {
  holes: readonly Span[];
}

/** The recorded pieces of segments. */
export const piecesOf = (segments: readonly WithHoles[]): Extent[] =>
  segments.flatMap(({ startAt, endAt, runId, holes }) =>
    complement(holes, { from: startAt, to: endAt }).map(({ from, to }) => ({ startAt: from, endAt: to, runId })),
  );

/** A ledger row: why nothing was recorded in `[from, to)`. */
export interface LedgerGap {
  from: number;
  /** null while the gap goes on. */
  to: number | null;
  cause: GapCause;
}

/**
 * Joins segments to spans, oldest first, without overlaps.
 *
 * @param segments in any order; they may overlap (the clock was set back).
 */
export function mergeSpans(segments: readonly Extent[], ledger: readonly LedgerGap[]): Span[] {
  const spans: Span[] = [];
  let last: Span | undefined;
  let lastRun = '';
  for (const { startAt, endAt, runId } of byStart(segments)) {
    if (endAt <= startAt) continue;
    if (last && joins(last.to, startAt, lastRun === runId, ledger)) {
      if (endAt <= last.to) continue;
      last.to = endAt;
    } else {
      last = { from: startAt, to: endAt };
      spans.push(last);
    }
    lastRun = runId;
  }
  return spans;
}

function byStart(segments: readonly Extent[]): readonly Extent[] {
  const sorted = segments.every((segment, at) => at === 0 || segment.startAt >= (segments[at - 1]?.startAt ?? 0));
  return sorted ? segments : segments.toSorted((a, b) => a.startAt - b.startAt);
}

function joins(end: number, start: number, sameRun: boolean, ledger: readonly LedgerGap[]): boolean {
  if (start <= end) return true;
  if (sameRun) return start - end <= sameRunToleranceMs;
  if (start - end > otherRunToleranceMs) return false;
  return !ledger.some((gap) => gap.from < start && (gap.to ?? Number.POSITIVE_INFINITY) > end);
}

/** The parts of `spans` inside `range`; both oldest first. */
export function clip(spans: readonly Span[], range: Span): Span[] {
  return spans.filter((span) => span.from < range.to && span.to > range.from).map((span) => intersection(span, range));
}

/** What two ranges share; its end is not after its beginning when they share nothing. */
export function intersection(a: Span, b: Span): Span {
  return { from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) };
}

/** What of `range` no span covers; `spans` oldest first, without overlaps. Nothing for an empty range. */
export function complement(spans: readonly Span[], range: Span): Span[] {
  const holes: Span[] = [];
  let at = range.from;
  for (const span of clip(spans, range)) {
    if (span.from > at) holes.push({ from: at, to: span.from });
    at = span.to;
  }
  if (at < range.to) holes.push({ from: at, to: range.to });
  return holes;
}

/**
 * Gives each moment of `holes` its cause: the ledger's, else `dropped`. A rest as short as timestamp jitter beside a
 * known cause belongs to it.
 *
 * @param ledger oldest first, without overlaps.
 */
export function withCauses(holes: readonly Span[], ledger: readonly LedgerGap[]): Gap[] {
  const gaps: Gap[] = [];
  let first = 0;
  for (const hole of holes) {
    // Rows wholly before this hole cannot matter to a later one either.
    while (first < ledger.length && endOf(ledger[first] as LedgerGap) <= hole.from) first += 1;
    gaps.push(...causesIn(hole, ledger, first));
  }
  return gaps;
}

function causesIn(hole: Span, ledger: readonly LedgerGap[], first: number): Gap[] {
  const pieces: Gap[] = [];
  let at: number = hole.from;
  const add = (to: number, cause: GapCause): void => {
    if (to <= at) return;
    const previous = pieces.at(-1);
    if (previous?.cause === cause) previous.to = to;
    else pieces.push({ from: at, to: to, cause });
    at = to;
  };
  for (let index = first; index < ledger.length; index += 1) {
    const row = ledger[index] as LedgerGap;
    if (row.from >= hole.to) break;
    if (endOf(row) <= at) continue;
    if (row.from > at) {
      const jitter = row.from - at <= sameRunToleranceMs;
      add(row.from, jitter ? (pieces.at(-1)?.cause ?? row.cause) : 'dropped');
    }
    add(Math.min(endOf(row), hole.to), row.cause);
  }
  const rest = pieces.at(-1);
  add(hole.to, rest && hole.to - at <= sameRunToleranceMs ? rest.cause : 'dropped');
  return pieces;
}

const endOf = (gap: LedgerGap): number => gap.to ?? Number.POSITIVE_INFINITY;

export const widened = ({ from, to }: TimeRange, byMs: number): TimeRange =>
  ({ from: from - byMs, to: to + byMs + 1 }) as TimeRange;

/** Sum of the lengths. */
export const totalMs = (spans: readonly Span[]): number => spans.reduce((sum, span) => sum + span.to - span.from, 0);
