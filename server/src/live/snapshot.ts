import { open } from 'node:fs/promises';
import { InstantSchema, type StreamName, StreamNameSchema, Type, type UnixMs } from '@nightjar/contract';
import { writeFragment } from '../media/fmp4/index.ts';
import type { StillRequest } from '../media/protocol.ts';
import { findKeyframe, type KeyframeIndex, nearbyMs, readKeyframeAt, whileThere } from '../playback/keyframe.ts';
import { frameAtHeader } from '../playback/keyframe-routes.ts';
import { NvrError } from '../shared/errors.ts';
import { requireInstant } from '../shared/instants.ts';
import { type App, CameraParamsSchema, failures } from '../shared/route.ts';
import type { LiveHub } from './hub.ts';
import { Thumbnails } from './thumbnails.ts';

interface SnapshotParts {
  live: LiveHub;
  index: KeyframeIndex;
  /** Decodes one frame to JPEG. */
  still(request: StillRequest): Promise<Buffer>;
  cameras: {
    /** @throws {NvrError} `camera_not_found`, `substream_not_found` */
    recordedStream(id: string, stream: StreamName | undefined): string;
  };
}

/** Widths of small pictures are multiples of this, so that pages of every layout share them. */
const widthStep = 80;
const maxWidth = 1_280;

/** The worker answers within milliseconds, unless it is being started. */
const replayMs = 2_000;

export function snapshotRoutes(app: App, { live, index, still, cameras }: SnapshotParts): void {
  const thumbnails = new Thumbnails({ still });
  app.get(
    '/cameras/:id/snapshot.jpg',
    {
      schema: {
        tags: ['Playback'],
        summary: 'A picture, at full resolution or small',
        description:
          'The newest one, or the frame that was shown at `at`. With `width` a small one, quickly: of a recorded instant, ' +
          'the keyframe at or before it; `X-Frame-At` tells when that was shown, Unix milliseconds.',
        params: CameraParamsSchema,
        querystring: Type.Object({
          at: Type.Optional(InstantSchema),
          width: Type.Optional(
            Type.String({
              pattern: '^\\d{1,4}$',
              errorMessage: 'must be a whole number',
              description: `At most so many pixels wide, up to ${maxWidth}; rounded up to a multiple of ${widthStep}.`,
            }),
          ),
          stream: Type.Optional(StreamNameSchema),
        }),
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
      const width = query.width === undefined ? undefined : roundedWidth(Number(query.width));
      reply.type('image/jpeg');
      if (at === null) {
        const request = await newestStill(live, params.id, stream);
        return reply.header('cache-control', 'no-store').send(await still(withWidth(request, width)));
      }
      const streamId = cameras.recordedStream(params.id, stream);
      if (width === undefined) {
        const request = await recordedStill(index, streamId, at);
        return reply.header('cache-control', forADay).send(await still(request));
      }
      const place = await findKeyframe(index, streamId, at);
      const { jpeg, atMs } = await thumbnails.of(`${place.key} ${width}`, async () => {
        const { init, fragment, atMs } = await readKeyframeAt(index, streamId, place);
        return { request: { init, chunks: [fragment], targetTicks: null, width }, atMs };
      });
      return reply
        .header('cache-control', place.final ? forADay : 'no-store')
        .header(frameAtHeader, atMs)
        .send(jpeg);
    },
  );
}

const forADay = 'private, max-age=86400';

const roundedWidth = (wanted: number): number =>
  Math.min(Math.max(Math.ceil(wanted / widthStep), 1) * widthStep, maxWidth);

const withWidth = (request: StillRequest, width: number | undefined): StillRequest =>
  width === undefined ? request : { ...request, width };

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
async function recordedStill(index: KeyframeIndex, streamId: string, at: UnixMs): Promise<StillRequest> {
  const around = await index.chunksAround(streamId, at, nearbyMs);
  const [first] = around?.chunks ?? [];
  const last = around?.chunks.at(-1);
  if (!around || !first || !last) throw new NvrError('footage_not_found', 'Nothing is recorded at this instant.');
  return whileThere(index, streamId, around, async () => {
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
  });
}
