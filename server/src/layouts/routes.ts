import { LayoutCreateSchema, LayoutPatchSchema, LayoutSchema, Type } from '@nightjar/contract';
import { type App, failures } from '../shared/route.ts';
import type { LayoutStore } from './store.ts';

const tags = ['Layouts'];
const params = Type.Object({ id: Type.String({ description: "The layout's id.", examples: ['shop-floor'] }) });

export function layoutRoutes(app: App, { layouts }: { layouts: LayoutStore }): void {
  const notFound = failures('invalid_request', 'layout_not_found');

  app.get(
    '/layouts',
    { schema: { tags, summary: 'Saved walls, by name', response: { 200: Type.Array(LayoutSchema) } } },
    () => layouts.list(),
  );

  app.post(
    '/layouts',
    {
      schema: {
        tags,
        summary: 'Save a wall',
        description: 'Which cameras are shown where, how many at once, and whether the pages take turns.',
        body: LayoutCreateSchema,
        response: { 201: LayoutSchema, ...failures('invalid_request', 'camera_not_found', 'layout_exists') },
      },
    },
    async ({ body }, reply) => {
      const layout = await layouts.create(body);
      return reply.code(201).header('location', `/api/v1/layouts/${layout.id}`).send(layout);
    },
  );

  app.get(
    '/layouts/:id',
    { schema: { tags, summary: 'One saved wall', params, response: { 200: LayoutSchema, ...notFound } } },
    ({ params: { id } }) => layouts.require(id),
  );

  app.patch(
    '/layouts/:id',
    {
      schema: {
        tags,
        summary: 'Change a saved wall',
        description: 'The id stays, also with another name: links to it go on working.',
        params,
        body: LayoutPatchSchema,
        response: {
          200: LayoutSchema,
          ...failures('invalid_request', 'layout_not_found', 'camera_not_found', 'layout_exists'),
        },
      },
    },
    ({ params: { id }, body }) => layouts.update(id, body),
  );

  app.delete(
    '/layouts/:id',
    {
      schema: {
        tags,
        summary: 'Remove a saved wall',
        params,
        response: { 204: Type.Null({ description: 'Removed.' }), ...notFound },
      },
    },
    async ({ params: { id } }, reply) => {
      await layouts.delete(id);
      return reply.code(204).send(null);
    },
  );
}
