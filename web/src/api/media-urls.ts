/** Addresses that a media element or the player opens by itself. */

const camera = (cameraId: string) => `/api/v1/cameras/${encodeURIComponent(cameraId)}`;

export const livePlaylistUrl = (cameraId: string) => `${camera(cameraId)}/live/index.m3u8`;

/** Plays `[fromMs, toMs)`. */
export const playbackPlaylistUrl = (cameraId: string, fromMs: number, toMs: number) =>
  `${camera(cameraId)}/playback.m3u8?from=${Math.floor(fromMs)}&to=${Math.floor(toMs)}`;

/** A JPEG: of now, or of the recorded instant `atMs`. */
export const snapshotUrl = (cameraId: string, atMs?: number) =>
  `${camera(cameraId)}/snapshot.jpg${atMs === undefined ? '' : `?at=${Math.floor(atMs)}`}`;

/** Downloads one of an archive's files; `index` counts from 0. */
export const archiveFileUrl = (jobId: number, index: number) => `/api/v1/archives/${jobId}/files/${index}`;
