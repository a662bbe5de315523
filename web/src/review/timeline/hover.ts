import type { Mark, RecorderEvent } from '@nightjar/contract';
import type { Moment } from './footage.ts';
import { lengthOf, timeAtX } from './geometry.ts';
import type { TimelineCamera } from './props.ts';
import { eventsAt, markAt } from './remarks.ts';
import { rowAt } from './rows.ts';
import type { Scene } from './scene.ts';

/** What is under the pointer, or under the play head that is being dragged. */
export interface Hover {
  x: number;
  atMs: number;
  /** To how much of a second `atMs` means something at this zoom. */
  precision: 'minute' | 'second' | 'millisecond';
  camera: TimelineCamera;
  moment: Moment;
  frame: { at: number; keyframe: boolean } | undefined;
  mark: Mark | undefined;
  events: readonly RecorderEvent[];
}

/** As many events as a card has room for. */
const mostEvents = 3;

/** @param nearPx How far a gap may be that is meant all the same; as far as a pointer may miss it, unless it is given. */
export function hoverOf(scene: Scene, nearPx?: number): Hover | null {
  const { pointer, view, width, rows, footage, frames, remarks } = scene;
  if (!pointer || width === 0) return null;
  const overTimes = pointer.y < 0;
  const row = overTimes ? rows.find(({ isSelected }) => isSelected) : rowAt(rows, pointer.y);
  if (!row) return null;
  const { camera } = row;
  const atMs = timeAtX(view, width, pointer.x);
  const at = { x: pointer.x, view, width };
  const frame = frames.at(camera.id, atMs);
  const msPerPx = lengthOf(view) / width;
  return {
    x: pointer.x,
    atMs: frame?.at ?? atMs,
    precision: msPerPx > 20_000 ? 'minute' : msPerPx > 100 ? 'second' : 'millisecond',
    camera,
    moment: footage.at(camera.id, atMs, view, width, nearPx),
    frame,
    mark: overTimes ? undefined : markAt(remarks.marks.get(camera.id) ?? [], { ...at, y: pointer.y - row.top }),
    events: overTimes ? [] : eventsAt(remarks.events.get(camera.id) ?? [], at).slice(0, mostEvents),
  };
}

/** The newest hover, told to the card and nobody else. */
export class HoverStore {
  #hover: Hover | null = null;
  readonly #listeners = new Set<() => void>();

  readonly get = (): Hover | null => this.#hover;

  set(hover: Hover | null): void {
    // While it plays, all is drawn anew under a pointer that rests.
    if (hover === this.#hover || (hover && this.#hover && isSame(hover, this.#hover))) return;
    this.#hover = hover;
    for (const listener of this.#listeners) listener();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

function isSame(a: Hover, b: Hover): boolean {
  const facts = ({ x, atMs, camera, moment, frame, mark, events }: Hover) =>
    JSON.stringify([x, Math.round(atMs), camera.id, moment, frame, mark, events.map(({ id }) => id)]);
  return facts(a) === facts(b);
}
