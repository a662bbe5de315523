import { ApiFailure, apiFailureOf } from './client.ts';

/** One keyframe as MP4. */
export interface KeyframeFile {
  bytes: ArrayBuffer;
  /** RFC 6381. */
  codec: string;
  /** When it was shown, Unix ms. */
  atMs: number;
}

/** The keyframe at or before `atMs`. @throws {ApiFailure} `footage_not_found` where nothing is recorded. */
export async function readKeyframe(cameraId: string, atMs: number, signal: AbortSignal): Promise<KeyframeFile> {
  const response = await answer(`${camera(cameraId)}/keyframe.mp4?at=${Math.floor(atMs)}`, signal);
  const codec = /codecs="?([^";]+)/.exec(response.headers.get('content-type') ?? '')?.[1] ?? '';
  return { bytes: await response.arrayBuffer(), codec, atMs: frameAt(response, atMs) };
}

/** The same picture, decoded by the recorder: a JPEG of about this width. @throws {ApiFailure} also `busy` */
export async function readThumbnail(
  cameraId: string,
  atMs: number,
  width: number,
  signal: AbortSignal,
): Promise<{ jpeg: Blob; atMs: number }> {
  const url = `${camera(cameraId)}/snapshot.jpg?at=${Math.floor(atMs)}&width=${Math.ceil(width)}`;
  const response = await answer(url, signal);
  return { jpeg: await response.blob(), atMs: frameAt(response, atMs) };
}

const camera = (cameraId: string) => `/api/v1/cameras/${encodeURIComponent(cameraId)}`;

async function answer(url: string, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ApiFailure('offline', 'The recorder does not answer. Is it running, and is the network up?');
  }
  if (!response.ok) throw await apiFailureOf(response);
  return response;
}

const frameAt = (response: Response, asked: number): number => Number(response.headers.get('x-frame-at') ?? asked);
