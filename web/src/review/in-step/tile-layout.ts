/** Where one of several pictures is, CSS pixels from the top left. */
export interface Rect {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface TileLayout {
  /** In the order of the cameras. */
  tiles: Rect[];
  /** More than the area's when it has to be scrolled. */
  height: number;
}

interface Area {
  width: number;
  height: number;
}

const gap = 4;
/** Width to height. */
const shape = 16 / 9;
/** Narrower ones show nothing: then fewer stand side by side, and the area is scrolled. */
const narrowest = 150;
/** Of the area, for the pictures beside a large one. */
const stripShare = 0.24;

/** Pictures as large as fit all at once; with `large` (an index), that one as large as leaves a strip for the others. */
export function tileLayout(count: number, area: Area, large: number | null): TileLayout {
  if (count === 0 || area.width <= 0 || area.height <= 0) return { tiles: [], height: 0 };
  if (large === null || count === 1) return evenly(count, area);
  const beside = area.width / area.height > shape;
  const strip = beside
    ? { width: Math.round(area.width * stripShare), height: area.height }
    : { width: area.width, height: Math.round(area.height * stripShare) };
  const rest = beside
    ? { width: area.width - strip.width - gap, height: area.height }
    : { width: area.width, height: area.height - strip.height - gap };
  const others = evenly(count - 1, strip, 0);
  const left = beside ? rest.width + gap : 0;
  const top = beside ? 0 : rest.height + gap;
  const tiles = others.tiles.map((tile) => ({ ...tile, left: tile.left + left, top: tile.top + top }));
  tiles.splice(large, 0, fitted(rest));
  return { tiles, height: Math.max(area.height, top + others.height) };
}

function evenly(count: number, area: Area, leastWidth = narrowest): TileLayout {
  const widthOf = (columns: number) => (area.width - gap * (columns - 1)) / columns;
  const fittingWidth = (columns: number) => {
    const rows = Math.ceil(count / columns);
    return Math.min(widthOf(columns), ((area.height - gap * (rows - 1)) / rows) * shape);
  };
  const choices = Array.from({ length: count }, (_, at) => at + 1);
  let columns = choices.reduce((best, next) => (fittingWidth(next) > fittingWidth(best) + 0.5 ? next : best), 1);
  let width = fittingWidth(columns);
  if (width < leastWidth) {
    columns = Math.max(1, Math.min(count, Math.floor((area.width + gap) / (leastWidth + gap))));
    width = widthOf(columns);
  }
  return placed(count, columns, { width: Math.floor(width), height: Math.floor(width / shape) }, area);
}

/** In the middle of the area, or from its top when they do not fit. */
function placed(count: number, columns: number, tile: Area, area: Area): TileLayout {
  const rows = Math.ceil(count / columns);
  const width = columns * tile.width + (columns - 1) * gap;
  const height = rows * tile.height + (rows - 1) * gap;
  const left = Math.max(0, Math.floor((area.width - width) / 2));
  const top = Math.max(0, Math.floor((area.height - height) / 2));
  const tiles = Array.from({ length: count }, (_, at) => ({
    left: left + (at % columns) * (tile.width + gap),
    top: top + Math.floor(at / columns) * (tile.height + gap),
    ...tile,
  }));
  return { tiles, height: Math.max(area.height, height) };
}

const fitted = (area: Area): Rect => ({
  left: 0,
  top: 0,
  width: Math.floor(area.width),
  height: Math.floor(area.height),
});
