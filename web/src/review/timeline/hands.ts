import type { FrameTimes } from './frames.ts';
import { around, lengthOf, panned, timeAtX, withinTime, xOf, zoomed } from './geometry.ts';
import type { GestureTarget, Hold, Point } from './gestures.ts';
import { glideTo } from './glide.ts';
import { handlePx } from './paint-overlay.ts';
import type { Range, TimelineProps } from './props.ts';
import { markAt, type Remarks } from './remarks.ts';
import { placeRows, rowAt } from './rows.ts';

interface HandsOptions {
  root: HTMLElement;
  scroller: HTMLElement;
  /** Height of the strip of times. */
  axisPx: number;
  props(): TimelineProps & { remarks: Remarks; input: 'mouse' | 'thumb' };
  width(): number;
  frames(): FrameTimes;
  /** What is drawn over the footage has changed. */
  onChange(): void;
}

/** How far from the play head or an end of the selection it can be taken hold of, pixels. */
const reachPx = { mouse: 8, touch: 24 };
/** A selection narrower than this is none. */
const leastPx = 2;

/** What gestures do to a timeline, and what they hold meanwhile. */
export class Hands implements GestureTarget {
  readonly #options: HandsOptions;
  #point: Point | null = null;
  #draft: Range | null | undefined;
  #scrubMs: number | null = null;

  constructor(options: HandsOptions) {
    this.#options = options;
  }

  /** Where the pointer is, pixels from the left and from the top of all rows; negative over the times. */
  get pointer(): Point | null {
    return this.#point && { x: this.#point.x, y: this.#toRows(this.#point.y) };
  }

  /** The selection while it is being drawn; undefined while none is. */
  get draft(): Range | null | undefined {
    return this.#draft;
  }

  /** Where the play head is being dragged to. */
  get scrubMs(): number | null {
    return this.#scrubMs;
  }

  holdAt({ x, y }: Point, pointer: 'mouse' | 'touch'): Hold {
    const { axisPx, props } = this.#options;
    const { selection, position } = props();
    const awayPx = (atMs: number) => Math.abs(this.#xOf(atMs) - x);
    if (y <= axisPx) return awayPx(position.get()) <= reachPx[pointer] ? 'playHead' : null;
    if (!selection) return null;
    const end = awayPx(selection.from) <= awayPx(selection.to) ? 'from' : 'to';
    return awayPx(selection[end]) <= reachPx[pointer] ? end : null;
  }

  zoom(factor: number, x: number): void {
    const { view, clockNow } = this.#options.props();
    view.set(withinTime(zoomed(view.get(), factor, this.#timeAt(x)), clockNow()));
  }

  pan(byX: number, byY: number): void {
    const { scroller, props, width } = this.#options;
    const { view, clockNow } = props();
    const shown = view.get();
    view.set(withinTime(panned(shown, (-byX / Math.max(1, width())) * lengthOf(shown)), clockNow()));
    scroller.scrollTop -= byY;
  }

  press({ x, y }: Point, count: number): void {
    const { axisPx, props, width } = this.#options;
    const { view: store, position, playing, remarks, cameras, input, clockNow, onMark, onSeek } = props();
    const view = store.get();
    if (count > 1) {
      glideTo(store, zoomed(view, 0.25, this.#timeAt(x)));
      return;
    }
    const head = position.get();
    const arrowPx = 3 * handlePx[input];
    const isOnArrow = (head < view.from && x < arrowPx) || (head > view.to && x > width() - arrowPx);
    if (y < axisPx && isOnArrow) {
      glideTo(store, around(head, lengthOf(view)));
      return;
    }
    const row = y < axisPx ? undefined : rowAt(placeRows(cameras, playing, input).rows, this.#toRows(y));
    const cameraId = row?.camera.id ?? playing[0];
    if (cameraId === undefined) return;
    const at = { x, y: this.#toRows(y) - (row?.top ?? 0), view, width: width() };
    const mark = row && markAt(remarks.marks.get(cameraId) ?? [], at);
    if (mark) onMark(mark);
    else onSeek(cameraId, Math.min(this.#frameAt(cameraId, this.#timeAt(x)), clockNow()));
  }

  select(start: number, x: number, isDone: boolean): void {
    this.#selectTimes(this.#timeAt(start), this.#timeAt(x), isDone);
  }

  drag(hold: Exclude<Hold, null>, x: number, isDone: boolean): void {
    const { props, width, onChange } = this.#options;
    const { selection, clockNow, playing, onSeek } = props();
    if (hold !== 'playHead') {
      const other = hold === 'from' ? selection?.to : selection?.from;
      if (other !== undefined) this.#selectTimes(this.#timeAt(x), other, isDone);
      return;
    }
    const inside = Math.min(Math.max(0, x), width());
    const atMs = Math.min(this.#timeAt(inside), clockNow());
    const [cameraId] = playing;
    this.#scrubMs = isDone ? null : atMs;
    this.#point = isDone ? null : { x: inside, y: 0 };
    if (isDone && cameraId !== undefined) onSeek(cameraId, this.#frameAt(cameraId, atMs));
    onChange();
  }

  hover(point: Point | null): void {
    const { root, onChange } = this.#options;
    this.#point = point;
    root.dataset.hold = (point && this.holdAt(point, 'mouse')) ?? '';
    onChange();
  }

  #selectTimes(a: number, b: number, isDone: boolean): void {
    const { props, width, onChange } = this.#options;
    const { view, onSelection } = props();
    const range = { from: Math.min(a, b), to: Math.max(a, b) };
    const isNothing = range.to - range.from < (leastPx * lengthOf(view.get())) / Math.max(1, width());
    this.#draft = isDone ? undefined : isNothing ? null : range;
    if (isDone) onSelection(isNothing ? null : range);
    onChange();
  }

  /** When the frame shown at `atMs` begins, where frames are known; else `atMs`. */
  #frameAt(cameraId: string, atMs: number): number {
    return this.#options.frames().at(cameraId, atMs)?.at ?? atMs;
  }

  /** From the top of the whole to the top of all rows. */
  #toRows(y: number): number {
    const { axisPx, scroller } = this.#options;
    return y < axisPx ? -1 : y - axisPx + scroller.scrollTop;
  }

  #timeAt(x: number): number {
    return timeAtX(this.#options.props().view.get(), this.#options.width(), x);
  }

  #xOf(atMs: number): number {
    return xOf(this.#options.props().view.get(), this.#options.width(), atMs);
  }
}
