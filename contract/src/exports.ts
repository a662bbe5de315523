import { StreamNameSchema } from './live.ts';
import { CameraIdSchema, MadeBySchema, Nullable, type Static, Type, UnixMsSchema } from './primitives.ts';

const strict = { additionalProperties: false };

export const exportFormats = ['mp4', 'mkv', 'ts'] as const;
export type ExportFormat = (typeof exportFormats)[number];

const instant = { ...UnixMsSchema, maximum: 8.64e15 };

const date = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\d$',
  errorMessage: 'must be a day as YYYY-MM-DD',
  description: "`YYYY-MM-DD` in the recorder's time zone.",
  examples: ['2026-11-22'],
});

/** How much faster than life a timelapse runs, or how long it is to last; one of the two. */
export const TimelapseSchema = Type.Object(
  {
    speed: Type.Optional(Type.Number({ minimum: 2, maximum: 10_000, description: 'Times faster than life.' })),
    lengthSeconds: Type.Optional(
      Type.Number({ minimum: 1, maximum: 86_400, description: 'Length of each file; the speed follows from it.' }),
    ),
  },
  { ...strict, description: '`speed` or `lengthSeconds`, not both.' },
);
export type Timelapse = Static<typeof TimelapseSchema>;

const settings = {
  format: Type.Enum([...exportFormats], { default: 'mp4' }),
  cut: Type.Enum(['keyframe', 'exact'], {
    default: 'keyframe',
    description:
      '`keyframe`: begins with the keyframe at or before `from`, nothing is encoded anew. `exact`: begins and ends with ' +
      'the very frames asked for; only the pictures before the first whole GOP are encoded anew.',
  }),
  times: Type.Enum(['none', 'subtitle', 'burned'], {
    default: 'subtitle',
    description:
      'The recording time: not at all; as a subtitle track that players can show; or drawn into the picture, for which ' +
      'every picture is encoded anew. A transport stream has no subtitle track: an `.srt` file goes beside it.',
  }),
  sound: Type.Boolean({ default: true }),
  stream: { ...StreamNameSchema, default: 'main' as const },
  evidence: Type.Boolean({
    default: false,
    description: 'With a signed manifest, by which `nightjar verify` finds any change.',
  }),
  timelapse: { ...Nullable(TimelapseSchema), default: null },
};

const title = Type.String({ maxLength: 200, default: '' });
/** Body of `POST /api/v1/exports`: one range, or whole days (`dates`); a file for each camera and range. */
export const ExportCreateSchema = Type.Object(
  {
    cameraIds: Type.Array(CameraIdSchema, { minItems: 1, maxItems: 64, uniqueItems: true }),
    from: Type.Optional(instant),
    to: Type.Optional({ ...instant, description: 'Later than `from`.' }),
    dates: Type.Optional(
      Type.Array(date, {
        minItems: 1,
        maxItems: 92,
        uniqueItems: true,
        description: 'Instead of `from` and `to`: one file for each camera and day.',
      }),
    ),
    title: Type.Optional(title),
    madeBy: Type.Optional(MadeBySchema),
    format: Type.Optional(settings.format),
    cut: Type.Optional(settings.cut),
    times: Type.Optional(settings.times),
    sound: Type.Optional(settings.sound),
    stream: Type.Optional(settings.stream),
    evidence: Type.Optional(settings.evidence),
    timelapse: Type.Optional(settings.timelapse),
  },
  {
    ...strict,
    examples: [{ cameraIds: ['front-door'], from: 1795356180000, to: 1795356480000, cut: 'exact', evidence: true }],
  },
);
export type ExportCreate = Static<typeof ExportCreateSchema>;

/** How an export is to be, each choice made. */
export const ExportSettingsSchema = Type.Object(settings, strict);
export type ExportSettings = Static<typeof ExportSettingsSchema>;

export const exportStates = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;

export const ExportFileSchema = Type.Object(
  {
    index: Type.Integer({ description: 'Of the files of its export, from 0.' }),
    name: Type.String({ description: 'As it is downloaded.' }),
    cameraId: CameraIdSchema,
    from: { ...UnixMsSchema, description: 'UTC of its first picture.' },
    to: { ...UnixMsSchema, description: 'UTC of the end of its last picture.' },
    durationMs: Type.Integer({ description: 'Playing time.' }),
    sizeBytes: Type.Integer(),
    videoFrames: Type.Integer(),
    encodedFrames: Type.Integer({ description: 'Of `videoFrames`: encoded anew.' }),
    subtitles: Type.Boolean({ description: 'Whether it is a subtitle file (`.srt`) beside a video.' }),
    sha256: Type.String({ description: 'Of the file, hexadecimal.' }),
  },
  strict,
);
export type ExportFile = Static<typeof ExportFileSchema>;

export const ExportJobSchema = Type.Object(
  {
    id: Type.Integer(),
    cameraIds: Type.Array(CameraIdSchema),
    from: Nullable(UnixMsSchema),
    to: Nullable(UnixMsSchema),
    dates: Nullable(Type.Array(date)),
    title,
    madeBy: Type.String(),
    settings: ExportSettingsSchema,
    state: Type.Enum([...exportStates]),
    parts: Type.Integer({ description: 'Pieces of the work: one for each camera and range or day.' }),
    partsDone: Type.Integer({ description: 'Of `parts`; those without footage among them.' }),
    progress: Type.Number({ description: '0 to 1.' }),
    remainingMs: Nullable(Type.Integer({ description: 'As it looks now; null when that is not known.' })),
    message: Nullable(
      Type.String({ description: 'Why it failed and what to do; or what is not in it although asked for.' }),
    ),
    files: Type.Array(ExportFileSchema, { description: 'Those that are complete.' }),
    sizeBytes: Type.Integer({ description: 'Of all files so far.' }),
    createdAt: UnixMsSchema,
    finishedAt: Nullable(UnixMsSchema),
    keep: Type.Boolean({ description: 'It is not removed by itself.' }),
    expiresAt: Nullable({
      ...UnixMsSchema,
      description: 'When it is removed by itself; null: never, or not finished yet.',
    }),
    hasManifest: Type.Boolean({ description: 'Whether its evidence can be fetched.' }),
  },
  strict,
);
export type ExportJob = Static<typeof ExportJobSchema>;

/** What an export would come to, `POST /api/v1/exports/estimate`; nothing is made. */
export const ExportEstimateSchema = Type.Object(
  {
    files: Type.Integer({ description: 'At least so many: one for each camera and range or day with footage.' }),
    emptyParts: Type.Integer({ description: 'Cameras and ranges of which nothing is recorded.' }),
    recordedMs: Type.Integer({ description: 'Footage in it.' }),
    durationMs: Type.Integer({ description: 'Playing time of all files.' }),
    sizeBytes: Type.Integer({ description: 'About; of pictures that are encoded anew a guess.' }),
    encodedMs: Type.Integer({ description: 'Footage of which every picture is encoded anew: this takes its time.' }),
  },
  strict,
);
export type ExportEstimate = Static<typeof ExportEstimateSchema>;

/** Body of `PATCH /api/v1/exports/{id}`. */
export const ExportPatchSchema = Type.Partial(
  Type.Object({
    state: Type.Enum(['cancelled', 'queued'], {
      description:
        '`cancelled` stops it, files that are complete stay; `queued` goes on with one that was stopped or failed.',
    }),
    title,
    keep: Type.Boolean({ description: 'Never remove it by itself.' }),
  }),
  strict,
);
export type ExportPatch = Static<typeof ExportPatchSchema>;
