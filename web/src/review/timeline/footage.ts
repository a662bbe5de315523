import type { Gap, Span, Timelines } from '@nightjar/contract';
import { isWanted } from '../../cameras/coverage.ts';
import { lengthOf } from './geometry.ts';
import { keyOf, levelFor, levels, type Piece, parentOf, piecesOf, type TileRange, tilesOf } from './levels.ts';
import { Loader, type Wish } from './loader.ts';
import { Pyramid } from './pyramid.ts';
import type { View } from './view-store.ts';

/** As it is drawn: recorded; not, though it should have been; not wanted; cleaned away. */
export const kinds = ['recorded', 'missing', 'off', 'removed'] as const;
export type Kind = (typeof kinds)[number];

export const kindOf = ({ cause }: Gap): Kind => (cause === 'removed' ? 'removed' : isWanted(cause) ? 'off' : 'missing');

/** A camera in a tile. */
export interface Track {
  spans: readonly Span[];
  gaps: readonly Gap[];
  shapes: Record<Kind, Pyramid>;
  /** What goes on at the end of what is told, if that is the present: it is drawn on until it is read again. */
  present: { kind: Kind; from: number; gap: Gap | null } | null;
}

export interface Tile {
  range: TileRange;
  tracks: ReadonlyMap<string, Track>;
}

/** What there is at an instant of a camera. */
export type Moment =
  | { state: 'recorded' }
  /** `from` or `to` null: reaches beyond what is known here. */
  | { state: 'gap'; cause: Gap['cause']; from: number | null; to: number | null; isOver: boolean }
  | { state: 'future' }
  /** Before the camera was added. */
  | { state: 'nothing' }
  | { state: 'unknown' };

interface FootageOptions {
  /** The recorder's clock, Unix ms. */
  now(): number;
  read(range: View & { resolutionMs: number }, signal: AbortSignal): Promise<Timelines>;
  onChange(): void;
}

/** The present is what was told less than this before it was asked for: a group of pictures is on its way that long. */
const presentMs = 15_000;
/** The past changes too: it is cleaned away. */
const pastFreshMs = 600_000;
/** Tiles; each has all cameras. */
const keep = 120;
/** How far from a gap the pointer may be to mean it. */
const pointingPx = 3;

/** What is recorded of some cameras, read in tiles about the view and kept. */
export class Footage {
  readonly #now: () => number;
  readonly #tiles: Loader<TileRange, Tile>;

