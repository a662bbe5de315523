import type { Frames, Timelines } from '@nightjar/contract';
import { Footage } from './footage.ts';
import { FrameTimes } from './frames.ts';
import { around, lengthOf, panned, timeAtX, withinTime, xOf, zoomed } from './geometry.ts';
import { type GestureTarget, type Hold, listenTo, type Point } from './gestures.ts';
import { glideTo } from './glide.ts';
import { type Hover, HoverStore, hoverOf } from './hover.ts';
import { LocalTime } from './local-time.ts';
import { go, type Move } from './moves.ts';
import { handlePx } from './paint-overlay.ts';
import { type Palette, paletteOf } from './palette.ts';
import type { Range, TimelineProps } from './props.ts';
import { markAt, type Remarks } from './remarks.ts';
import { placeRows, rowAt } from './rows.ts';
import type { Scene } from './scene.ts';
import { type Canvases, Stage } from './stage.ts';
import type { View } from './view-store.ts';

export const axisPx = 40;

export interface EngineProps extends TimelineProps {
  remarks: Remarks;
  input: 'mouse' | 'thumb';
  readTimelines(range: View & { resolutionMs: number }, signal: AbortSignal): Promise<Timelines>;
  readFrames(cameraId: string, range: View, signal: AbortSignal): Promise<Frames>;
  /** Something that is shown could not be read; null: no longer. */
  onFailure(failure: Error | null): void;
}

export interface EngineElements extends Canvases {
  /** All of it; gestures begin on the canvases in it. */
  root: HTMLElement;
  /** The strip of times: as wide as the rows, above them. */
  ground: HTMLElement;
  /** Scrolls the rows. */
  scroller: HTMLElement;
}

/** How often what is shown is looked at, whether it is too old; ms. */
const freshenMs = 2_000;
/** A play head that plays out of a longer view turns a page; in a shorter one the view runs with it. */
const runningViewMs = 20_000;
const pageShare = 0.05;
const reach = { mouse: 8, touch: 24 };

/** Keeps footage, frames and drawing of a timeline in step with its view, play head and gestures, outside of React. */
export class Engine {
  readonly hover = new HoverStore();
  #props: EngineProps;
  readonly #elements: EngineElements;
  readonly #stage: Stage;
  readonly #stops: Array<() => void> = [];
  #footage!: Footage;
  #frames!: FrameTimes;
  #cameraIds = '';
  #palette: Palette | null = null;
  #local: LocalTime;
  #width = 0;
  #rowsView = 0;
  #pointer: Point | null = null;
  /** While they are being dragged. */
  #draft: Range | null | undefined;
  #scrubMs: number | null = null;
  #failure: Error | null = null;
  #tick = 0;
  #headBefore: number;

