import type { StreamName } from '@nightjar/contract';

const subSuffix = '.sub';

/** What workers, live view and index know a camera's stream by: the camera's id, or for its substream one that no camera has. */
export const streamIdOf = (cameraId: string, stream: StreamName = 'main'): string =>
  stream === 'sub' ? `${cameraId}${subSuffix}` : cameraId;

export function readStreamId(streamId: string): { cameraId: string; stream: StreamName } {
  const isSub = streamId.endsWith(subSuffix);
  return { cameraId: isSub ? streamId.slice(0, -subSuffix.length) : streamId, stream: isSub ? 'sub' : 'main' };
}

/** Both streams of a camera, whether it has a substream or not: all that its footage can be under. */
export const streamIdsOf = (cameraId: string): [main: string, sub: string] => [cameraId, streamIdOf(cameraId, 'sub')];
