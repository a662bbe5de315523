import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { type Gesture, type GestureResult, type Point, resultOf } from './gestures.ts';
import { dayMinutes, type WeekSpan } from './week.ts';

export type GridLayout = 'columns' | 'rows';

/** What is under way: shown, and not yet part of the week. */
export interface Preview extends GestureResult {
  kind: Gesture['kind'];
  /** Of the pointer in the window, px. */
  x: number;
  y: number;
  isTouch: boolean;
}

interface GridGesturesOptions {
  /** The element with the seven days. */
  lanes: RefObject<HTMLElement | null>;
  layout: GridLayout;
  spans: readonly WeekSpan[];
  tool: 'draw' | 'erase';
  onDone(result: GestureResult, kind: Gesture['kind']): void;
  /** Pressed and let go without a drag: on a span, or on a free place. */
  onPick(place: Place): void;
}

type Place = { span: WeekSpan } | { point: Point };

interface Pressed {
  gesture: Gesture;
  onSpan: WeekSpan | null;
  pointerId: number;
  x: number;
  y: number;
}

const snapMinutes = { usual: 15, fine: 5, finger: 30 };
const dragPx = { mouse: 4, finger: 8 };

/** Pointer on the grid: draw, erase, move, resize. Escape gives a drag up, and so does the browser when it scrolls. */
export function useGridGestures({ lanes, layout, spans, tool, onDone, onPick }: GridGesturesOptions) {
  const pressed = useRef<Pressed>(null);
  const picked = useRef<Place>(null);
  const [preview, setPreview] = useState<Preview | null>(null);
  const giveUp = () => {
    pressed.current = null;
    setPreview(null);
  };
  const dragging = preview !== null;
  useEffect(() => {
    if (!dragging) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      pressed.current = null;
      setPreview(null);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [dragging]);

  const pointOf = ({ clientX, clientY }: { clientX: number; clientY: number }): Point => {
    const { left, top, width, height } = lanes.current?.getBoundingClientRect() ?? new DOMRect();
    const across = layout === 'columns' ? (clientX - left) / width : (clientY - top) / height;
    const along = layout === 'columns' ? (clientY - top) / height : (clientX - left) / width;
    const between = (value: number, most: number) => Math.min(most, Math.max(0, value));
    return { day: between(Math.floor(across * 7), 6), minute: between(along * dayMinutes, dayMinutes) };
  };

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0 || !(event.target instanceof Element)) return;
    picked.current = null;
    const from = pointOf(event);
    const index = event.target.closest('[data-span]')?.getAttribute('data-span');
    const span = index ? (spans[Number(index)] ?? null) : null;
    const edge = event.target.closest('[data-edge]')?.getAttribute('data-edge');
    const gesture: Gesture =
      tool === 'erase' || event.altKey || !span
        ? { kind: tool === 'erase' || event.altKey ? 'erase' : 'draw', from }
        : { kind: edge === 'start' || edge === 'end' ? edge : 'move', from, span };
    pressed.current = { gesture, onSpan: span, pointerId: event.pointerId, x: event.clientX, y: event.clientY };
    event.currentTarget.setPointerCapture(event.pointerId);
  };

  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const press = pressed.current;
    if (press?.pointerId !== event.pointerId) return;
    const isTouch = event.pointerType === 'touch';
    const moved = Math.hypot(event.clientX - press.x, event.clientY - press.y);
    if (!preview && moved < (isTouch ? dragPx.finger : dragPx.mouse)) return;
    const snap = isTouch ? snapMinutes.finger : event.shiftKey ? snapMinutes.fine : snapMinutes.usual;
    const result = resultOf(press.gesture, pointOf(event), spans, snap);
    setPreview({ ...result, kind: press.gesture.kind, x: event.clientX, y: event.clientY, isTouch });
  };

  const onPointerUp = (event: PointerEvent<HTMLElement>) => {
    const press = pressed.current;
    if (press?.pointerId !== event.pointerId) return;
    giveUp();
    if (preview) onDone(preview, preview.kind);
    else picked.current = press.onSpan ? { span: press.onSpan } : { point: press.gesture.from };
  };
  // Not before the click: the press that a browser reports after a finger is lifted would close what has opened.
  const onClick = () => {
    const place = picked.current;
    picked.current = null;
    if (place) onPick(place);
  };

  return { preview, handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: giveUp, onClick } };
}