  constructor(elements: EngineElements, props: EngineProps, onDrawn: (scene: Scene) => void) {
    this.#elements = elements;
    this.#props = props;
    this.#local = new LocalTime(props.timeZone);
    this.#headBefore = props.position.get();
    this.#stage = new Stage(
      elements,
      () => this.#scene(),
      (scene) => {
        this.#tell(scene);
        onDrawn(scene);
      },
    );
    this.#openData();
    const sizes = new ResizeObserver(() => this.#measure());
    sizes.observe(elements.ground);
    sizes.observe(elements.scroller);
    const onScroll = () => this.#stage.invalidate();
    elements.scroller.addEventListener('scroll', onScroll);
    const freshen = window.setInterval(() => this.#want(), freshenMs);
    this.#stops.push(
      () => sizes.disconnect(),
      () => elements.scroller.removeEventListener('scroll', onScroll),
      () => window.clearInterval(freshen),
      () => window.clearTimeout(this.#tick),
      props.view.subscribe(() => {
        this.#want();
        this.#stage.invalidate();
      }),
      props.position.subscribe(() => this.#follow()),
      listenTo(
        {
          element: elements.root,
          origin: elements.ground,
          isGround: (on) => on === elements.axis || on === elements.rows,
        },
        this.#gestures,
      ),
    );
    this.#measure();
    this.#scheduleTick();
  }

  /** View and position are those of the beginning for as long as it lives. */
  update(props: EngineProps): void {
    const before = this.#props;
    this.#props = props;
    if (props.timeZone !== this.#local.timeZone) this.#local = new LocalTime(props.timeZone);
    if (props.cameras.map(({ id }) => id).join() !== this.#cameraIds) this.#openData();
    if (props.playing[0] !== before.playing[0] || props.cameras !== before.cameras) this.#showSelected();
    this.#want();
    this.#stage.invalidate();
  }

  /** The page's colours have changed. */
  repaint(): void {
    this.#palette = null;
    this.#stage.invalidate();
  }

  /** Something happened that the footage may tell of, or somebody asked for another try. */
  renew(): void {
    this.#footage.expire();
    this.#want();
  }

  go(move: Move): void {
    const { view, position } = this.#props;
    go(view, move, { playHeadMs: position.get(), nowMs: this.#props.clockNow(), local: this.#local });
  }

  /** What is at the play head, as it is drawn; null before the first drawing. */
  underPlayHead(): Hover | null {
    const scene = this.#scene();
    return scene && hoverOf({ ...scene, pointer: { x: xOf(scene.view, scene.width, scene.playHeadMs), y: -1 } });
  }

  /** Where something begins or ends near the play head, on this side of it: gaps, marks, events. */
  edgeBeside(side: 'before' | 'after'): number | undefined {
    const { position, playing, view: store, remarks } = this.#props;
    const id = playing[0] ?? '';
    const view = store.get();
    const wide = around(position.get(), lengthOf(view) * 3);
    const edges = [
      ...this.#footage.missingEdges(id, wide),
      ...(remarks.marks.get(id) ?? []).flatMap(({ from, to }) => [from, to]),
      ...(remarks.events.get(id) ?? []).map(({ at, since }) => since ?? at),
    ].sort((a, b) => a - b);
    const head = position.get();
    return side === 'after' ? edges.find((at) => at > head + 1) : edges.findLast((at) => at < head - 1);
  }

  destroy(): void {
    for (const stop of this.#stops) stop();
    this.#stage.destroy();
    this.#footage.destroy();
    this.#frames.destroy();
  }

  #openData(): void {
    this.#footage?.destroy();
    this.#frames?.destroy();
    this.#cameraIds = this.#props.cameras.map(({ id }) => id).join();
    const onChange = () => {
      this.#want();
      this.#stage.invalidate();
    };
    const now = () => this.#props.clockNow();
    this.#footage = new Footage({ now, onChange, read: (range, signal) => this.#props.readTimelines(range, signal) });
    this.#frames = new FrameTimes({
      now,
      onChange,
      read: (id, range, signal) => this.#props.readFrames(id, range, signal),
    });
    this.#want();
  }

  #want(): void {
    const { view: store, playing, cameras } = this.#props;
    const view = store.get();
    this.#footage.want(view);
    this.#frames.want(
      view,
      playing,
      cameras.map(({ id }) => id),
    );
  }

  #measure(): void {
    this.#width = this.#elements.ground.clientWidth;
    this.#rowsView = this.#elements.scroller.clientHeight;
    this.#stage.invalidate();
  }

  #showSelected(): void {
    const { cameras, playing, input } = this.#props;
    const { scroller } = this.#elements;
    const row = placeRows(cameras, playing, input).rows.find(({ isSelected }) => isSelected);
    if (!row) return;
    const isAbove = row.top < scroller.scrollTop;
    const isBelow = row.top + row.height > scroller.scrollTop + scroller.clientHeight;
    if (isAbove || isBelow) scroller.scrollTop = row.top - 4;
  }

  #scene(): Scene | null {
    if (this.#width === 0) return null;
    const { cameras, playing, view, input, remarks, selection, position } = this.#props;
    const { rows, height } = placeRows(cameras, playing, input);
    const top = this.#elements.scroller.scrollTop;
    this.#palette ??= paletteOf(this.#elements.ground, window.devicePixelRatio || 1);
    return {
      view: view.get(),
      width: this.#width,
      axisHeight: axisPx,
      rows,
      rowsHeight: height,
      visible: { top, bottom: Math.min(height, top + this.#rowsView) },
      palette: this.#palette,
      local: this.#local,
      footage: this.#footage,
      frames: this.#frames,
      remarks,
      nowMs: this.#props.clockNow(),
      playHeadMs: this.#scrubMs ?? position.get(),
      selection: this.#draft === undefined ? selection : this.#draft,
      pointer: this.#pointer && { x: this.#pointer.x, y: this.#toRows(this.#pointer.y) },
      input,
    };
  }

  /** From the top of the element to the top of all rows. */
  #toRows(y: number): number {
    return y < axisPx ? -1 : y - axisPx + this.#elements.scroller.scrollTop;
  }

  #tell(scene: Scene): void {
    this.hover.set(hoverOf(scene));
    const failure = this.#footage.failure(scene.view) ?? null;
    if (failure === this.#failure) return;
    this.#failure = failure;
    this.#props.onFailure(failure);
  }

  /** The present moves by itself: drawn again when it has come a pixel further, if it is shown. */
  #scheduleTick(): void {
    const { view: store, clockNow } = this.#props;
    const view = store.get();
    const msPerPx = lengthOf(view) / Math.max(1, this.#width);
    this.#tick = window.setTimeout(
      () => {
        const now = clockNow();
        if (now >= store.get().from && now <= store.get().to) this.#stage.invalidate();
        this.#scheduleTick();
      },
      Math.min(Math.max(msPerPx, 33), 1_000),
    );
  }

