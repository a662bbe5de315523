import {
  CameraCreateSchema,
  CameraPatchSchema,
  CameraSchema,
  type CameraStatus,
  CameraStatusSchema,
  FootageAction,
  type FootageKept,
  FootageKeptSchema,
  type FootageSummary,
  FootageSummarySchema,
  RecordingCopySchema,
  RecordingInputSchema,
  Type,
} from '@nightjar/contract';
import { NvrError } from '../shared/errors.ts';
import { type App, CameraParamsSchema, failures } from '../shared/route.ts';
import { toDto } from './dto.ts';
import { checkRecording } from './recording-check.ts';
import type { CameraStore } from './store.ts';

interface CameraRouteParts {
  cameras: CameraStore;
  statusOf(cameraId: string): CameraStatus;
  footageOf(cameraId: string): Promise<FootageSummary>;
  /** Resolves when the stream of the deleted camera has stopped and its footage is gone, to what locks keep of it. */
  deleteFootage(cameraId: string): Promise<FootageKept['kept']>;
}

const tags = ['Cameras'];
const id = CameraParamsSchema;

export function cameraRoutes(app: App, parts: CameraRouteParts): void {
  crud(app, parts);
  recordingSettings(app, parts);
  facts(app, parts);
}

function crud(app: App, { cameras, deleteFootage }: CameraRouteParts): void {
  const notFound = failures('invalid_request', 'camera_not_found');

  app.get('/cameras', { schema: { tags, summary: 'All cameras', response: { 200: Type.Array(CameraSchema) } } }, () =>
    cameras.list().map(toDto),
  );

  app.post(
    '/cameras',
    {
      schema: {
        tags,
        summary: 'Add a camera',
        description: 'Recording starts at once. Without an `id` one is made from the name.',
        body: CameraCreateSchema,
        response: { 201: CameraSchema, ...failures('invalid_request', 'camera_exists') },
      },
    },
    async ({ body }, reply) => {
      if (body.recording) checkRecording(body.recording, 'recording');
      const camera = await cameras.create(body);
      return reply.code(201).header('location', `/api/v1/cameras/${camera.id}`).send(toDto(camera));
    },
  );

  app.get(
    '/cameras/:id',
    { schema: { tags, summary: 'One camera', params: id, response: { 200: CameraSchema, ...notFound } } },
    ({ params }) => toDto(cameras.require(params.id)),
  );

  app.patch(
    '/cameras/:id',
    {
      schema: {
        tags,
        summary: 'Change a camera',
        description:
          'JSON merge patch (RFC 7396): what is left out stays as it is, the password too; `null` returns to the default. ' +
          'Other cameras are not disturbed.',
        params: id,
        body: CameraPatchSchema,
        response: { 200: CameraSchema, ...notFound },
      },
    },
    async ({ params, body }) => {
      if (body.recording) checkRecording(body.recording, 'recording');
      return toDto(await cameras.update(params.id, body));
    },
  );

  app.delete(
    '/cameras/:id',
    {
      schema: {
        tags,
        summary: 'Remove a camera',
        description:
          'Its footage stays on disk unless `footage=delete`; locked and bookmarked footage stays even then, until its ' +
          'marks are removed. The stored password is forgotten either way.',
        params: id,
        querystring: Type.Object({ footage: Type.Optional(FootageAction) }),
        response: {
          200: { ...FootageKeptSchema, description: 'Removed, but for footage that is locked or bookmarked.' },
          204: Type.Null({ description: 'Removed.' }),
          ...notFound,
        },
      },
    },
    async ({ params, query: { footage } }, reply) => {
      await cameras.delete(params.id, footage);
      if (footage === 'delete') {
        const kept = await deleteFootage(params.id);
        await cameras.forgetDeleted(params.id);
        if (kept.segments > 0) return reply.code(200).send({ kept });
      }
      return reply.code(204).send(null);
    },
  );
}

function recordingSettings(app: App, { cameras }: CameraRouteParts): void {
  app.put(
    '/cameras/:id/recording',
    {
      schema: {
        tags,
        summary: 'Record always, by schedule or not at all; or otherwise for a while',
        description:
          'What is left out stays as it is; a day of the week is replaced whole. `override` records, or does not, until an ' +
          'instant, whatever mode and schedule say, and is gone then. Live view goes on either way.',
        params: id,
        body: RecordingInputSchema,
        response: { 200: CameraSchema, ...failures('invalid_request', 'camera_not_found') },
      },
    },
    async ({ params, body }) => {
      checkRecording(body, '');
      return toDto(await cameras.update(params.id, { recording: body }));
    },
  );

  app.post(
    '/cameras/:id/recording/copy',
    {
      schema: {
        tags,
        summary: 'Let other cameras record as this one does',
        description:
          'Copies mode and schedule; an override stays where it is. Nothing is changed unless all cameras exist.',
        params: id,
        body: RecordingCopySchema,
        response: { 200: Type.Array(CameraSchema), ...failures('invalid_request', 'camera_not_found') },
      },
    },
    async ({ params, body }) => {
      const { mode, schedule } = cameras.require(params.id).recording;
      for (const [at, other] of body.cameraIds.entries()) requireListed(cameras, other, `cameraIds.${at}`);
      const changed = body.cameraIds.map((other) => cameras.update(other, { recording: { mode, schedule } }));
      return (await Promise.all(changed)).map(toDto);
    },
  );
}

function requireListed(cameras: CameraStore, cameraId: string, field: string): void {
  if (!cameras.get(cameraId)) {
    throw new NvrError('camera_not_found', `${field}: there is no camera with this id`, { field });
  }
}

function facts(app: App, { cameras, statusOf, footageOf }: CameraRouteParts): void {
  const notFound = failures('camera_not_found');

  app.get(
    '/cameras/:id/status',
    {
      schema: {
        tags,
        summary: 'What a camera does now',
        description: '`GET /api/v1/events` tells each change as it happens.',
        params: id,
        response: { 200: CameraStatusSchema, ...notFound },
      },
    },
    ({ params }) => statusOf(cameras.require(params.id).id),
  );

  app.get(
    '/cameras/:id/footage',
    {
      schema: {
        tags: ['Recordings'],
        summary: 'How much footage a camera has',
        params: id,
        response: { 200: FootageSummarySchema, ...notFound },
      },
    },
    ({ params }) => footageOf(cameras.require(params.id).id),
  );
}
