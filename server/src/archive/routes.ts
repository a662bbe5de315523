import { open } from 'node:fs/promises';
import path from 'node:path';
import { ArchiveJobSchema, ArchiveQuerySchema, ArchiveWishSchema, Type } from '@nightjar/contract';
import { sendFile } from '../playback/send-file.ts';
import { NvrError } from '../shared/errors.ts';
import { type App, failures } from '../shared/route.ts';
import type { Archives } from './archives.ts';

const tags = ['Archives'];
const id = Type.String({ description: "The archive's id.", examples: ['7'] });
const params = Type.Object({ id });
const contentTypes = { mp4: 'video/mp4', ts: 'video/mp2t', mkv: 'video/x-matroska' };

export function archiveRoutes(app: App, { archives }: { archives: Archives }): void {
  const notFound = failures('archive_not_found');

  app.get(
    '/archives',
    {
      schema: {
        tags,
        summary: 'Files made of past days, and those being made',
        description: 'The newest days first, at most 1,000.',
        querystring: ArchiveQuerySchema,
        response: { 200: Type.Array(ArchiveJobSchema), ...failures('invalid_request') },
      },
    },
    ({ query }) => archives.list(query),
  );

  app.post(
    '/archives',
    {
      schema: {
        tags,
        summary: 'Make a file of a day that is over, or of an hour of it',
        description:
          'Answers at once; the work follows. What failed is tried again, what is made already stays as it is (200).',
        body: ArchiveWishSchema,
        response: {
          200: { ...ArchiveJobSchema, description: 'It was there already.' },
          201: { ...ArchiveJobSchema, description: 'It will be made.' },
          ...failures('invalid_request', 'camera_not_found', 'footage_not_found'),
        },
      },
    },
    async ({ body }, reply) => {
      const { job, isNew } = await archives.make(body);
      if (isNew) reply.header('location', `/api/v1/archives/${job.id}`);
      return reply.code(isNew ? 201 : 200).send(job);
    },
  );

  app.get(
    '/archives/:id',
    { schema: { tags, summary: 'One archive', params, response: { 200: ArchiveJobSchema, ...notFound } } },
    ({ params }) => archives.get(numberOf(params.id)),
  );

  app.delete(
    '/archives/:id',
    {
      schema: {
        tags,
        summary: 'Remove an archive and its files',
        description: 'One that is being made is stopped.',
        params,
        response: { 204: Type.Null({ description: 'Removed.' }), ...notFound },
      },
    },
    async ({ params }, reply) => {
      await archives.remove(numberOf(params.id));
      return reply.code(204).send(null);
    },
  );

  files(app, archives);
}

function files(app: App, archives: Archives): void {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/archives/:id/files/:index',
    schema: {
      tags,
      summary: "An archive's file, whole or a byte range",
      params: Type.Object({ id, index: Type.String({ description: 'Its number, from 0.', examples: ['0'] }) }),
      response: {
        200: Type.Unsafe<unknown>({ type: 'string', format: 'binary', description: 'The file.' }),
        ...failures('archive_not_found'),
      },
    },
    handler: async (request, reply) => {
      const { id, index } = request.params;
      const found = await archives.fileOf(numberOf(id), numberOf(index));
      const { job, file } = found;
      const handle = await open(found.path, 'r').catch((error: unknown) => {
        throw new NvrError('archive_not_found', 'The file of this archive is gone, or its disk is.', { cause: error });
      });
      // On a volume all names of a camera begin with its folder: `front-door-2026-11-22-02+0200.mp4`.
      const name = path.posix.relative('archive', file.path).replaceAll('/', '-');
      reply.header('content-disposition', `attachment; filename="${name}"`);
      return sendFile(request, reply, {
        handle,
        sizeBytes: file.sizeBytes,
        etag: `"archive-${job.id}-${job.finishedAt}-${index}"`,
        cacheControl: 'private, no-cache',
        contentType: contentTypes[job.format],
      });
    },
  });
}

/** Any other text is no id. */
const numberOf = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : -1);
