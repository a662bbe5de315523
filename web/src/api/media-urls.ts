import type { StreamName } from '@nightjar/contract';

/** Addresses that a media element or the player opens by itself. */

const camera = (cameraId: string) => `/api/v1/cameras/${encodeURIComponent(cameraId)}`;

/** Where a live stream is watched, by the way of watching. */
export const liveUrl = (
  { cameraId, stream, codec }: { cameraId: string; stream: StreamName; codec: string },
  way: 'index.m3u8' | 'ws' | 'whep',
) => `${camera(cameraId)}/live/${way}?stream=${stream}${codec === 'any' ? '' : `&codec=${codec}`}`;

/** Plays `[fromMs, toMs)`. */
export const playbackPlaylistUrl = (cameraId: string, stream: StreamName, fromMs: number, toMs: number) =>
  `${camera(cameraId)}/playback.m3u8?from=${Math.floor(fromMs)}&to=${Math.floor(toMs)}&stream=${stream}`;

/** A JPEG: of now, or of the recorded instant `atMs`. */
export const snapshotUrl = (cameraId: string, atMs?: number) =>
  `${camera(cameraId)}/snapshot.jpg${atMs === undefined ? '' : `?at=${Math.floor(atMs)}`}`;

/** Downloads one of an archive's files; `index` counts from 0. */
export const archiveFileUrl = (jobId: number, index: number) => `/api/v1/archives/${jobId}/files/${index}`;

export interface WindowQuery {
  fromMs: number;
  toMs: number;
  /** Begins where another window ended. */
  continues?: boolean;
  /** What has no sound gets silence. */
  sound?: boolean;
}

/** A playlist of at most an hour, to be strung together with others. */
export function windowUrl(cameraId: string, stream: StreamName, window: WindowQuery): string {
  const { fromMs, toMs, continues = false, sound = false } = window;
  const flags = `${continues ? '&continues=true' : ''}${sound ? '&sound=true' : ''}&stream=${stream}`;
  return `${camera(cameraId)}/playback/window.m3u8?from=${Math.round(fromMs)}&to=${Math.round(toMs)}${flags}`;
}

/** A playlist of keyframes, `speed` times faster than life; of at most two days. */
export const fastPlaylistUrl = (
  cameraId: string,
  stream: StreamName,
  { fromMs, toMs, speed, reverse }: { fromMs: number; toMs: number; speed: number; reverse: boolean },
) =>
  `${camera(cameraId)}/playback/fast.m3u8?from=${Math.floor(fromMs)}&to=${Math.ceil(toMs)}&speed=${speed}${reverse ? '&reverse=true' : ''}&stream=${stream}`;
