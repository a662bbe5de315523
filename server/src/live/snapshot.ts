import { open } from 'node:fs/promises';
import { InstantSchema, type StreamName, StreamNameSchema, Type, type UnixMs } from '@nightjar/contract';
import { writeFragment } from '../media/fmp4/index.ts';
import type { StillRequest } from '../media/protocol.ts';
import type { ChunksAround } from '../recording/index.ts';
import { NvrError } from '../shared/errors.ts';
import { requireInstant } from '../shared/instants.ts';
import { type App, CameraParamsSchema, failures } from '../shared/route.ts';
import type { LiveHub } from './hub.ts';

interface SnapshotParts {
  live: LiveHub;
  index: { chunksAround(cameraId: string, at: UnixMs, withinMs: number): Promise<ChunksAround | null> };
  /** Decodes one frame to JPEG. */
  still(request: StillRequest): Promise<Buffer>;
  cameras: {
    /** @throws {NvrError} `camera_not_found`, `substream_not_found` */
    recordedStream(id: string, stream: StreamName | undefined): string;
  };
}

/** A picture of an instant that falls between two recorded ones, when they are no further than this. */
const nearbyMs = 2_000;
/** The worker answers within milliseconds, unless it is being started. */
const replayMs = 2_000;

export function snapshotRoutes(app: App, { live, index, still, cameras }: SnapshotParts): void {
  app.get(
    '/cameras/:id/snapshot.jpg',
    {
      schema: {
        tags: ['Playback'],
        summary: 'A picture, at full resolution',
        description: 'The newest one, or the frame that was shown at `at`.',
        params: CameraParamsSchema,
        querystring: Type.Object({ at: Type.Optional(InstantSchema), stream: Type.Optional(StreamNameSchema) }),
        produces: ['image/jpeg'],
        response: {
          200: Type.Any({ description: 'JPEG.' }),
          ...failures(
            'invalid_request',
            'camera_not_found',
            'substream_not_found',
            'footage_not_found',
            'not_live',
            'snapshot_failed',
            'busy',
          ),
        },
      },
    },
    async ({ params, query }, reply) => {
      const { stream } = query;
      const at = query.at === undefined ? null : requireInstant('at', query.at);
      const request =
        at === null
          ? await newestStill(live, params.id, stream)
          : await recordedStill(index, cameras.recordedStream(params.id, stream), at);
      const caching = at === null ? 'no-store' : 'private, max-age=86400';
      return reply
        .type('image/jpeg')
        .header('cache-control', caching)
        .send(await still(request));
    },
  );
}

/** @throws {NvrError} `camera_not_found`, `substream_not_found`, `not_live` */
async function newestStill(live: LiveHub, cameraId: string, name: StreamName | undefined): Promise<StillRequest> {
  // A substream may have to be connected first; a camera is, unless it is away.
  const stream = name === 'sub' ? await live.open(cameraId, { stream: name }) : live.stream(cameraId);
  await stream.newestKnown(AbortSignal.timeout(replayMs));
  const gop = stream.gops.at(-1);
  if (!gop) throw new NvrError('not_live', 'The camera has sent no picture yet. Its status says why.');
  const pictures = gop.frames.filter(({ track }) => track === 'video');
  const fragment = writeFragment({ sequence: 1, runStartMs: gop.run.startMs, frames: pictures });
  return { init: gop.run.init, chunks: [fragment], targetTicks: null };
}

/** @throws {NvrError} `footage_not_found` */
async function recordedStill(index: SnapshotParts['index'], streamId: string, at: UnixMs): Promise<StillRequest> {
  const around = await index.chunksAround(streamId, at, nearbyMs);
  const [first] = around?.chunks ?? [];
  const last = around?.chunks.at(-1);
  if (!around || !first || !last) throw new NvrError('footage_not_found', 'Nothing is recorded at this instant.');
  await using file = await open(around.file);
  const read = async (offset: number, sizeBytes: number) => {
    const { buffer } = await file.read({ buffer: Buffer.alloc(sizeBytes), position: offset });
    return buffer;
  };
  const init = await read(around.init.offset, around.init.sizeBytes);
  const media = await read(first.offset, last.offset + last.sizeBytes - first.offset);
  const chunks = around.chunks.map(({ offset, sizeBytes }) =>
    media.subarray(offset - first.offset, offset - first.offset + sizeBytes),
  );
  return { init, chunks, targetTicks: around.targetTicks };
}
