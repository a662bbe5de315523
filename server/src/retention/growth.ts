/** What is written more and more, until a limit holds it. */
export interface Growth {
  bytesPerDay: number;
  /** So long; then as much goes as comes. Infinity without a limit. */
  forDays: number;
}

/** After how many days all of it has come to so many bytes; Infinity when it never does. */
export function daysUntil(sizeBytes: number, growing: readonly Growth[]): number {
  let left = sizeBytes;
  let day = 0;
  let bytesPerDay = growing.reduce((sum, growth) => sum + growth.bytesPerDay, 0);
  if (left <= 0) return 0;
  for (const growth of growing.toSorted((a, b) => a.forDays - b.forDays)) {
    const inStep = bytesPerDay * (growth.forDays - day);
    if (bytesPerDay > 0 && inStep >= left) break;
    left -= inStep;
    day = growth.forDays;
    bytesPerDay -= growth.bytesPerDay;
  }
  // Less than a byte is what subtracting leaves of rounding.
  return bytesPerDay >= 1 ? day + left / bytesPerDay : Number.POSITIVE_INFINITY;
}