  /** While it plays, the view goes with the play head. */
  #follow(): void {
    const { view: store, position } = this.#props;
    const before = this.#headBefore;
    const at = position.get();
    this.#headBefore = at;
    this.#stage.invalidate('overlay');
    const view = store.get();
    const length = lengthOf(view);
    const wasInside = before >= view.from && before < view.to;
    if (!wasInside || this.#scrubMs !== null) return;
    const movedMs = at - before;
    const isBeyondMiddle = (at - view.from) / length > 0.5 === movedMs > 0;
    if (length < runningViewMs && isBeyondMiddle && Math.abs(movedMs) < length / 4) {
      store.set(panned(view, movedMs));
    } else if (at < view.from || at >= view.to) {
      const from = movedMs > 0 ? at - length * pageShare : at - length * (1 - pageShare);
      store.set(Math.abs(movedMs) < length ? { from, to: from + length } : around(at, length));
    }
  }

  readonly #timeAt = (x: number): number => timeAtX(this.#props.view.get(), this.#width, x);

  readonly #gestures: GestureTarget = {
    holdAt: (point, pointer) => this.#holdAt(point, pointer),
    zoom: (factor, x) => {
      const { view, clockNow } = this.#props;
      view.set(withinTime(zoomed(view.get(), factor, this.#timeAt(x)), clockNow()));
    },
    pan: (byX, byY) => {
      const { view, clockNow } = this.#props;
      const shown = view.get();
      view.set(withinTime(panned(shown, (-byX / Math.max(1, this.#width)) * lengthOf(shown)), clockNow()));
      this.#elements.scroller.scrollTop -= byY;
    },
    press: (point, count) => this.#press(point, count),
    select: (start, x, isDone) => this.#draftSelection(this.#timeAt(start), this.#timeAt(x), isDone),
    drag: (hold, x, isDone) => this.#drag(hold, x, isDone),
    hover: (point) => {
      this.#pointer = point;
      this.#elements.root.dataset.hold = (point && this.#holdAt(point, 'mouse')) ?? '';
      this.#stage.invalidate('overlay');
    },
  };

  #holdAt({ x, y }: Point, pointer: 'mouse' | 'touch'): Hold {
    const { selection, position, view: store } = this.#props;
    const view = store.get();
    const isNear = (atMs: number) => Math.abs(xOf(view, this.#width, atMs) - x) <= reach[pointer];
    if (y <= axisPx && isNear(position.get())) return 'playHead';
    if (!selection || y <= axisPx) return null;
    const ends = (['from', 'to'] as const).filter((end) => isNear(selection[end]));
    const away = (end: 'from' | 'to') => Math.abs(xOf(view, this.#width, selection[end]) - x);
    return ends.toSorted((a, b) => away(a) - away(b))[0] ?? null;
  }

  #press({ x, y }: Point, count: number): void {
    const { view: store, position, playing, remarks, cameras, input, clockNow } = this.#props;
    const view = store.get();
    if (count > 1) {
      glideTo(store, zoomed(view, 0.25, this.#timeAt(x)));
      return;
    }
    const head = position.get();
    const isAtArrow =
      head < view.from ? x < 3 * handlePx.thumb : head > view.to && x > this.#width - 3 * handlePx.thumb;
    if (y < axisPx && isAtArrow) {
      glideTo(store, around(head, lengthOf(view)));
      return;
    }
    const row = y < axisPx ? undefined : rowAt(placeRows(cameras, playing, input).rows, this.#toRows(y));
    const cameraId = row?.camera.id ?? playing[0];
    if (cameraId === undefined) return;
    const at = { x, y: this.#toRows(y) - (row?.top ?? 0), view, width: this.#width };
    const mark = row && markAt(remarks.marks.get(cameraId) ?? [], at);
    if (mark) this.#props.onMark(mark);
    else this.#props.onSeek(cameraId, Math.min(this.#frameAt(cameraId, this.#timeAt(x)), clockNow()));
  }

  /** When the frame shown at `atMs` begins, where frames are known; else `atMs`. */
  #frameAt(cameraId: string, atMs: number): number {
    return this.#frames.at(cameraId, atMs)?.at ?? atMs;
  }

  #draftSelection(a: number, b: number, isDone: boolean): void {
    const view = this.#props.view.get();
    const range = { from: Math.min(a, b), to: Math.max(a, b) };
    const isNothing = range.to - range.from < (2 * lengthOf(view)) / Math.max(1, this.#width);
    this.#draft = isNothing ? null : range;
    this.#stage.invalidate('overlay');
    if (!isDone) return;
    this.#draft = undefined;
    this.#props.onSelection(isNothing ? null : range);
  }

  #drag(hold: Exclude<Hold, null>, x: number, isDone: boolean): void {
    const { selection, clockNow, playing, onSeek } = this.#props;
    if (hold !== 'playHead') {
      const other = hold === 'from' ? selection?.to : selection?.from;
      if (other !== undefined) this.#draftSelection(this.#timeAt(x), other, isDone);
      return;
    }
    const inside = Math.min(Math.max(0, x), this.#width);
    this.#scrubMs = Math.min(this.#timeAt(inside), clockNow());
    this.#pointer = isDone ? null : { x: inside, y: -1 };
    this.#stage.invalidate('overlay');
    const [cameraId] = playing;
    if (!isDone || cameraId === undefined) return;
    const atMs = this.#frameAt(cameraId, this.#scrubMs);
    this.#scrubMs = null;
    onSeek(cameraId, atMs);
  }
}
