import { LiveQuerySchema, Type } from '@nightjar/contract';
import type { FastifyRequest } from 'fastify';
import type { Clock } from '../../shared/clock.ts';
import { NvrError } from '../../shared/errors.ts';
import { type App, CameraParamsSchema, failures } from '../../shared/route.ts';
import type { LiveHub } from '../hub.ts';
import type { LiveViewers } from '../viewers.ts';
import { SocketViewer } from './socket-viewer.ts';
import { StreamFile } from './stream-file.ts';

interface FragmentRouteParts {
  live: LiveHub;
  viewers: LiveViewers;
  clock: Clock;
}

const tags = ['Live'];
const codes = ['invalid_request', 'camera_not_found', 'substream_not_found', 'not_live', 'encoder_busy'] as const;

/** Live media as fMP4 fragments, frame by frame: over a WebSocket, and as an MP4 file without end. */
export function fragmentRoutes(app: App, { live, viewers, clock }: FragmentRouteParts): void {
  app.route({
    method: 'GET',
    url: '/cameras/:id/live/ws',
    schema: {
      tags,
      summary: 'Live view over a WebSocket, for Media Source Extensions',
      description:
        'Text messages are JSON: `run` (then the init segment as a binary message), `gap`, `clock`, `error`. Binary messages are fMP4 fragments.',
      params: CameraParamsSchema,
      querystring: LiveQuerySchema,
      response: {
        101: Type.Null({ description: 'A WebSocket (RFC 6455); failures come as a message `error` and a close code.' }),
        ...failures('invalid_request', 'origin_refused', 'upgrade_required'),
      },
    },
    preValidation: async (request) => requireOwnOrigin(request),
    handler: async () => {
      throw new NvrError('upgrade_required', 'This address speaks WebSocket only.');
    },
    wsHandler: async (socket, { params, query }) => {
      const { id } = params as { id: string };
      const viewer = new SocketViewer(socket, clock);
      const leave = viewers.enter('websocket');
      socket.once('close', leave);
      try {
        viewer.watch(await live.open(id, query as Parameters<LiveHub['open']>[1]));
      } catch (error) {
        viewer.fail(error);
      }
    },
  });

  app.get(
    '/cameras/:id/live/stream.mp4',
    {
      schema: {
        tags,
        summary: 'Live view as an MP4 without end, for any player that reads over HTTP',
        description: 'Ends when the camera reconnects or changes its format; open it again.',
        params: CameraParamsSchema,
        querystring: LiveQuerySchema,
        produces: ['video/mp4'],
        response: { 200: Type.Any({ description: 'Fragmented MP4 (ISO 14496-12).' }), ...failures(...codes) },
      },
    },
    async ({ params, query, method }, reply) => {
      const stream = await live.open(params.id, query);
      reply.type('video/mp4').header('cache-control', 'no-store');
      // What a HEAD request would open nobody would close.
      if (method === 'HEAD') return reply.send('');
      const file = new StreamFile(stream, clock);
      file.once('close', viewers.enter('mp4'));
      return reply.send(file);
    },
  );
}

/**
 * Pages of other sites must not look into the home network: a browser lets them open WebSockets anywhere, but tells where
 * they are from (RFC 6455 section 10.2). Programs that are no browsers send no origin.
 */
function requireOwnOrigin({ headers }: FastifyRequest): void {
  const { origin } = headers;
  if (origin === undefined) return;
  const host = URL.parse(origin)?.host;
  const own = [headers.host, headers['x-forwarded-host']];
  if (host === undefined || !own.includes(host)) {
    throw new NvrError('origin_refused', 'Pages of another site may not watch this recorder.');
  }
}
