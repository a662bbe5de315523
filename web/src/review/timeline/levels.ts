/** What of the recorder's timelines is read at which zoom, in tiles of UTC. Pure. */
import { lengthOf } from './geometry.ts';
import type { View } from './view-store.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

interface Level {
  /** Length of a tile. */
  tileMs: number;
  /** Shorter gaps may be left out. */
  resolutionMs: number;
  /** The longest view this is read for. */
  viewMs: number;
  /** How old what is told of the present may be. */
  freshMs: number;
}

/** From the closest; a pixel of each level's widest view is at least ten times its resolution. */
export const levels: readonly Level[] = [
  { tileMs: 20 * minute, resolutionMs: 0, viewMs: 40 * minute, freshMs: 4_000 },
  { tileMs: 12 * hour, resolutionMs: 1_000, viewMs: 36 * hour, freshMs: 10_000 },
  { tileMs: 4 * day, resolutionMs: 10_000, viewMs: 9 * day, freshMs: 30_000 },
  { tileMs: 16 * day, resolutionMs: 60_000, viewMs: 62 * day, freshMs: 60_000 },
];

export interface TileRange {
  level: number;
  from: number;
  to: number;
}

export const levelFor = (view: View): number => {
  const found = levels.findIndex(({ viewMs }) => lengthOf(view) <= viewMs);
  return found < 0 ? levels.length - 1 : found;
};

/** Tiles of a level that a range touches, oldest first. */
export function tilesOf(range: View, level: number): TileRange[] {
  const { tileMs } = levels[level] as Level;
  const tiles: TileRange[] = [];
  for (let from = Math.floor(range.from / tileMs) * tileMs; from < range.to; from += tileMs) {
    tiles.push({ level, from, to: from + tileMs });
  }
  return tiles;
}

/** The tile that `tile` is part of, one level further away; none above the last. */
export function parentOf({ level, from, to }: TileRange): TileRange | undefined {
  const above = levels[level + 1];
  if (!above) return undefined;
  // No tile reaches over the border of a coarser one: each length divides the next.
  const start = Math.floor(from / above.tileMs) * above.tileMs;
  return to <= start + above.tileMs ? { level: level + 1, from: start, to: start + above.tileMs } : undefined;
}

export const keyOf = ({ level, from }: TileRange): string => `${level}/${from}`;

/** What of a range is drawn from which tile; `tile` null: not known yet. */
export interface Piece<Tile> {
  from: number;
  to: number;
  tile: Tile | null;
}

/**
 * `view` in pieces, oldest first, each from the best tile there is: that of the right level, else a coarser one, else
 * finer ones. So what was seen once stays while better is being read.
 */
export function piecesOf<Tile>(view: View, find: (tile: TileRange) => Tile | undefined): Array<Piece<Tile>> {
  const pieces: Array<Piece<Tile>> = [];
  const add = (from: number, to: number, tile: Tile | null) => {
    const last = pieces.at(-1);
    if (last && last.tile === tile && last.to === from) last.to = to;
    else pieces.push({ from, to, tile });
  };
  for (const slot of tilesOf(view, levelFor(view))) {
    const from = Math.max(slot.from, view.from);
    const to = Math.min(slot.to, view.to);
    const whole = ofSelfOrAbove(slot, find);
    if (whole) add(from, to, whole);
    else addFiner({ from, to }, slot.level - 1, find, add);
  }
  return pieces;
}

function ofSelfOrAbove<Tile>(slot: TileRange, find: (tile: TileRange) => Tile | undefined): Tile | undefined {
  for (let at: TileRange | undefined = slot; at; at = parentOf(at)) {
    const tile = find(at);
    if (tile) return tile;
  }
  return undefined;
}

function addFiner<Tile>(
  range: View,
  level: number,
  find: (tile: TileRange) => Tile | undefined,
  add: (from: number, to: number, tile: Tile | null) => void,
): void {
  if (level < 0) {
    add(range.from, range.to, null);
    return;
  }
  for (const slot of tilesOf(range, level)) {
    const from = Math.max(slot.from, range.from);
    const to = Math.min(slot.to, range.to);
    const tile = find(slot);
    if (tile) add(from, to, tile);
    // Twenty minutes here and there in a month are not worth the search.
    else if (level > 1) addFiner({ from, to }, level - 1, find, add);
    else add(from, to, null);
  }
}
