import type { StreamName } from '@nightjar/contract';

/** Addresses that a media element or the player opens by itself. */

const camera = (cameraId: string) => `/api/v1/cameras/${encodeURIComponent(cameraId)}`;

/** Where a live stream is watched, by the way of watching. */
export const liveUrl = (
  { cameraId, stream, codec }: { cameraId: string; stream: StreamName; codec: string },
  way: 'index.m3u8' | 'ws' | 'whep',
) => `${camera(cameraId)}/live/${way}?stream=${stream}${codec === 'any' ? '' : `&codec=${codec}`}`;

/** Plays `[fromMs, toMs)`. */
export const playbackPlaylistUrl = (cameraId: string, fromMs: number, toMs: number) =>
  `${camera(cameraId)}/playback.m3u8?from=${Math.floor(fromMs)}&to=${Math.floor(toMs)}`;

/** A JPEG: of now, or of the recorded instant `atMs`. */
export const snapshotUrl = (cameraId: string, atMs?: number) =>
  `${camera(cameraId)}/snapshot.jpg${atMs === undefined ? '' : `?at=${Math.floor(atMs)}`}`;

/** Downloads one of an archive's files; `index` counts from 0. */
export const archiveFileUrl = (jobId: number, index: number) => `/api/v1/archives/${jobId}/files/${index}`;
