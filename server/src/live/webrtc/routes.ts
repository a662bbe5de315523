import { LiveQuerySchema, Type } from '@nightjar/contract';
import type { FastifyReply } from 'fastify';
import type { WebRtcConfig } from '../../config/index.ts';
import { NvrError } from '../../shared/errors.ts';
import { type App, CameraParamsSchema, failures } from '../../shared/route.ts';
import type { LiveHub } from '../hub.ts';
import { parseOffer } from './offer.ts';
import type { WebRtcSessions } from './sessions.ts';

interface WhepParts {
  live: LiveHub;
  webrtc: WebRtcSessions;
}

const tags = ['Live'];
const sdpType = 'application/sdp';
const fragmentType = 'application/trickle-ice-sdpfrag';
const maxOfferBytes = 64 * 1024;

const SessionParamsSchema = Type.Object({
  ...CameraParamsSchema.properties,
  session: Type.String({ description: 'As `Location` named it.' }),
});

/** Live view over WebRTC: WHEP, the way of RFC 9725 for viewers (draft-ietf-wish-whep). */
export async function whepRoutes(app: App, parts: WhepParts): Promise<void> {
  await app.register(async (scope: App) => {
    acceptSdpOnly(scope);
    offerRoutes(scope, parts);
    sessionRoutes(scope, parts);
  });
}

function offerRoutes(app: App, { live, webrtc }: WhepParts): void {
  app.post(
    '/cameras/:id/live/whep',
    {
      bodyLimit: maxOfferBytes,
      schema: {
        tags,
        summary: 'Live view over WebRTC: offer and answer (WHEP)',
        description: `The body is an SDP offer that receives H.264, and Opus if sound is wanted. \`Location\` is the session, to be deleted when the viewer leaves.`,
        params: CameraParamsSchema,
        querystring: LiveQuerySchema,
        consumes: [sdpType],
        produces: [sdpType],
        body: Type.Unknown({ description: 'SDP offer (RFC 8866, RFC 8829).' }),
        response: {
          201: Type.String({ description: 'SDP answer, with all ICE candidates.' }),
          ...failures(
            ...(['invalid_request', 'body_too_large', 'unsupported_media_type', 'camera_not_found'] as const),
            ...(['substream_not_found', 'live_not_possible', 'not_live', 'encoder_busy', 'busy'] as const),
          ),
        },
      },
    },
    async ({ params, query, body, url }, reply) => {
      const offer = parseOffer(textOf(body));
      webrtc.prepare();
      const stream = await live.open(params.id, query, { reordered: false });
      const { id, answer, etag } = await webrtc.open(stream, offer);
      const location = `${url.split('?')[0]}/${id}`;
      sayIceServers(reply, webrtc.iceServers);
      return reply
        .code(201)
        .type(sdpType)
        .header('location', location)
        .header('etag', etag)
        .header('accept-patch', fragmentType)
        .send(answer);
    },
  );

  app.options(
    '/cameras/:id/live/whep',
    {
      schema: {
        tags,
        summary: 'What WHEP takes here, and the STUN and TURN servers to use',
        params: CameraParamsSchema,
        response: { 204: Type.Null({ description: 'In the headers `Accept-Post` and `Link`.' }) },
      },
    },
    async (_, reply) => {
      webrtc.prepare();
      sayIceServers(reply, webrtc.iceServers);
      return reply.code(204).header('accept-post', sdpType).header('allow', 'POST, OPTIONS').send(null);
    },
  );
}

function sessionRoutes(app: App, { webrtc }: WhepParts): void {
  app.patch(
    '/cameras/:id/live/whep/:session',
    {
      bodyLimit: maxOfferBytes,
      schema: {
        tags,
        summary: 'More ICE candidates of a WebRTC viewer',
        description: 'With `If-Match`, the `ETag` of the answer. ICE cannot be restarted; open another session.',
        params: SessionParamsSchema,
        consumes: [fragmentType],
        body: Type.Unknown({ description: 'Fragment of SDP (RFC 8840).' }),
        response: {
          204: Type.Null({ description: 'Taken.' }),
          ...failures(
            ...(['invalid_request', 'body_too_large', 'unsupported_media_type', 'live_session_not_found'] as const),
            ...(['precondition_failed', 'unsupported_change', 'precondition_required'] as const),
          ),
        },
      },
    },
    async ({ params, headers, body }, reply) => {
      webrtc.addCandidates(params.session, headers['if-match'], linesOf(body));
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/cameras/:id/live/whep/:session',
    {
      schema: {
        tags,
        summary: 'End a WebRTC session',
        params: SessionParamsSchema,
        response: { 204: Type.Null({ description: 'Ended.' }), ...failures('live_session_not_found') },
      },
    },
    async ({ params }, reply) => {
      webrtc.end(params.session);
      return reply.code(204).send(null);
    },
  );
}

/** Bodies become lines: what is checked for control characters like any other input has none of its own then. */
function acceptSdpOnly(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser([sdpType, fragmentType], { parseAs: 'string' }, (request, body, done) => {
    const wanted = request.method === 'PATCH' ? fragmentType : sdpType;
    if (!String(request.headers['content-type']).startsWith(wanted)) return done(wrongType(request.method));
    done(null, String(body).split(/\r\n|\r|\n/));
  });
  app.addContentTypeParser('*', (request, _, done) => done(wrongType(request.method)));
}

const wrongType = (method: string): NvrError =>
  new NvrError(
    'unsupported_media_type',
    method === 'PATCH'
      ? `The body must be a fragment of SDP, with the header content-type: ${fragmentType}.`
      : `The body must be an SDP offer, with the header content-type: ${sdpType}.`,
  );

const linesOf = (body: unknown): string[] => (Array.isArray(body) ? body.map(String) : []);
const textOf = (body: unknown): string => linesOf(body).join('\r\n');

/** RFC 9725 section 4.6. */
function sayIceServers(reply: FastifyReply, servers: WebRtcConfig['servers']): void {
  const links = servers.map(({ urls, username, credential }) =>
    [
      `<${urls}>; rel="ice-server"`,
      ...(username === undefined ? [] : [`username="${quoted(username)}"`]),
      ...(credential === undefined ? [] : [`credential="${quoted(credential)}"`, 'credential-type="password"']),
    ].join('; '),
  );
  if (links.length > 0) reply.header('link', links.join(', '));
}

const quoted = (text: string): string => text.replace(/["\\]/g, '\\$&');
