import { type RefObject, useEffect, useRef } from 'react';

interface Gestures {
  /** Wheel or pinch; `factor` below 1 comes closer. `x` is where it happens, pixels from the left. */
  onZoom(factor: number, x: number): void;
  /** Content moved by so many pixels; positive to the right. */
  onPan(pixels: number): void;
  onClick(x: number, y: number): void;
  /** null when the pointer left. */
  onHover(point: { x: number; y: number } | null): void;
}

/** A movement up to this many pixels is still a click. */
const clickSlop = 5;

/** Wheel, pinch, drag, click and hover on `element`, with coordinates relative to it. */
export function useGestures(element: RefObject<HTMLElement | null>, gestures: Gestures): void {
  const latest = useRef(gestures);
  latest.current = gestures;
  useEffect(() => (element.current ? listen(element.current, latest) : undefined), [element]);
}

function listen(target: HTMLElement, latest: RefObject<Gestures>): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const pointers = new Map<number, { x: number; y: number }>();
  let movedPx = 0;

  const pointOf = (event: MouseEvent) => {
    const box = target.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  const onWheel = (event: WheelEvent) => {
    event.preventDefault();
    const { x } = pointOf(event);
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const sideways = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX;
    if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) latest.current.onPan(-sideways * unit);
    // A pinch on a touchpad arrives as a wheel with ctrl and small steps.
    else latest.current.onZoom(Math.exp((event.ctrlKey ? 0.01 : 0.0022) * event.deltaY * unit), x);
  };

  const onDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    target.setPointerCapture(event.pointerId);
    if (pointers.size === 0) movedPx = 0;
    pointers.set(event.pointerId, pointOf(event));
  };

  const onMove = (event: PointerEvent) => {
    const before = pointers.get(event.pointerId);
    const now = pointOf(event);
    if (event.pointerType === 'mouse' || pointers.size === 1) latest.current.onHover(now);
    if (!before) return;
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, now);
    if (other) {
      movedPx = Number.POSITIVE_INFINITY;
      pinch(before, now, other, latest.current);
      return;
    }
    movedPx += Math.abs(now.x - before.x);
    if (movedPx > clickSlop) latest.current.onPan(now.x - before.x);
  };

  const onUp = (event: PointerEvent) => {
    const isClick = pointers.delete(event.pointerId) && pointers.size === 0 && movedPx <= clickSlop;
    const { x, y } = pointOf(event);
    if (isClick && event.type === 'pointerup') latest.current.onClick(x, y);
    if (event.pointerType !== 'mouse') latest.current.onHover(null);
  };

  // Not passive: the page must not scroll or zoom meanwhile.
  target.addEventListener('wheel', onWheel, { signal, passive: false });
  target.addEventListener('pointerdown', onDown, { signal });
  target.addEventListener('pointermove', onMove, { signal });
  target.addEventListener('pointerup', onUp, { signal });
  target.addEventListener('pointercancel', onUp, { signal });
  target.addEventListener('pointerleave', () => latest.current.onHover(null), { signal });
  return () => stop.abort();
}

interface Point {
  x: number;
  y: number;
}

function pinch(before: Point, now: Point, other: Point, gestures: Gestures): void {
  const spreadBefore = Math.max(20, Math.abs(before.x - other.x));
  const spreadNow = Math.max(20, Math.abs(now.x - other.x));
  gestures.onPan((now.x - before.x) / 2);
  gestures.onZoom(spreadBefore / spreadNow, (now.x + other.x) / 2);
}
