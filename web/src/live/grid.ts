import type { TileCount } from '@nightjar/contract';

/** Pictures on one page of the wall. */
export const tileCounts = [1, 4, 9, 16, 25] as const satisfies readonly TileCount[];

/** The fewest tiles that show all `cameras` at once, else the most. */
export const fittingTiles = (cameras: number): TileCount => tileCounts.find((tiles) => tiles >= cameras) ?? 25;

export interface Grid {
  columns: number;
  rows: number;
}

/** All places, also empty ones. */
export const wholeGrid = (tiles: TileCount): Grid => ({ columns: Math.sqrt(tiles), rows: Math.sqrt(tiles) });

/** Columns and rows; no more than needed: two cameras are shown side by side, not above an empty row. */
export function gridOf(tiles: TileCount, cameras: number): Grid {
  const columns = Math.sqrt(tiles);
  const shown = Math.min(Math.max(1, cameras), tiles);
  return { columns: Math.min(columns, shown), rows: Math.min(columns, Math.ceil(shown / columns)) };
}

/** `items` in pieces of `size`; the last one may be shorter. */
export const inPages = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, page) => items.slice(page * size, (page + 1) * size));

const byName = new Intl.Collator('en', { numeric: true });

interface Named {
  name: string;
  group?: string | undefined;
}

/** Group names in use, sorted as people expect. */
export function groupsOf(cameras: readonly Pick<Named, 'group'>[]): string[] {
  const names = new Set(cameras.flatMap(({ group }) => (group ? [group] : [])));
  return [...names].sort(byName.compare);
}

/** By group and name; those without a group last. */
export const inOrder = <T extends Named>(cameras: readonly T[]): T[] =>
  [...cameras].sort(
    (a, b) =>
      Number(!a.group) - Number(!b.group) ||
      byName.compare(a.group ?? '', b.group ?? '') ||
      byName.compare(a.name, b.name),
  );

/** The place that an arrow key leads to from `place`; the same one at an edge. */
export function neighbourOf(place: number, key: string, { columns }: Grid, places: number): number {
  const column = place % columns;
  const inside = (wanted: number) => (wanted >= 0 && wanted < places ? wanted : place);
  switch (key) {
    case 'ArrowLeft':
      return column > 0 ? place - 1 : place;
    case 'ArrowRight':
      return column < columns - 1 ? inside(place + 1) : place;
    case 'ArrowUp':
      return inside(place - columns);
    case 'ArrowDown':
      return inside(place + columns);
    default:
      return place;
  }
}
