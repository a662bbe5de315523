import type { Frames, Timelines } from '@nightjar/contract';
import { followed } from './follow.ts';
import { Footage } from './footage.ts';
import { FrameTimes } from './frames.ts';
import { around, lengthOf, xOf } from './geometry.ts';
import { listenTo } from './gestures.ts';
import { isGliding } from './glide.ts';
import { Hands } from './hands.ts';
import { type Hover, HoverStore, hoverOf } from './hover.ts';
import { LocalTime } from './local-time.ts';
import { go, type Move } from './moves.ts';
import { type Palette, paletteOf } from './palette.ts';
import type { TimelineProps } from './props.ts';
import type { Remarks } from './remarks.ts';
import { placeRows } from './rows.ts';
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

/** Keeps footage, frames and drawing of a timeline in step with its view, play head and gestures, outside of React. */
export class Engine {
  readonly hover = new HoverStore();
  #props: EngineProps;
  readonly #elements: EngineElements;
  readonly #stage: Stage;
  readonly #hands: Hands;
  readonly #stops: Array<() => void> = [];
  #footage!: Footage;
  #frames!: FrameTimes;
  #cameraIds = '';
  #palette: Palette | null = null;
  #local: LocalTime;
  #width = 0;
  #rowsView = 0;
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
    this.#hands = new Hands({
      root: elements.root,
      scroller: elements.scroller,
      axisPx,
      props: () => this.#props,
      width: () => this.#width,
      frames: () => this.#frames,
      onChange: () => this.#stage.invalidate('overlay'),
    });
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
        this.#hands,
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
    const pointer = scene && { x: xOf(scene.view, scene.width, scene.playHeadMs), y: -1 };
    return scene && hoverOf({ ...scene, pointer }, 0);
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
      playHeadMs: this.#hands.scrubMs ?? position.get(),
      selection: this.#hands.draft === undefined ? selection : this.#hands.draft,
      pointer: this.#hands.pointer,
      input,
    };
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

  #follow(): void {
    const { view, position } = this.#props;
    const before = this.#headBefore;
    this.#headBefore = position.get();
    this.#stage.invalidate('overlay');
    if (this.#hands.scrubMs === null && !isGliding(view)) view.set(followed(view.get(), before, position.get()));
  }
}
