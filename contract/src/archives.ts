import { CameraIdSchema, Nullable, type Static, Type, UnixMsSchema } from './primitives.ts';

const strict = { additionalProperties: false };

export const archiveFormats = ['mp4', 'ts', 'mkv'] as const;
export type ArchiveFormat = (typeof archiveFormats)[number];

/** What is made of a day once it is over. */
export const ArchiveSchema = Type.Object(
  {
    format: Type.Enum([...archiveFormats], { default: 'mp4' }),
    per: Type.Enum(['hour', 'day'], { default: 'day', description: 'One file a day, or one an hour.' }),
    removeSegments: Type.Boolean({
      default: false,
      description:
        'Remove the recording of the day once its files were read back and found whole. It cannot be reviewed any more.',
    }),
  },
  { ...strict, description: 'Files made of each day once it is over: the same pictures, not encoded again.' },
);
export type Archive = Static<typeof ArchiveSchema>;

const date = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\d$',
  errorMessage: 'must be a day as YYYY-MM-DD',
  description: "`YYYY-MM-DD` in the recorder's time zone.",
  examples: ['2026-11-22'],
});
const hour = Nullable(
  Type.Integer({
    minimum: 0,
    maximum: 25,
    description: 'Number of the hour in its day, from 0 (to 24 on a day of 25); null: the whole day.',
  }),
);

/** Body of `POST /api/v1/archives`: a day that is over, or an hour of it. */
export const ArchiveWishSchema = Type.Object(
  {
    cameraId: CameraIdSchema,
    date,
    hour: Type.Optional(hour),
    format: Type.Optional(
      Type.Enum([...archiveFormats], { description: "Left out: as the camera's `archive` says, else `mp4`." }),
    ),
  },
  { ...strict, examples: [{ cameraId: 'front-door', date: '2026-11-22' }] },
);
export type ArchiveWish = Static<typeof ArchiveWishSchema>;

/** Query of `GET /api/v1/archives`. */
export const ArchiveQuerySchema = Type.Object({
  cameraId: Type.Optional(Type.String({ description: 'Only of this camera.', examples: ['front-door'] })),
  date: Type.Optional(Type.String({ description: 'Only of this day, `YYYY-MM-DD`.', examples: ['2026-11-22'] })),
});
export type ArchiveQuery = Static<typeof ArchiveQuerySchema>;

/** One file to be, or several when the camera's picture format changes in between. */
export const ArchiveJobSchema = Type.Object(
  {
    id: Type.Integer(),
    cameraId: CameraIdSchema,
    date,
    hour,
    from: UnixMsSchema,
    to: UnixMsSchema,
    format: Type.Enum([...archiveFormats]),
    state: Type.Enum(['queued', 'running', 'done', 'failed']),
    progress: Type.Number({ description: '0 to 1.' }),
    message: Nullable(Type.String({ description: 'Why it failed and what to do.' })),
    files: Type.Array(
      Type.Object({
        path: Type.String({ description: 'Relative to the volume.' }),
        volumeId: Type.String(),
        sizeBytes: Type.Integer(),
        from: UnixMsSchema,
        to: UnixMsSchema,
        videoFrames: Type.Integer(),
      }),
    ),
    segmentsRemoved: Type.Boolean(),
    finishedAt: Nullable(UnixMsSchema),
  },
  strict,
);
export type ArchiveJob = Static<typeof ArchiveJobSchema>;
