import type { CameraDto, Layout, TileCount } from '@nightjar/contract';
import { fittingTiles, type Grid, gridOf, groupsOf, inOrder, inPages, wholeGrid } from './grid.ts';

/** One screenful. */
export interface WallPage {
  /** The group whose page it is; null where pages have no name of their own. */
  title: string | null;
  /** null: an empty place. */
  places: (CameraDto | null)[];
  grid: Grid;
}

/** What the live page shows. */
export interface Wall {
  /** `all`, `groups`, `group:…` or the id of a saved layout. */
  id: string;
  name: string;
  /** null for those that are there without being saved. */
  saved: Layout | null;
  tiles: TileCount;
  /** At least one. */
  pages: WallPage[];
}

type Shown = Pick<Layout, 'shows' | 'cameraIds' | 'groups'>;

export const allCameras = 'all';
export const groupsInTurn = 'groups';
const groupPrefix = 'group:';

export interface WallChoice {
  id: string;
  name: string;
  kind: 'automatic' | 'group' | 'saved';
}

/** Everything that can be chosen to be shown. */
export function wallChoices(cameras: readonly CameraDto[], layouts: readonly Layout[]): WallChoice[] {
  const groups = groupsOf(cameras);
  return [
    { id: allCameras, name: 'All cameras', kind: 'automatic' },
    ...(groups.length > 1 ? [{ id: groupsInTurn, name: 'Groups in turn', kind: 'automatic' } as const] : []),
    ...groups.map((name) => ({ id: groupPrefix + name, name, kind: 'group' }) as const),
    ...layouts.map(({ id, name }) => ({ id, name, kind: 'saved' }) as const),
  ];
}

interface WallWish {
  /** What the address says; unknown ones, and null, are all cameras. */
  id: string | null;
  /** null: as many as the layout has, or as fit. */
  tiles: TileCount | null;
}

export function wallOf(wish: WallWish, cameras: readonly CameraDto[], layouts: readonly Layout[]): Wall {
  const known = wallChoices(cameras, layouts).find(({ id }) => id === wish.id);
  const { id, name } = known ?? { id: allCameras, name: 'All cameras' };
  const saved = layouts.find((layout) => layout.id === id) ?? null;
  const shown = saved ?? shownBy(id);
  const most = Math.max(...partsOf(shown, cameras).map(({ places }) => places.length), 0);
  const tiles = wish.tiles ?? saved?.tiles ?? fittingTiles(most);
  return { id, name, saved, tiles, pages: pagesOf(shown, cameras, tiles) };
}

/** Of a layout that is not saved. */
function shownBy(id: string): Shown {
  if (id === groupsInTurn) return { shows: 'groups', groups: [], cameraIds: [] };
  if (id.startsWith(groupPrefix)) return { shows: 'groups', groups: [id.slice(groupPrefix.length)], cameraIds: [] };
  return { shows: 'all', groups: [], cameraIds: [] };
}

/** What a layout that is saved now as this wall has to say. */
export const settingsOf = ({ id, saved }: Pick<Wall, 'id' | 'saved'>): Shown => {
  const { shows, groups, cameraIds } = saved ?? shownBy(id);
  return { shows, groups, cameraIds };
};

export function pagesOf(shown: Shown, cameras: readonly CameraDto[], tiles: TileCount): WallPage[] {
  const isFixed = shown.shows === 'cameras';
  const pages = partsOf(shown, cameras).flatMap(({ title, places }) =>
    inPages(places, tiles).map((page) => ({
      title,
      places: isFixed ? [...page, ...Array<null>(tiles - page.length).fill(null)] : page,
      grid: isFixed ? wholeGrid(tiles) : gridOf(tiles, page.length),
    })),
  );
  const seen = pages.filter(({ places }) => places.some((camera) => camera !== null));
  return seen.length > 0 ? seen : [{ title: null, places: [], grid: wholeGrid(1) }];
}

/** What begins a page of its own. */
function partsOf(
  { shows, groups, cameraIds }: Shown,
  cameras: readonly CameraDto[],
): { title: string | null; places: (CameraDto | null)[] }[] {
  switch (shows) {
    case 'all':
      return [{ title: null, places: inOrder(cameras) }];
    case 'groups': {
      const names: (string | undefined)[] = groups.length > 0 ? groups : [...groupsOf(cameras), undefined];
      return names.map((name) => ({
        title: name ?? 'Other cameras',
        places: inOrder(cameras.filter(({ group }) => (group || undefined) === name)),
      }));
    }
    case 'cameras': {
      const byId = new Map<string, CameraDto>(cameras.map((camera) => [camera.id, camera]));
      return [{ title: null, places: cameraIds.map((id) => (id === null ? null : (byId.get(id) ?? null))) }];
    }
  }
}

/** The place of each camera as a layout keeps it: page after page, without the empty places at the end. */
export function placesOf({ pages, tiles }: Pick<Wall, 'pages' | 'tiles'>): (string | null)[] {
  const places = pages.flatMap((page) => Array.from({ length: tiles }, (_, place) => page.places[place]?.id ?? null));
  return places.slice(0, places.findLastIndex((id) => id !== null) + 1);
}

/** How many cameras are on other pages than this. */
export function elsewhere({ pages }: Pick<Wall, 'pages'>, page: number): number {
  const count = (places: WallPage['places'] = []) => places.filter((camera) => camera !== null).length;
  return pages.reduce((sum, { places }, index) => (index === page ? sum : sum + count(places)), 0);
}
