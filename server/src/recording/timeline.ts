import type { Span, Timeline } from '@nightjar/contract';
import { layered } from './layers.ts';
import {
  clip,
  complement,
  intersection,
  type LedgerGap,
  mergeSpans,
  piecesOf,
  sameRunToleranceMs,
  type WithHoles,
  withCauses,
} from './spans.ts';

export interface TimelineFacts {
  /** Segments that overlap the range or what is `aroundMs` of it, in any order. */
  segments: readonly WithHoles[];
  /** Ledger rows of the same, in the order in which they were entered. */
  ledger: readonly LedgerGap[];
  /** What was recorded of the same and cleaned away since. */
  removed?: readonly Span[];
  /** From when the camera was added until what is known by now: outside it, nothing is said about gaps. */
  known: Span;
}

/** What has to be known around a range, ms, so that the ranges of a time tell the same of it, however they are cut. */
export const aroundMs = 10 * sameRunToleranceMs;

/** Spans and gaps, each oldest first; together they cover the part of `range` inside `known` exactly once. */
export function timelineOf(range: Span, { segments, ledger, removed = [], known }: TimelineFacts): Timeline {
  const holes = segments.flatMap((segment) => segment.holes.map((hole) => ({ ...hole, cause: 'stalled' as const })));
  const spans = mergeSpans(piecesOf(segments), ledger);
  const around = { from: range.from - aroundMs, to: range.to + aroundMs };
  // What the account says of a hole holds; it seldom says anything.
  const rows = layered([...holes, ...ledger, ...removed.map((part) => ({ ...part, cause: 'removed' as const }))]);
  const gaps = withCauses(complement(spans, intersection(around, known)), rows);
  return {
    spans: clip(spans, range),
    gaps: gaps.flatMap((gap) => clip([gap], range).map((part) => ({ ...gap, ...part }))),
  };
}
