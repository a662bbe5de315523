/** How long a page is shown, seconds, as the menu offers it; layouts and addresses may have others. */
export const rotationChoices = [5, 10, 15, 20, 30, 60, 120, 300] as const;
export const rotationLimits = { least: 5, most: 300 } as const;

/** Where the turning of pages is. */
export interface Rotation {
  /** Until the next page, ms. */
  leftMs: number;
  /** It stands still for so long first: somebody is looking closer. */
  heldMs: number;
}

/** A movement or a key holds the page for this long. */
export const holdMs = 10_000;

/** Some time later; `turns` when the next page is due. */
export function afterwards(
  { leftMs, heldMs }: Rotation,
  elapsedMs: number,
  everyMs: number,
): { rotation: Rotation; turns: boolean } {
  const heldStill = Math.max(0, heldMs - elapsedMs);
  const left = leftMs - Math.max(0, elapsedMs - heldMs);
  if (left > 0) return { rotation: { leftMs: left, heldMs: heldStill }, turns: false };
  // However late it is noticed, pages are not skipped: each is to be seen.
  return { rotation: { leftMs: everyMs, heldMs: 0 }, turns: true };
}
