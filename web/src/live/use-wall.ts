import { notifications } from '@mantine/notifications';
import type { CameraDto, Layout, TileCount } from '@nightjar/contract';
import { useQueryClient } from '@tanstack/react-query';
import { updateLayout } from '../api/mutations.ts';
import { layoutsQuery } from '../api/queries.ts';
import { useWallAddress } from './use-wall-address.ts';
import { allCameras, wallOf } from './wall.ts';
import { writeWallAddress } from './wall-address.ts';

/** How long a page is shown when nobody has said. */
const usualSeconds = 15;

/** Which wall is shown, how, and what can be done with that; all of it is in the address. */
export function useWall(cameras: CameraDto[], layouts: Layout[]) {
  const { address, change } = useWallAddress();
  const queries = useQueryClient();
  const wall = wallOf({ id: address.layout, tiles: address.tiles }, cameras, layouts);
  const { saved } = wall;
  const rotateSeconds = (address.rotateSeconds ?? saved?.rotateSeconds ?? 0) || null;

  const show = (id: string) => {
    const isSaved = layouts.some((layout) => layout.id === id);
    // How many at once goes from group to group; a saved layout has its own.
    const tiles = isSaved || saved ? null : address.tiles;
    change({ layout: id === allCameras ? null : id, tiles, page: 0, rotateSeconds: null });
  };
  const setRotation = (seconds: number | null) =>
    change({ rotateSeconds: seconds ?? (saved?.rotateSeconds ? 0 : null) });
  /** Shows a layout that has just been saved. */
  const showSaved = (layout: Layout, page = 0) => {
    queries.setQueryData(layoutsQuery.queryKey, (known = []) => [
      ...known.filter(({ id }) => id !== layout.id),
      layout,
    ]);
    change({ layout: layout.id, tiles: null, page, rotateSeconds: null });
  };
  const saveChanges = async () => {
    if (!saved) return;
    try {
      showSaved(await updateLayout(saved.id, { tiles: wall.tiles, rotateSeconds }));
    } catch (error) {
      notifications.show({ color: 'red', message: `Not saved: ${(error as Error).message}` });
    }
  };
  const copyLink = async () => {
    const link = window.location.origin + writeWallAddress({ ...address, page: 0, kiosk: true });
    const copied = await navigator.clipboard?.writeText(link).then(
      () => true,
      () => false,
    );
    // Without HTTPS browsers do not let pages copy.
    notifications.show({ message: copied ? `Copied: ${link}` : link, autoClose: copied ? 5_000 : 30_000 });
  };

  return {
    wall,
    rotateSeconds,
    /** As the address has it; there may be fewer pages now. */
    wantedPage: address.page,
    kiosk: address.kiosk,
    /** Of a layout that the address has and the recorder has not; else null. */
    unknownId: address.layout !== null && address.layout !== wall.id ? address.layout : null,
    /** What is shown differs from what is saved. */
    isChanged: saved !== null && (saved.tiles !== wall.tiles || saved.rotateSeconds !== rotateSeconds),
    show,
    showSaved,
    /** After it was removed. */
    showOther() {
      void queries.invalidateQueries({ queryKey: layoutsQuery.queryKey });
      change({ layout: null, tiles: null, page: 0, rotateSeconds: null });
    },
    setTiles: (tiles: TileCount) => change({ tiles, page: 0 }),
    setPage: (page: number) => change({ page }),
    setKiosk: (kiosk: boolean) => change({ kiosk }),
    setRotation,
    toggleRotation: () => setRotation(rotateSeconds === null ? (saved?.rotateSeconds ?? usualSeconds) : null),
    saveChanges,
    copyLink,
  };
}
