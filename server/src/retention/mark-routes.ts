import { MarkCreateSchema, MarkPatchSchema, MarkQuerySchema, MarkSchema, Type } from '@nightjar/contract';
import { NvrError } from '../shared/errors.ts';
import { requireInstant } from '../shared/instants.ts';
import { madeByOf } from '../shared/made-by.ts';
import { type App, failures } from '../shared/route.ts';
import type { MarkStore } from './marks.ts';

const tags = ['Retention'];

/** Any text: what cannot be an id is as unknown as one that does not exist. */
const params = Type.Object({ id: Type.String({ description: "The mark's id.", examples: ['7'] }) });

export function markRoutes(app: App, { marks }: { marks: MarkStore }): void {
  const notFound = failures('invalid_request', 'mark_not_found');

  app.get(
    '/marks',
    {
      schema: {
        tags,
        summary: 'Locks and bookmarks',
        description: 'By their beginnings. `from` and `to` ask for those that overlap a range.',
        querystring: MarkQuerySchema,
        response: { 200: Type.Array(MarkSchema), ...failures('invalid_request') },
      },
    },
    ({ query: { cameraId, from, to } }) =>
      marks.list({
        cameraId,
        from: from === undefined ? undefined : requireInstant('from', from),
        to: to === undefined ? undefined : requireInstant('to', to),
      }),
  );

  app.post(
    '/marks',
    {
      schema: {
        tags,
        summary: 'Lock or bookmark footage',
        description: 'No rule takes the segments that it touches, however full a disk is.',
        body: MarkCreateSchema,
        response: { 201: MarkSchema, ...failures('invalid_request', 'invalid_range', 'camera_not_found') },
      },
    },
    async (request, reply) => {
      const mark = await marks.create({ ...request.body, madeBy: madeByOf(request, request.body.madeBy) });
      return reply.code(201).header('location', `/api/v1/marks/${mark.id}`).send(mark);
    },
  );

  app.patch(
    '/marks/:id',
    {
      schema: {
        tags,
        summary: 'Change a lock or bookmark',
        params,
        body: MarkPatchSchema,
        response: { 200: MarkSchema, ...notFound, ...failures('invalid_request', 'invalid_range') },
      },
    },
    ({ params: { id }, body }) => marks.update(numberOf(id), body),
  );

  app.delete(
    '/marks/:id',
    {
      schema: {
        tags,
        summary: 'Remove a lock or bookmark',
        description: 'The footage stays until a rule takes it.',
        params,
        response: { 204: Type.Null({ description: 'Removed.' }), ...notFound },
      },
    },
    async ({ params: { id } }, reply) => {
      await marks.delete(numberOf(id));
      return reply.code(204).send(null);
    },
  );
}

function numberOf(id: string): number {
  if (/^\d{1,15}$/.test(id)) return Number(id);
  throw new NvrError('mark_not_found', 'There is no such lock or bookmark.');
}
