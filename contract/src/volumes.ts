import { Nullable, type Static, Type, UnixMsSchema } from './primitives.ts';
import { StorageForecastSchema } from './retention.ts';

const strict = { additionalProperties: false };

const path = Type.String({
  pattern: '^/',
  errorMessage: 'must be an absolute path',
  maxLength: 1024,
  description: 'Absolute path of a folder, usually where a disk is mounted.',
  examples: ['/mnt/disk2/nightjar'],
});
const volumeName = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S', errorMessage: 'must not be blank' });
const quotaBytes = Nullable(
  Type.Integer({
    minimum: 10_000_000,
    description: 'Recordings take at most this much; null: all but `keepFreeBytes`.',
  }),
);
const keepFreeBytes = Nullable(
  Type.Integer({
    minimum: 1_000_000,
    description:
      'The oldest footage goes before less than this is free; null: 5 % of the volume, 1 to 50 GB, at most a fifth of it; ' +
      'down to half of that where other files leave little.',
  }),
);
const use = Type.Enum(['record', 'read'], {
  default: 'record',
  description: '`read`: nothing new is written to it.',
});
const position = Type.Integer({
  minimum: 0,
  maximum: 1000,
  description: 'Volumes are used in this order: the next when one fails or has no more room.',
});

/** Body of `POST /api/v1/volumes`. The folder must exist; it gets an identity file. */
export const VolumeCreateSchema = Type.Object(
  {
    path,
    name: Type.Optional(volumeName),
    quotaBytes: Type.Optional(quotaBytes),
    keepFreeBytes: Type.Optional(keepFreeBytes),
    use: Type.Optional(use),
    position: Type.Optional(position),
  },
  strict,
);
export type VolumeCreate = Static<typeof VolumeCreateSchema>;

/** Body of `PATCH /api/v1/volumes/{id}`. A new `path` must hold the volume's identity file. */
export const VolumePatchSchema = Type.Partial(
  Type.Object({ path, name: volumeName, quotaBytes, keepFreeBytes, use, position }),
  strict,
);
export type VolumePatch = Static<typeof VolumePatchSchema>;

export const volumeStates = ['ready', 'full', 'missing', 'read_only', 'failing'] as const;
export type VolumeState = (typeof volumeStates)[number];

export const VolumeSchema = Type.Object(
  {
    id: Type.String({ description: 'UUID, also in the identity file of the volume.' }),
    name: volumeName,
    path,
    isDataFolder: Type.Boolean({ description: 'The folder of the database itself; it cannot be removed.' }),
    quotaBytes,
    keepFreeBytes: Type.Integer({ description: 'As set, or the default for its size.' }),
    keepFreeIsDefault: Type.Boolean(),
    use,
    position,
    state: Type.Enum([...volumeStates], {
      description: '`ready` takes recordings; in all other states they go to the next volume.',
    }),
    message: Nullable(Type.String({ description: 'What is wrong and what to do; null when nothing is.' })),
    since: UnixMsSchema,
    totalBytes: Nullable(Type.Integer()),
    freeBytes: Nullable(Type.Integer({ description: 'For the user the recorder runs as; null while missing.' })),
    recordingsBytes: Type.Integer({ description: 'Footage on it, as the index knows it.' }),
    exportsBytes: Type.Integer({ description: 'Files of exports on it.' }),
    oldestAt: Nullable(UnixMsSchema),
  },
  strict,
);
export type VolumeDto = Static<typeof VolumeSchema>;

/** `GET /api/v1/storage` */
export const StorageSchema = Type.Object({
  volumes: Type.Array(VolumeSchema, { description: 'In the order they are used.' }),
  forecast: StorageForecastSchema,
});
export type Storage = Static<typeof StorageSchema>;
