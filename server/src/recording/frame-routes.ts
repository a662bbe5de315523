import { FramesSchema, type StreamName, StreamNameSchema, Type } from '@nightjar/contract';
import { NvrError } from '../shared/errors.ts';
import { RangeQuerySchema, requireRange } from '../shared/instants.ts';
import { type App, CameraParamsSchema, failures } from '../shared/route.ts';
import { type FrameIndex, framesIn } from './frames.ts';

interface FrameRouteParts {
  index: FrameIndex;
  cameras: {
    /** @throws {NvrError} `camera_not_found`, `substream_not_found` */
    recordedStream(id: string, stream: StreamName | undefined): string;
  };
}

const maxRangeMs = 60_000;
/** What browsers keep for an hour never changes; but footage may be cleaned away. */
const keptByBrowsers = 'private, max-age=3600';

export function frameRoutes(app: App, { index, cameras }: FrameRouteParts): void {
  app.get(
    '/cameras/:id/frames',
    {
      schema: {
        tags: ['Recordings'],
        summary: 'When each recorded picture is shown',
        description:
          'All pictures of at most a minute in the order shown, to step from one to the next; read from the tables in the ' +
          'files, without the pictures. Browsers may keep the answer once nothing can be added to it.',
        params: CameraParamsSchema,
        querystring: Type.Object({ ...RangeQuerySchema.properties, stream: Type.Optional(StreamNameSchema) }),
        response: {
          200: FramesSchema,
          ...failures('invalid_request', 'invalid_range', 'camera_not_found', 'substream_not_found'),
        },
      },
    },
    async ({ params, query }, reply) => {
      const streamId = cameras.recordedStream(params.id, query.stream);
      const range = requireRange(query);
      if (range.to - range.from > maxRangeMs) {
        throw new NvrError('invalid_range', 'to: pictures are listed for at most a minute', { field: 'to' });
      }
      const { frames, isFinal } = await framesIn(index, streamId, range);
      if (isFinal) reply.header('cache-control', keptByBrowsers);
      return { frames };
    },
  );
}