  constructor({ now, read, onChange }: FootageOptions) {
    this.#now = now;
    this.#tiles = new Loader({
      keyOf,
      now,
      onChange,
      keep,
      async load(tile, signal) {
        const askedAt = now();
        const { resolutionMs } = levels[tile.level] as (typeof levels)[number];
        const { cameras } = await read({ from: tile.from, to: tile.to, resolutionMs }, signal);
        return { range: tile, tracks: new Map(cameras.map((camera) => [camera.cameraId, trackOf(camera, askedAt)])) };
      },
    });
  }

  /** Reads what is missing of `view` or too old; then what a zoom or a pan would need next. */
  want(view: View): void {
    const now = this.#now();
    const level = levelFor(view);
    const shown = tilesOf(view, level);
    const [first, last] = [shown[0], shown.at(-1)];
    const beside = first && last ? [beforeOf(first), afterOf(last)] : [];
    const above = shown.map(parentOf).filter((tile) => tile !== undefined);
    const wishes = new Map<string, Wish<TileRange>>();
    for (const request of [...shown, ...above, ...beside]) {
      if (request.from >= now) continue;
      const { freshMs } = levels[request.level] as (typeof levels)[number];
      const maxAgeMs = request.to > now - presentMs ? freshMs : pastFreshMs;
      if (!wishes.has(keyOf(request))) wishes.set(keyOf(request), { request, maxAgeMs });
    }
    this.#tiles.want([...wishes.values()]);
  }

  pieces(view: View): Array<Piece<Tile>> {
    return piecesOf(view, this.#find);
  }

  /** Why something of `view` cannot be shown. */
  failure(view: View): Error | undefined {
    const tiles = tilesOf(view, levelFor(view)).map((tile) => this.#tiles.entry(tile));
    return tiles.find((entry) => entry?.error && entry.value === undefined)?.error;
  }

  /** All is to be read anew: a camera changed its state, or somebody asked for another try. */
  expire(): void {
    this.#tiles.expire();
  }

  destroy(): void {
    this.#tiles.destroy();
  }

  /**
   * What is at `atMs`, as exactly as it is shown in `view`. A gap that should not be counts from some pixels around, so
   * that thin ones can be pointed at.
   */
  at(cameraId: string, atMs: number, view: View, width: number, nearPx = pointingPx): Moment {
    const now = this.#now();
    if (atMs >= now) return { state: 'future' };
    const track = this.#trackAt(cameraId, atMs, levelFor(view));
    if (track === undefined) return { state: 'unknown' };
    if (track === null) return { state: 'nothing' };
    const nearMs = (nearPx * lengthOf(view)) / Math.max(1, width);
    const away = (gap: Gap) => Math.max(gap.from - atMs, atMs - gap.to, 0);
    const near = track.gaps
      .filter((gap) => gap.from < atMs + nearMs && gap.to > atMs - nearMs && kindOf(gap) === 'missing')
      .toSorted((a, b) => away(a) - away(b))[0];
    const isPresent = track.present !== null && atMs >= track.present.from;
    const gap =
      near ?? track.gaps.find(({ from, to }) => from <= atMs && atMs < to) ?? (isPresent && track.present?.gap);
    if (gap) return this.#whole(cameraId, gap, now);
    const isRecorded = isPresent || track.spans.some(({ from, to }) => from <= atMs && atMs < to);
    return { state: isRecorded ? 'recorded' : 'nothing' };
  }

  /** Beginnings and ends of what is not recorded though it should be, within what is loaded around `view`; in order. */
  missingEdges(cameraId: string, view: View): number[] {
    const edges: number[] = [];
    for (const { tile } of this.pieces(view)) {
      for (const gap of tile?.tracks.get(cameraId)?.gaps ?? [])
        if (kindOf(gap) === 'missing') edges.push(gap.from, gap.to);
    }
    return [...new Set(edges)].sort((a, b) => a - b);
  }

  readonly #find = (tile: TileRange): Tile | undefined => this.#tiles.entry(tile)?.value;

  /** From the tile that is drawn; undefined: not read yet; null: the camera is not in what was read. */
  #trackAt(cameraId: string, atMs: number, level: number): Track | null | undefined {
    const all = [...levels.keys()];
    const order = [...all.slice(level), ...all.slice(0, level).reverse()];
    for (const index of order) {
      const tile = this.#tileAt(atMs, index);
      if (tile) return tile.tracks.get(cameraId) ?? null;
    }
    return undefined;
  }

  /** A gap is told in pieces, cut at the borders of tiles: put together again from the tiles that are there. */
  #whole(cameraId: string, gap: Gap, now: number): Moment {
    const ahead = this.#follow(cameraId, gap, 'to', now);
    const behind = this.#follow(cameraId, gap, 'from', now);
    return { state: 'gap', cause: gap.cause, from: behind, to: ahead === 'now' ? now : ahead, isOver: ahead !== 'now' };
  }

  #follow<Edge extends 'from' | 'to'>(
    cameraId: string,
    gap: Gap,
    edge: Edge,
    now: number,
  ): Edge extends 'from' ? number | null : number | null | 'now';
  #follow(cameraId: string, gap: Gap, edge: 'from' | 'to', now: number): number | null | 'now' {
    let at = gap[edge];
    for (let steps = 0; steps < 100; steps += 1) {
      if (edge === 'to' && at >= now - presentMs) return 'now';
      const beyond = edge === 'to' ? at : at - 1;
      const tracks = levels.map((_, level) => this.#tileAt(beyond, level)?.tracks.get(cameraId));
      if (tracks.every((track) => track === undefined)) return null;
      const next = tracks
        .flatMap((track) => track?.gaps ?? [])
        .filter(({ from, to, cause }) => cause === gap.cause && from <= beyond && beyond < to)
        .map((found) => found[edge]);
      const further = edge === 'to' ? Math.max(at, ...next) : Math.min(at, ...next);
      if (further === at) return at;
      at = further;
    }
    return at;
  }

  #tileAt(atMs: number, level: number): Tile | undefined {
    const [tile] = tilesOf({ from: atMs, to: atMs + 1 }, level);
    return tile && this.#find(tile);
  }
}

function trackOf({ spans, gaps }: { spans: Span[]; gaps: Gap[] }, askedAt: number): Track {
  const ofKind = (kind: Kind) => new Pyramid(kind === 'recorded' ? spans : gaps.filter((gap) => kindOf(gap) === kind));
  const shapes = {
    recorded: ofKind('recorded'),
    missing: ofKind('missing'),
    off: ofKind('off'),
    removed: ofKind('removed'),
  };
  const span = spans.at(-1);
  const gap = gaps.at(-1) ?? null;
  const last = gap && gap.to > (span?.to ?? 0) ? gap : span;
  if (!last || last.to < askedAt - presentMs) return { spans, gaps, shapes, present: null };
  const present =
    last === gap ? { kind: kindOf(gap), from: gap.to, gap } : { kind: 'recorded' as const, from: last.to, gap: null };
  return { spans, gaps, shapes, present };
}

const beforeOf = ({ level, from, to }: TileRange): TileRange => ({ level, from: from - (to - from), to: from });
const afterOf = ({ level, from, to }: TileRange): TileRange => ({ level, from: to, to: to + (to - from) });
