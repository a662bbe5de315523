import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';

interface ArrangeGesturesOptions {
  layer: RefObject<HTMLElement | null>;
  /** Whether there is a camera to drag. */
  isFilled(place: number): boolean;
  onDrop(from: number, to: number): void;
  /** The pointer rests with a camera on the button of another page. */
  onTurn(step: number): void;
}

/** A camera under the pointer. */
export interface Drag {
  from: number;
  /** Where it would be put; null: nowhere, it goes back. */
  over: number | null;
  /** Of the pointer in the window, px; and since it was pressed. */
  x: number;
  y: number;
  movedX: number;
  movedY: number;
}

interface Press {
  place: number;
  pointerId: number;
  x: number;
  y: number;
  longPress: number | undefined;
}

const dragPx = 5;
const longPressMs = 350;
const turnAfterMs = 600;

/**
 * Drags cameras from place to place: with a mouse at once, with a finger after a long press, so that the page can still be
 * scrolled. Escape gives a drag up.
 */
export function useArrangeGestures({ layer, isFilled, onDrop, onTurn }: ArrangeGesturesOptions) {
  const press = useRef<Press>(null);
  const turning = useRef<number | undefined>(undefined);
  const dragged = useRef(false);
  const turn = useRef(onTurn);
  turn.current = onTurn;
  const [drag, setDrag] = useState<Drag | null>(null);
  const isDragging = drag !== null;

  const giveUp = () => {
    window.clearTimeout(press.current?.longPress);
    window.clearInterval(turning.current);
    turning.current = undefined;
    press.current = null;
    setDrag(null);
  };
  const end = useRef(giveUp);
  end.current = giveUp;

  useEffect(() => {
    const element = layer.current;
    if (!isDragging || !element) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      end.current();
    };
    // What a finger began as a press must not go on as a scroll.
    const onTouchMove = (event: TouchEvent) => event.preventDefault();
    window.addEventListener('keydown', onKeyDown, { capture: true });
    element.addEventListener('touchmove', onTouchMove, { passive: false });
    return () => {
      window.removeEventListener('keydown', onKeyDown, { capture: true });
      element.removeEventListener('touchmove', onTouchMove);
    };
  }, [isDragging, layer]);
  useEffect(() => () => end.current(), []);

  const begin = (from: Press) => {
    dragged.current = true;
    setDrag({ from: from.place, over: from.place, x: from.x, y: from.y, movedX: 0, movedY: 0 });
  };

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    dragged.current = false;
    const place = placeAt(event.target);
    if (event.button !== 0 || place === null || !isFilled(place)) return;
    const started: Press = {
      ...{ place, pointerId: event.pointerId, x: event.clientX, y: event.clientY },
      longPress: undefined,
    };
    if (event.pointerType === 'touch') started.longPress = window.setTimeout(() => begin(started), longPressMs);
    press.current = started;
  };

  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const from = press.current;
    if (from?.pointerId !== event.pointerId) return;
    const { clientX: x, clientY: y } = event;
    const [movedX, movedY] = [x - from.x, y - from.y];
    if (!drag) {
      if (Math.hypot(movedX, movedY) < dragPx * (event.pointerType === 'touch' ? 2 : 1)) return;
      if (event.pointerType === 'touch') return giveUp();
      event.currentTarget.setPointerCapture(event.pointerId);
      begin(from);
    }
    const under = document.elementFromPoint(x, y);
    setDrag({ from: from.place, over: placeAt(under), x, y, movedX, movedY });
    const step = Number(under?.closest('[data-turns]')?.getAttribute('data-turns') ?? 0);
    if (step === 0) {
      window.clearInterval(turning.current);
      turning.current = undefined;
    } else {
      turning.current ??= window.setInterval(() => turn.current(step), turnAfterMs);
    }
  };

  const onPointerUp = (event: PointerEvent<HTMLElement>) => {
    const from = press.current;
    if (from?.pointerId !== event.pointerId) return;
    const to = drag?.over ?? null;
    giveUp();
    if (drag && to !== null && to !== from.place) onDrop(from.place, to);
  };

  return {
    drag,
    /** Whether the click that is told now is the end of a drag. */
    wasDrag: () => dragged.current,
    handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: giveUp },
  };
}

function placeAt(target: EventTarget | null): number | null {
  const place = target instanceof Element ? target.closest('[data-cell]')?.getAttribute('data-cell') : null;
  return place == null ? null : Number(place);
}
