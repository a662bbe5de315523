import type { FootageSummary, Frames, StreamName, Timeline } from '@nightjar/contract';
import { request } from './client.ts';

/** Of a player's own, outside of what pages cache: it asks for other moments all the time. */

const camera = (cameraId: string) => `/cameras/${encodeURIComponent(cameraId)}`;

export const readFootage = (cameraId: string, signal: AbortSignal) =>
  request<FootageSummary>(`${camera(cameraId)}/footage`, { signal });

export const readTimeline = (
  cameraId: string,
  stream: StreamName,
  { fromMs, toMs }: { fromMs: number; toMs: number },
  signal: AbortSignal,
) =>
  request<Timeline>(`${camera(cameraId)}/timeline?from=${Math.floor(fromMs)}&to=${Math.ceil(toMs)}&stream=${stream}`, {
    signal,
  });

/** Every frame of at most a minute. */
export const readFrames = (
  cameraId: string,
  stream: StreamName,
  { fromMs, toMs }: { fromMs: number; toMs: number },
  signal: AbortSignal,
) =>
  request<Frames>(`${camera(cameraId)}/frames?from=${Math.floor(fromMs)}&to=${Math.ceil(toMs)}&stream=${stream}`, {
    signal,
  });
