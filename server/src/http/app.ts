import { randomBytes } from 'node:crypto';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import websocket from '@fastify/websocket';
import type { RecorderInfo } from '@nightjar/contract';
import Fastify, { type FastifyBaseLogger, type FastifyServerOptions, LogController } from 'fastify';
import type { Clock } from '../shared/clock.ts';
import { NvrError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { App, Routes } from '../shared/route.ts';
import { handleClientError, handleError, sendError } from './errors.ts';
import { type EventHub, eventRoutes } from './events.ts';
import { healthRoutes, type Readiness, recorderRoutes } from './health.ts';
import { watchMethods } from './method-not-allowed.ts';
import { compression, securityHeaders } from './protection.ts';
import { referenceRoutes } from './reference.ts';
import { validatorCompiler } from './validation.ts';
import { asksForPage, webFiles } from './web.ts';

export interface AppParts {
  log: Logger;
  clock: Clock;
  version: string;
  /** IANA name. */
  timeZone: string;
  /** null: there is no RTSP output. */
  rtspPort: number | null;
  /** Declare their paths without `/api/v1`. */
  routes: Routes[];
  /** Declare their paths as they are: what programs expect at a fixed place. */
  rootRoutes?: Routes[];
  /** Ended when the app closes. */
  events: EventHub;
  readiness(): Readiness;
  demoSources(): RecorderInfo['demoSources'];
  /** Folder of the built web interface; without one there is only the API. */
  webRoot?: string;
}

/** Viewers have nothing to say. */
const maxSocketMessageBytes = 4_096;
/** Downloads get this long to finish when the recorder stops. */
const closeGraceMs = 2_000;

/** Everything the recorder answers over HTTP. Ready to listen, or to `inject` into. */
export async function buildApp(parts: AppParts): Promise<App> {
  const app = Fastify({
    ...options,
    loggerInstance: parts.log as FastifyBaseLogger,
  }).withTypeProvider<TypeBoxTypeProvider>() as App;
  app.setValidatorCompiler(validatorCompiler);
  // Handlers are typed by their schemas; fast-json-stringify drops what it does not find in a union.
  app.setSerializerCompiler(() => JSON.stringify);
  app.setErrorHandler(handleError);
  acceptJsonOnly(app);
  logAnswers(app);
  finishSoon(app);
  await app.register(websocket, { options: { maxPayload: maxSocketMessageBytes } });
  const refuseOtherMethods = watchMethods(app);
  await securityHeaders(app);
  await compression(app);
  await referenceRoutes(app, parts.version);
  healthRoutes(app, parts);
  for (const declare of parts.rootRoutes ?? []) await declare(app);
  await app.register(
    async (api: App) => {
      api.addHook('onSend', noStore);
      recorderRoutes(api, parts);
      eventRoutes(api, parts.events);
      for (const declare of parts.routes) await declare(api);
    },
    { prefix: '/api/v1' },
  );
  const sendPage = await webFiles(app, parts.webRoot);
  app.setNotFoundHandler((request, reply) => {
    if (sendPage && asksForPage(request)) return sendPage(reply);
    return sendError(request, reply, new NvrError('not_found', 'There is nothing at this address.'));
  });
  refuseOtherMethods();
  await app.ready();
  return app;
}

const newRequestId = () => randomBytes(9).toString('base64url');

const options = {
  bodyLimit: 256 * 1_024,
  /** Time for a request to arrive; answers may take as long as they like. */
  requestTimeout: 30_000,
  genReqId: newRequestId,
  logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
  frameworkErrors: handleError,
  clientErrorHandler: (error, socket) => handleClientError(error, socket, newRequestId()),
  return503OnClosing: false,
} satisfies FastifyServerOptions;

/** JSON, also as a merge patch; an empty body counts as none, so that the schema tells what is missing. */
function acceptJsonOnly(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'string' },
    (request, body, done) => {
      if (body.length === 0) return done(null, undefined);
      const finish = (error: Error | null, value?: unknown) => {
        if (!error) return done(null, value);
        done(new NvrError('invalid_request', 'body: is not valid JSON', { field: 'body', cause: error }));
      };
      void parse(request, body as string, finish);
    },
  );
  app.addHook('onRequest', async ({ headers }) => {
    if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') {
      throw new NvrError('unsupported_media_type', 'The body must not be compressed.');
    }
  });
}

/** One line per answer, at debug: players ask for something every second. */
function logAnswers(app: App): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method, url, ip } = request;
    const tookMs = Math.round(reply.elapsedTime);
    request.log.debug({ method, url, ip, status: reply.statusCode, tookMs }, 'answered');
  });
}

/** Answers of the API change from one moment to the next, unless a route says otherwise. */
async function noStore(
  _request: unknown,
  reply: { hasHeader(name: string): boolean; header(name: string, value: string): unknown },
) {
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
}

function finishSoon(app: App): void {
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), closeGraceMs).unref();
  });
}
