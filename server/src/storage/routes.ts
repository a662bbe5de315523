import {
  type StorageForecast,
  StorageSchema,
  Type,
  VolumeCreateSchema,
  type VolumeDto,
  VolumePatchSchema,
  VolumeSchema,
} from '@nightjar/contract';
import { type App, failures } from '../shared/route.ts';
import { keepFreeOf, type Volume } from './volume.ts';
import type { VolumeSet } from './volumes.ts';

interface StorageRouteParts {
  volumes: VolumeSet;
  /** Resolves when the index has nothing of a volume any more. */
  forgetFootage(volumeId: string): Promise<void>;
  forecast(): Promise<StorageForecast>;
}

const tags = ['Storage'];
const params = Type.Object({ id: Type.String({ description: "The volume's id." }) });
const FootageOnVolume = Type.Enum(['keep', 'forget'], {
  default: 'keep',
  description: '`keep` refuses while there is footage on it; `forget` gives up what is on it, as of a broken disk.',
});

export function storageRoutes(app: App, { volumes, forgetFootage, forecast }: StorageRouteParts): void {
  app.get(
    '/storage',
    { schema: { tags, summary: 'The volumes, and how long they last', response: { 200: StorageSchema } } },
    async () => ({
      volumes: await Promise.all(volumes.list().map((volume) => toDto(volumes, volume))),
      forecast: await forecast(),
    }),
  );

  app.get(
    '/volumes',
    {
      schema: { tags, summary: 'All volumes, in the order they are used', response: { 200: Type.Array(VolumeSchema) } },
    },
    () => Promise.all(volumes.list().map((volume) => toDto(volumes, volume))),
  );

  app.post(
    '/volumes',
    {
      schema: {
        tags,
        summary: 'Add a volume',
        description: 'The folder must exist and be writable. Recordings go there when the volumes before it take none.',
        body: VolumeCreateSchema,
        response: { 201: VolumeSchema, ...failures('invalid_request', 'volume_exists', 'volume_unusable') },
      },
    },
    async ({ body }, reply) => {
      const volume = await volumes.create(body);
      return reply
        .code(201)
        .header('location', `/api/v1/volumes/${volume.id}`)
        .send(await toDto(volumes, volume));
    },
  );

  app.get(
    '/volumes/:id',
    {
      schema: { tags, summary: 'One volume', params, response: { 200: VolumeSchema, ...failures('volume_not_found') } },
    },
    ({ params: { id } }) => toDto(volumes, volumes.require(id)),
  );

  app.patch(
    '/volumes/:id',
    {
      schema: {
        tags,
        summary: 'Change a volume',
        params,
        body: VolumePatchSchema,
        response: { 200: VolumeSchema, ...failures('invalid_request', 'volume_not_found', 'volume_unusable') },
      },
    },
    async ({ params: { id }, body }) => toDto(volumes, await volumes.update(id, body)),
  );

  app.delete(
    '/volumes/:id',
    {
      schema: {
        tags,
        summary: 'Remove a volume',
        description: 'Its folder and all files in it stay as they are.',
        params,
        querystring: Type.Object({ footage: Type.Optional(FootageOnVolume) }),
        response: { 204: Type.Null(), ...failures('volume_not_found', 'volume_in_use') },
      },
    },
    async ({ params: { id }, query }, reply) => {
      if (query.footage === 'forget') {
        volumes.requireIdle(id);
        await forgetFootage(id);
      }
      await volumes.remove(id);
      return reply.code(204).send(null);
    },
  );
}

async function toDto(volumes: VolumeSet, volume: Volume): Promise<VolumeDto> {
  const { root, createdAt: _, ...settings } = volume;
  const status = volumes.status(volume.id);
  const { bytes, oldestAt } = await volumes.usage(volume.id);
  return {
    ...settings,
    path: root,
    keepFreeBytes: keepFreeOf(volume, status.totalBytes ?? 0, (status.freeBytes ?? 0) + bytes),
    keepFreeIsDefault: volume.keepFreeBytes === null,
    ...status,
    recordingsBytes: bytes,
    exportsBytes: await volumes.exportsBytes(volume.id),
    oldestAt,
  };
}
