import { InstantSchema, type StreamName, StreamNameSchema, Type } from '@nightjar/contract';
import { requireInstant } from '../shared/instants.ts';
import { type App, CameraParamsSchema, failures } from '../shared/route.ts';
import { findKeyframe, type KeyframeIndex, readKeyframeAt } from './keyframe.ts';
import { immutable } from './segment-file.ts';

interface KeyframeRouteParts {
  index: KeyframeIndex;
  cameras: {
    /** @throws {NvrError} `camera_not_found`, `substream_not_found` */
    recordedStream(id: string, stream: StreamName | undefined): string;
  };
}

/** Response header: when the picture was shown, Unix milliseconds. */
export const frameAtHeader = 'x-frame-at';

export function keyframeRoutes(app: App, { index, cameras }: KeyframeRouteParts): void {
  app.get(
    '/cameras/:id/keyframe.mp4',
    {
      schema: {
        tags: ['Playback'],
        summary: 'The keyframe of a moment, for decoding in the browser',
        description:
          'The picture at or before `at`, as MP4 with this one frame; the media type names its codec, and ' +
          '`X-Frame-At` tells when it was shown, Unix milliseconds. Nothing is decoded on the recorder.',
        params: CameraParamsSchema,
        querystring: Type.Object({ at: InstantSchema, stream: Type.Optional(StreamNameSchema) }),
        response: {
          200: Type.Unsafe<unknown>({ type: 'string', format: 'binary', description: 'Fragmented MP4, video/mp4' }),
          ...failures('invalid_request', 'camera_not_found', 'substream_not_found', 'footage_not_found'),
        },
      },
    },
    async ({ params, query }, reply) => {
      const streamId = cameras.recordedStream(params.id, query.stream);
      const place = await findKeyframe(index, streamId, requireInstant('at', query.at));
      const { init, fragment, codec, atMs } = await readKeyframeAt(index, streamId, place);
      return reply
        .header('cache-control', place.final ? immutable : 'no-store')
        .header(frameAtHeader, atMs)
        .type(`video/mp4; codecs="${codec}"`)
        .send(Buffer.concat([init, fragment]));
    },
  );
}
