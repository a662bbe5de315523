import type { TileCount } from '@nightjar/contract';
import { tileCounts } from './grid.ts';
import { rotationLimits } from './rotation.ts';

/** What the address bar says of the wall; null: what the layout itself says, or what is usual. */
export interface WallAddress {
  layout: string | null;
  tiles: TileCount | null;
  /** From 0; in the address from 1. */
  page: number;
  /** How long each page is shown; 0: pages do not turn. */
  rotateSeconds: number | null;
  /** Nothing but pictures. */
  kiosk: boolean;
}

/** Reads `?layout=shop&tiles=9&page=2&rotate=20&wall`; what cannot be read counts as not there. */
export function readWallAddress(search: string): WallAddress {
  const query = new URLSearchParams(search);
  const number = (name: string) => Number(query.get(name) ?? Number.NaN);
  const page = number('page');
  const rotate = number('rotate');
  const { least, most } = rotationLimits;
  const rotates = Number.isInteger(rotate) && rotate >= least && rotate <= most;
  return {
    layout: query.get('layout') || null,
    tiles: tileCounts.find((tiles) => tiles === number('tiles')) ?? null,
    page: Number.isInteger(page) && page >= 1 ? page - 1 : 0,
    rotateSeconds: rotates || rotate === 0 ? rotate : null,
    kiosk: query.has('wall') && query.get('wall') !== '0',
  };
}

/** Path and query that `readWallAddress` reads. */
export function writeWallAddress({ layout, tiles, page, rotateSeconds, kiosk }: WallAddress): string {
  const query = new URLSearchParams();
  if (layout !== null) query.set('layout', layout);
  if (tiles !== null) query.set('tiles', String(tiles));
  if (page > 0) query.set('page', String(page + 1));
  if (rotateSeconds !== null) query.set('rotate', String(rotateSeconds));
  const text = [query.toString().replaceAll('%3A', ':'), kiosk && 'wall'].filter(Boolean).join('&');
  return text ? `/live?${text}` : '/live';
}
