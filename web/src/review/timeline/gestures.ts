/** What a pointer takes hold of: the play head, an end of the selection, or nothing but the timeline itself. */
export type Hold = 'playHead' | 'from' | 'to' | null;

export interface Point {
  /** Pixels from the left edge of the origin. */
  x: number;
  /** Pixels from its top. */
  y: number;
}

export interface GestureTarget {
  /** What is at a point, for a pointer of this kind. */
  holdAt(point: Point, pointer: 'mouse' | 'touch'): Hold;
  /** `factor` below 1 comes closer, around `x`. */
  zoom(factor: number, x: number): void;
  /** Content moved by so many pixels; positive to the right and down. */
  pan(byX: number, byY: number): void;
  /** A click or a tap; `count` 2 for the second of two. */
  press(point: Point, count: number): void;
  /** A range is being drawn from `start` to `x`. */
  select(start: number, x: number, isDone: boolean): void;
  /** What was taken hold of is at `x`. */
  drag(hold: Exclude<Hold, null>, x: number, isDone: boolean): void;
  /** null when the pointer left, or while the content moves with it. */
  hover(point: Point | null): void;
}

/** A movement up to this many pixels is still a click. */
const slopPx = { mouse: 4, touch: 9 };
/** A finger that rests this long begins a range. */
const longPressMs = 450;
const doubleMs = 320;
const doublePx = 28;

type Mode = 'idle' | 'pressed' | 'pan' | 'pinch' | 'select' | 'drag';

interface Grounds {
  /** Hears of everything; keeps a pointer that has begun in it. */
  element: HTMLElement;
  /** Its left upper corner is where points are counted from. */
  origin: HTMLElement;
  /** Whether gestures begin on this: not on buttons and scroll bars. */
  isGround(on: EventTarget | null): boolean;
}

/** Wheel, pinch, drag, click, hover, long press; returns what ends it. */
export function listenTo({ element, origin, isGround }: Grounds, target: GestureTarget): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const pointers = new Map<number, Point>();
  let mode: Mode = 'idle';
  let hold: Hold = null;
  let start: Point = { x: 0, y: 0 };
  let longPress = 0;
  let last: { at: number; point: Point; count: number } | null = null;

  const pointOf = (event: MouseEvent): Point => {
    const box = origin.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  const onWheel = (event: WheelEvent) => {
    if (!isGround(event.target)) return;
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const sideways = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX;
    if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) target.pan(-sideways * unit, 0);
    // A pinch on a touchpad arrives as a wheel with ctrl and small steps.
    else target.zoom(Math.exp((event.ctrlKey ? 0.01 : 0.0022) * event.deltaY * unit), pointOf(event).x);
  };

  const press = (point: Point) => {
    const isAgain = last !== null && performance.now() - last.at < doubleMs && distance(last.point, point) < doublePx;
    const count = isAgain && last ? last.count + 1 : 1;
    last = { at: performance.now(), point, count };
    target.press(point, count);
  };

  const onDown = (event: PointerEvent) => {
    if (event.button !== 0 || !isGround(event.target)) return;
    const kind = event.pointerType === 'mouse' ? 'mouse' : 'touch';
    const point = pointOf(event);
    element.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, point);
    window.clearTimeout(longPress);
    if (pointers.size > 1) {
      mode = 'pinch';
      target.hover(null);
      return;
    }
    start = point;
    hold = target.holdAt(point, kind);
    mode = hold ? 'drag' : event.shiftKey ? 'select' : 'pressed';
    if (mode !== 'pressed' || kind === 'mouse') return;
    longPress = window.setTimeout(() => {
      if (mode !== 'pressed') return;
      mode = 'select';
      navigator.vibrate?.(10);
      target.select(start.x, start.x, false);
    }, longPressMs);
  };

  const onMove = (event: PointerEvent) => {
    const before = pointers.get(event.pointerId);
    const point = pointOf(event);
    if (!before) {
      if (event.pointerType === 'mouse') target.hover(isGround(event.target) ? point : null);
      return;
    }
    pointers.set(event.pointerId, point);
    if (mode === 'pressed' && distance(start, point) > slopPx[event.pointerType === 'mouse' ? 'mouse' : 'touch']) {
      window.clearTimeout(longPress);
      mode = 'pan';
      target.hover(null);
      target.pan(point.x - start.x, point.y - start.y);
    } else if (mode === 'pan') {
      target.pan(point.x - before.x, event.pointerType === 'mouse' ? point.y - before.y : 0);
    } else if (mode === 'pinch') {
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      if (other) pinch(before, point, other, target);
    } else if (mode === 'select') {
      target.select(start.x, point.x, false);
    } else if (mode === 'drag' && hold) {
      target.drag(hold, point.x, false);
    }
  };

  const onUp = (event: PointerEvent) => {
    if (!pointers.delete(event.pointerId)) return;
    window.clearTimeout(longPress);
    const point = pointOf(event);
    const isDone = event.type === 'pointerup';
    if (mode === 'pressed' && isDone) press(point);
    if (mode === 'select') target.select(start.x, point.x, true);
    if (mode === 'drag' && hold) target.drag(hold, point.x, true);
    // The finger that stays after a pinch goes on as a drag, from where it is.
    mode = pointers.size > 0 ? 'pan' : 'idle';
    if (mode === 'idle') hold = null;
    target.hover(event.pointerType === 'mouse' && isDone ? point : null);
  };

  const onTouchMove = (event: TouchEvent) => {
    // Up and down is the page's, unless this is a gesture that has begun here.
    if ((mode === 'select' || mode === 'drag' || mode === 'pinch') && event.cancelable) event.preventDefault();
  };

  // Not passive: the page must not scroll or zoom meanwhile.
  element.addEventListener('wheel', onWheel, { signal, passive: false });
  element.addEventListener('touchmove', onTouchMove, { signal, passive: false });
  element.addEventListener('pointerdown', onDown, { signal });
  element.addEventListener('pointermove', onMove, { signal });
  element.addEventListener('pointerup', onUp, { signal });
  element.addEventListener('pointercancel', onUp, { signal });
  element.addEventListener('pointerleave', () => pointers.size === 0 && target.hover(null), { signal });
  element.addEventListener('contextmenu', (event) => mode !== 'idle' && event.preventDefault(), { signal });
  return () => {
    window.clearTimeout(longPress);
    stop.abort();
  };
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

function pinch(before: Point, now: Point, other: Point, target: GestureTarget): void {
  const spreadBefore = Math.max(20, Math.abs(before.x - other.x));
  const spreadNow = Math.max(20, Math.abs(now.x - other.x));
  target.pan((now.x - before.x) / 2, 0);
  target.zoom(spreadBefore / spreadNow, (now.x + other.x) / 2);
}
