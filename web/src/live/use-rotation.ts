import { useEffect, useRef, useState } from 'react';
import { afterwards, holdMs, type Rotation } from './rotation.ts';

interface RotationOptions {
  /** null: pages do not turn. */
  everySeconds: number | null;
  /** The page that is shown; whoever turned to it, it is shown for its whole time. */
  page: number;
  onTurn(): void;
}

export type RotationState = 'off' | 'running' | 'held';

const stepMs = 250;
/** The next page is connected so long before it is shown. */
const aheadMs = 2_500;

/** Turns the pages; a movement or a key holds the one that is shown for a while, and so does a hidden window. */
export function useRotation({ everySeconds, page, onTurn }: RotationOptions): {
  state: RotationState;
  /** The next page comes in a moment. */
  soon: boolean;
} {
  const [state, setState] = useState<RotationState>('off');
  const [soon, setSoon] = useState(false);
  const turn = useRef(onTurn);
  turn.current = onTurn;

  // biome-ignore lint/correctness/useExhaustiveDependencies: each page has its whole time
  useEffect(() => {
    setSoon(false);
    setState(everySeconds === null ? 'off' : 'running');
    if (everySeconds === null) return;
    const everyMs = everySeconds * 1_000;
    let rotation: Rotation = { leftMs: everyMs, heldMs: 0 };
    let at = performance.now();
    const step = () => {
      const now = performance.now();
      const elapsedMs = now - at;
      at = now;
      if (document.hidden) rotation = { ...rotation, heldMs: Math.max(rotation.heldMs, elapsedMs) };
      const { rotation: next, turns } = afterwards(rotation, elapsedMs, everyMs);
      rotation = next;
      setState(rotation.heldMs > 0 ? 'held' : 'running');
      setSoon(rotation.heldMs === 0 && rotation.leftMs < aheadMs);
      if (turns) turn.current();
    };
    let pointer = '';
    const hold = (event: Event) => {
      // A page that changes under a mouse at rest is told as a movement, too.
      const before = pointer;
      if (event instanceof MouseEvent) pointer = `${event.screenX} ${event.screenY}`;
      if (event.type === 'pointermove' && (before === '' || pointer === before)) return;
      rotation = { ...rotation, heldMs: holdMs };
      setState('held');
    };
    const timer = window.setInterval(step, stepMs);
    for (const type of holding) window.addEventListener(type, hold, { passive: true });
    return () => {
      window.clearInterval(timer);
      for (const type of holding) window.removeEventListener(type, hold);
    };
  }, [everySeconds, page]);
  return { state, soon };
}

const holding = ['pointermove', 'pointerdown', 'keydown', 'wheel'] as const;
