import { parseMoment, toLocalIso } from '../time/zone.ts';
import { shortestViewMs } from './view.ts';

/** What the address bar says about the review page, besides the camera in its path. */
export interface ReviewAddress {
  /** Unix ms; null: the newest footage. */
  atMs: number | null;
  /** Visible length of the timeline, ms; null: the whole day. */
  zoomMs: number | null;
}

/** Reads `?at=2026-11-22T14:03:22+01:00&zoom=3600`; what cannot be read counts as not there. */
export function readAddress(search: string): ReviewAddress {
  const query = new URLSearchParams(search);
  const at = query.get('at');
  const zoomMs = Number(query.get('zoom') ?? Number.NaN) * 1000;
  return {
    atMs: at === null ? null : parseMoment(at),
    zoomMs: Number.isFinite(zoomMs) && zoomMs >= shortestViewMs ? zoomMs : null,
  };
}

/** Path and query that `readAddress` reads; `zoomMs` null for the whole day. */
export function writeAddress(cameraId: string, atMs: number, zoomMs: number | null, timeZone: string): string {
  const query = new URLSearchParams({ at: toLocalIso(atMs, timeZone) });
  if (zoomMs !== null) query.set('zoom', String(Math.round(zoomMs / 1000)));
  // A colon needs no escape in a query, and a time without them is hard to read.
  return `/review/${cameraId}?${query.toString().replaceAll('%3A', ':')}`;
}
