import { type LiveQuery, LiveQuerySchema, type StreamName, StreamNameSchema, Type } from '@nightjar/contract';
import type { FastifyReply } from 'fastify';
import { NvrError } from '../../shared/errors.ts';
import { type App, CameraParamsSchema, failures } from '../../shared/route.ts';
import { goneSignal } from './gone.ts';
import type { HlsWindow } from './window.ts';

interface MediaSource {
  id: string;
  stream: StreamName;
  codec?: NonNullable<LiveQuery['codec']>;
}

/** Whoever asks for a part ahead of time waits for it, as long as cameras may pause. */
const partPatienceMs = 10_000;

const immutable = 'private, max-age=3600, immutable';

const Params = Type.Object({ ...CameraParamsSchema.properties, stream: StreamNameSchema });
const querystring = Type.Object({ codec: LiveQuerySchema.properties.codec });

const answers = {
  tags: ['Live'],
  querystring,
  produces: ['video/mp4'],
  response: {
    200: Type.Any({ description: 'fMP4 (ISO 14496-12).' }),
    ...failures(
      ...(['invalid_request', 'camera_not_found', 'substream_not_found', 'not_found'] as const),
      ...(['not_live', 'encoder_busy', 'live_not_possible'] as const),
    ),
  },
};

/** What playlists lead to: init segments, segments and parts. */
export function mediaRoutes(app: App, windowOf: (source: MediaSource) => Promise<HlsWindow>): void {
  app.get(
    '/cameras/:id/live/:stream/init/:runId.mp4',
    {
      schema: {
        ...answers,
        summary: 'Initialization segment of a run',
        params: Type.Object({ ...Params.properties, runId: Type.String({ description: 'As the playlist names it.' }) }),
      },
    },
    async ({ params, query }, reply) => send(reply, (await windowOf({ ...params, ...query })).init(params.runId)),
  );

  app.get(
    '/cameras/:id/live/:stream/segments/:sequence.m4s',
    {
      schema: {
        ...answers,
        summary: 'One live media segment',
        params: Type.Object({
          ...Params.properties,
          sequence: Type.Integer({ minimum: 0, description: 'As the playlist names it.' }),
        }),
      },
    },
    async ({ params, query }, reply) => {
      const window = await windowOf({ ...params, ...query });
      return send(reply, window.segment(params.sequence)?.bytes);
    },
  );

  app.get(
    '/cameras/:id/live/:stream/parts/:part.m4s',
    {
      schema: {
        ...answers,
        summary: 'A part of a live media segment',
        description: 'The part that the playlist hints at is answered when it is there.',
        params: Type.Object({
          ...Params.properties,
          part: Type.String({ pattern: '^\\d{1,15}\\.\\d{1,4}$', description: 'As the playlist names it.' }),
        }),
      },
    },
    async ({ params, query }, reply) => {
      const window = await windowOf({ ...params, ...query });
      const [sequence = 0, index = 0] = params.part.split('.').map(Number);
      const isHinted = () => window.open?.sequence === sequence && window.open.parts.length === index;
      const find = () => window.part(sequence, index);
      if (isHinted()) await window.until(() => find() !== null || !isHinted(), partPatienceMs, goneSignal(reply));
      return send(reply, find()?.bytes);
    },
  );
}

/** @throws {NvrError} `not_found` */
function send(reply: FastifyReply, bytes: Buffer | null | undefined): FastifyReply {
  if (!bytes) throw new NvrError('not_found', 'This part of the live view is over. Load the playlist again.');
  return reply.type('video/mp4').header('cache-control', immutable).send(bytes);
}
