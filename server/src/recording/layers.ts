import type { LedgerGap } from './spans.ts';

/**
 * Cuts ledger rows so that no two overlap: of those that do, the one later in `rows` holds. Rows overlap only where the
 * clock was set back, so that a time was accounted for twice.
 *
 * @returns oldest first.
 */
export function layered(rows: readonly LedgerGap[]): LedgerGap[] {
  return clusters(rows).flatMap((cluster) => (cluster.length === 1 ? cluster : painted(cluster)));
}

/** Groups of rows that overlap, oldest group first; within a group in the order of `rows`. */
function clusters(rows: readonly LedgerGap[]): LedgerGap[][] {
  const order = new Map(rows.map((row, at) => [row, at]));
  const groups: LedgerGap[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const row of rows.toSorted((a, b) => a.from - b.from)) {
    if (row.from < end) groups.at(-1)?.push(row);
    else groups.push([row]);
    end = Math.max(end, endOf(row));
  }
  return groups.map((group) => group.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0)));
}

function painted(rows: readonly LedgerGap[]): LedgerGap[] {
  let shown: LedgerGap[] = [];
  for (const row of rows) shown = [...shown.flatMap((under) => without(under, row)), row];
  return shown.sort((a, b) => a.from - b.from);
}

/** The parts of a row that another does not cover. */
function without(row: LedgerGap, over: LedgerGap): LedgerGap[] {
  if (over.from >= endOf(row) || endOf(over) <= row.from) return [row];
  return [
    ...(row.from < over.from ? [{ ...row, to: over.from }] : []),
    ...(endOf(over) < endOf(row) ? [{ ...row, from: endOf(over) }] : []),
  ];
}

const endOf = (row: LedgerGap): number => row.to ?? Number.POSITIVE_INFINITY;
