import { parseMoment, toLocalIso } from '../time/zone.ts';

/** What the address bar says about the review page, besides the camera in its path. */
export interface ReviewAddress {
  /** Unix ms; null: the newest footage. */
  atMs: number | null;
  /** Visible length of the timeline, ms; null: the whole day. */
  zoomMs: number | null;
  /** Cameras shown beside the one in the path, in step with it. */
  besides: readonly string[];
}

/** The closest zoom: a second over the whole width. */
const shortestZoomMs = 1_000;
/** Pictures shown in step, that of the path among them. */
export const mostInStep = 16;

/** Reads `?at=2026-11-22T14:03:22.480+01:00&zoom=3600&with=yard,garage`; what cannot be read counts as not there. */
export function readAddress(search: string): ReviewAddress {
  const query = new URLSearchParams(search);
  const at = query.get('at');
  const zoomMs = Number(query.get('zoom') ?? Number.NaN) * 1000;
  const besides = (query.get('with') ?? '').split(',').filter((id) => id !== '');
  return {
    atMs: at === null ? null : parseMoment(at),
    zoomMs: Number.isFinite(zoomMs) && zoomMs >= shortestZoomMs ? zoomMs : null,
    besides: [...new Set(besides)].slice(0, mostInStep - 1),
  };
}

interface Shown {
  /** The first is in the path. */
  cameraIds: readonly [string, ...string[]];
  atMs: number;
  /** null for the whole day. */
  zoomMs: number | null;
}

/** Path and query that `readAddress` reads. */
export function writeAddress({ cameraIds: [first, ...besides], atMs, zoomMs }: Shown, timeZone: string): string {
  const query = new URLSearchParams({ at: toLocalIso(atMs, timeZone) });
  if (zoomMs !== null) query.set('zoom', String(Math.round(zoomMs) / 1000));
  if (besides.length > 0) query.set('with', besides.join(','));
  // Neither needs an escape in a query, and an address without them can be read.
  return `/review/${first}?${query.toString().replaceAll('%3A', ':').replaceAll('%2C', ',')}`;
}
