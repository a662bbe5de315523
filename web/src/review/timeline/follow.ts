import { around, lengthOf, panned } from './geometry.ts';
import type { View } from './view-store.ts';

/** In a shorter view the play head stays in the middle and time runs past it; in a longer one it turns pages. */
const runningViewMs = 20_000;
const pageShare = 0.05;

/** The view after the play head went from `before` to `at`; where it was not shown, nobody wants to be taken along. */
export function followed(view: View, before: number, at: number): View {
  if (before < view.from || before >= view.to) return view;
  const length = lengthOf(view);
  const movedMs = at - before;
  const isBeyondMiddle = (at - view.from) / length > 0.5 === movedMs > 0;
  if (length < runningViewMs && isBeyondMiddle && Math.abs(movedMs) < length / 4) return panned(view, movedMs);
  if (at >= view.from && at < view.to) return view;
  if (Math.abs(movedMs) > length) return around(at, length);
  const from = movedMs > 0 ? at - length * pageShare : at - length * (1 - pageShare);
  return { from, to: from + length };
}
