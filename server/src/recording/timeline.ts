import type { Span, Timeline } from '@nightjar/contract';
import { layered } from './layers.ts';
import { clip, complement, type Extent, intersection, type LedgerGap, mergeSpans, withCauses } from './spans.ts';

export interface TimelineFacts {
  /** Segments that overlap the range, in any order. */
  segments: readonly Extent[];
  /** Ledger rows that overlap the range, in the order in which they were entered. */
  ledger: readonly LedgerGap[];
  /** What was recorded of the range and cleaned away since. */
  removed?: readonly Span[];
  /** From when the camera was added until what is known by now: outside it, nothing is said about gaps. */
  known: Span;
}

/** Spans and gaps, each oldest first; together they cover the part of `range` inside `known` exactly once. */
export function timelineOf(range: Span, { segments, ledger, removed = [], known }: TimelineFacts): Timeline {
  const spans = clip(mergeSpans(segments, ledger), range);
  const judged = intersection(range, known);
  const rows = layered([...ledger, ...removed.map((part) => ({ ...part, cause: 'removed' as const }))]);
  return { spans, gaps: withCauses(complement(spans, judged), rows) };
}
