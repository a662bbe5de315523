import type { CameraDto, Layout, TileCount } from '@nightjar/contract';
import { isSame, type Places, pagesToArrange } from './arranging.ts';
import { wholeGrid } from './grid.ts';
import { placesOf, type Wall, type WallPage } from './wall.ts';

/** A wall that is being arranged. */
export interface Draft {
  /** The layout that it changes; null: it becomes a new one. */
  layout: Layout | null;
  tiles: TileCount;
  places: Places;
}

/** What follows cameras by itself cannot be arranged: that becomes a new layout. */
export function draftOf(wall: Wall): Draft {
  const layout = wall.saved?.shows === 'cameras' ? wall.saved : null;
  return { layout, tiles: wall.tiles, places: layout?.cameraIds ?? placesOf(wall) };
}

export const isChanged = (draft: Draft, before: Draft): boolean =>
  draft.tiles !== before.tiles || !isSame(draft.places, before.places);

export function pagesOfDraft({ tiles, places }: Draft, cameras: readonly CameraDto[]): WallPage[] {
  const byId = new Map<string, CameraDto>(cameras.map((camera) => [camera.id, camera]));
  return Array.from({ length: pagesToArrange(places, tiles) }, (_, page) => ({
    title: null,
    places: Array.from({ length: tiles }, (_, place) => byId.get(places[page * tiles + place] ?? '') ?? null),
    grid: wholeGrid(tiles),
  }));
}
