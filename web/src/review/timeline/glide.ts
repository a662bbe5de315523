import { between, lengthOf } from './geometry.ts';
import type { View, ViewStore } from './view-store.ts';

const glideMs = 140;

/** The next frame of each view that is on its way. */
const gliding = new WeakMap<ViewStore, number>();

/** Whether the view is on its way: nobody else is to take it along. */
export const isGliding = (store: ViewStore): boolean => gliding.has(store);

/** Moves the view to another so that the eye can follow; at once where motion is not wanted. */
export function glideTo(store: ViewStore, end: View): void {
  cancelAnimationFrame(gliding.get(store) ?? 0);
  gliding.delete(store);
  const start = store.get();
  const isFar = Math.abs(end.from - start.from) > 20 * Math.max(lengthOf(start), lengthOf(end));
  if (isFar || window.matchMedia('(prefers-reduced-motion: reduce)').matches) {
    store.set(end);
    return;
  }
  const startedAt = performance.now();
  let shown = start;
  const move = () => {
    gliding.delete(store);
    // Whoever moved the view meanwhile has it.
    if (store.get() !== shown) return;
    const share = Math.min(1, (performance.now() - startedAt) / glideMs);
    store.set(share === 1 ? end : between(start, end, 1 - (1 - share) ** 3));
    shown = store.get();
    if (share < 1) gliding.set(store, requestAnimationFrame(move));
  };
  gliding.set(store, requestAnimationFrame(move));
}
