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

/** One file to be, or several when the camera's picture format changes in between. */
export const ArchiveJobSchema = Type.Object(
  {
    id: Type.Integer(),
    cameraId: CameraIdSchema,
    date: Type.String({ description: "`YYYY-MM-DD` in the recorder's time zone." }),
    hour: Nullable(
      Type.Integer({
        description: 'Number of the hour in its day, from 0 (to 24 on a day of 25); null: the whole day.',
      }),
    ),
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
