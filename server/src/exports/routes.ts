import { open } from 'node:fs/promises';
import { ExportCreateSchema, ExportEstimateSchema, ExportJobSchema, ExportPatchSchema, Type } from '@nightjar/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendBytes, sendFile } from '../playback/send-file.ts';
import { NvrError } from '../shared/errors.ts';
import { madeByOf } from '../shared/made-by.ts';
import { type App, failures } from '../shared/route.ts';
import type { Download } from './downloads.ts';
import type { Exports } from './exports.ts';
import { planZip, readZip } from './zip.ts';

const tags = ['Exports'];
const id = Type.String({ description: "The export's id.", examples: ['7'] });
const params = Type.Object({ id });
const wishFailures = ['invalid_request', 'invalid_range', 'camera_not_found'] as const;
const notFound = failures('export_not_found');

export function exportRoutes(app: App, { exports }: { exports: Exports }): void {
  app.get(
    '/exports',
    {
      schema: {
        tags,
        summary: 'Files made of footage that somebody asked for, and those being made',
        description: 'Newest first, at most 500.',
        response: { 200: Type.Array(ExportJobSchema) },
      },
    },
    () => exports.list(),
  );

  app.post(
    '/exports',
    {
      schema: {
        tags,
        summary: 'Export footage',
        description:
          'Answers at once; the work follows, one export after the other, and event `export` tells of it. What is not ' +
          'recorded is left out; what is still to come is not waited for.',
        body: ExportCreateSchema,
        response: {
          201: { ...ExportJobSchema, description: 'It will be made.' },
          ...failures(...wishFailures, 'footage_not_found'),
        },
      },
    },
    async (request, reply) => {
      const job = await exports.create(request.body, madeByOf(request, request.body.madeBy));
      return reply.code(201).header('location', `/api/v1/exports/${job.id}`).send(job);
    },
  );

  app.post(
    '/exports/estimate',
    {
      schema: {
        tags,
        summary: 'What an export would come to',
        description: 'Takes what `POST /exports` takes, and makes nothing.',
        body: ExportCreateSchema,
        response: { 200: ExportEstimateSchema, ...failures(...wishFailures) },
      },
    },
    ({ body }) => exports.estimate(body),
  );

  app.get(
    '/exports/:id',
    { schema: { tags, summary: 'One export', params, response: { 200: ExportJobSchema, ...notFound } } },
    ({ params }) => exports.get(numberOf(params.id)),
  );

  app.patch(
    '/exports/:id',
    {
      schema: {
        tags,
        summary: 'Cancel an export, go on with it, rename or keep it',
        params,
        body: ExportPatchSchema,
        response: { 200: ExportJobSchema, ...failures('invalid_request', 'export_not_found') },
      },
    },
    ({ params, body }) => exports.update(numberOf(params.id), body),
  );

  app.delete(
    '/exports/:id',
    {
      schema: {
        tags,
        summary: 'Remove an export and its files',
        description: 'One that is being made is stopped. The recording stays.',
        params,
        response: {
          204: Type.Null({ description: 'Removed.' }),
          ...failures('export_not_found', 'volume_unusable'),
        },
      },
    },
    async ({ params }, reply) => {
      await exports.remove(numberOf(params.id));
      return reply.code(204).send(null);
    },
  );

  downloads(app, exports);
}

const binary = (description: string) => Type.Unsafe<unknown>({ type: 'string', format: 'binary', description });

function downloads(app: App, exports: Exports): void {
  const method: Array<'GET' | 'HEAD'> = ['GET', 'HEAD'];
  app.route({
    method,
    url: '/exports/:id/files/:index',
    schema: {
      tags,
      summary: "One of an export's files, whole or a byte range",
      description: 'Also while others are being made.',
      params: Type.Object({ id, index: Type.String({ description: 'Its number, from 0.', examples: ['0'] }) }),
      response: { 200: binary('The file.'), ...notFound },
    },
    handler: async (request, reply) => {
      const { id, index } = request.params;
      return send(request, reply, await exports.file(numberOf(id), numberOf(index)));
    },
  });

  app.route({
    method,
    url: '/exports/:id/file',
    schema: {
      tags,
      summary: 'All of an export: its only file, else a ZIP; whole or a byte range',
      description: 'The ZIP is made while it is sent, the same each time: a download that broke off can be resumed.',
      params,
      response: { 200: binary('The file, or the ZIP.'), ...failures('export_not_found', 'export_not_done') },
    },
    handler: async (request, reply) => send(request, reply, await exports.download(numberOf(request.params.id))),
  });

  app.route({
    method,
    url: '/exports/:id/manifest',
    schema: {
      tags,
      summary: 'The signed manifest of an export',
      description: 'Of one that was asked for with `evidence`. `nightjar verify` checks the files by it.',
      params,
      response: { 200: binary('The manifest, JSON.'), ...failures('export_not_found', 'export_not_done') },
    },
    handler: async (request, reply) => send(request, reply, await exports.manifest(numberOf(request.params.id))),
  });
}

const contentTypes: Record<string, string> = {
  mp4: 'video/mp4',
  mkv: 'video/x-matroska',
  ts: 'video/mp2t',
  srt: 'application/x-subrip',
  zip: 'application/zip',
  json: 'application/json',
};

async function send(request: FastifyRequest, reply: FastifyReply, download: Download): Promise<FastifyReply> {
  const { name, etag, content } = download;
  reply.header('content-disposition', `attachment; filename="${name}"`);
  const contentType = contentTypes[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
  const facts = { etag, cacheControl: 'private, no-cache', contentType };
  if ('entries' in content) {
    const plan = planZip(content.entries);
    const read = (start: number, end: number) => readZip(plan, start, end);
    return sendBytes(request, reply, { ...facts, sizeBytes: plan.sizeBytes, read, close: async () => {} });
  }
  const handle = await open(content.path, 'r').catch((error: unknown) => {
    throw new NvrError('export_not_found', 'The file of this export is gone, or its disk is.', { cause: error });
  });
  return sendFile(request, reply, { ...facts, handle, sizeBytes: content.sizeBytes });
}

/** Any other text is no id. */
const numberOf = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : -1);
