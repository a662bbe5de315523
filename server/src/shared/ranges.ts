/** Half-open. */
interface Range {
  from: number;
  to: number;
}

/** `ranges`, in any order, oldest first and without overlaps; those at most `nearMs` apart are one. */
export function mergeNear(ranges: readonly Range[], nearMs = 0): Range[] {
  const merged: Range[] = [];
  for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (to <= from) continue;
    if (last && from - last.to <= nearMs) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
}
