import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { ApiErrorSchema, type ErrorCode, httpStatusOf, Type } from '@nightjar/contract';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';

/**
 * What a route module is given. Its paths carry no `/api/v1`: that prefix is set where the modules are assembled.
 *
 *     export function timelineRoutes(app: App, index: RecordingIndex): void {
 *       app.get(
 *         '/cameras/:id/timeline',
 *         {
 *           schema: {
 *             tags: ['Recordings'],
 *             summary: 'What is recorded, what is not and why',
 *             params: CameraParamsSchema,
 *             querystring: RangeQuerySchema,
 *             response: { 200: TimelineSchema, ...failures('invalid_request', 'invalid_range', 'camera_not_found') },
 *           },
 *         },
 *         ({ params, query }) => index.timeline(params.id, requireRange(query)),
 *       );
 *     }
 *
 * A handler fails by throwing an NvrError; one handler turns it into an ApiError.
 */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Declares routes on an app. */
export type Routes = (app: App) => void | Promise<void>;

/** Any text: an id that cannot exist is as unknown as one that does not, and answers 404. */
export const CameraParamsSchema = Type.Object({
  id: Type.String({ description: "The camera's id.", examples: ['front-door'] }),
});

/**
 * The error answers of a route, by status, for the reference page. Typed as nothing, so that a handler's type stays
 * that of its success.
 */
export function failures(...codes: ErrorCode[]): Record<never, never> {
  const byStatus = Map.groupBy(codes, (code) => httpStatusOf[code]);
  return Object.fromEntries(
    [...byStatus].map(([status, ofStatus]) => [
      status,
      { ...ApiErrorSchema, description: ofStatus.map((code) => `\`${code}\``).join(', ') },
    ]),
  );
}
