import { ArchiveSchema } from './archives.ts';
import { StreamNameSchema } from './live.ts';
import { CameraIdSchema, Nullable, type Static, Type, UnixMsSchema } from './primitives.ts';
import { RetentionSchema } from './retention.ts';
import { RecordingInputSchema, RecordingSchema } from './schedule.ts';
import { sourceUrlMustBe, sourceUrlPattern } from './sources.ts';

const strict = { additionalProperties: false };

export const TransportSchema = Type.Enum(['auto', 'tcp', 'udp'], {
  description: 'How RTP travels, for `rtsp://` addresses: `auto` tries TCP first, then UDP.',
  default: 'auto',
});
export type Transport = Static<typeof TransportSchema>;

const sourceUrl = Type.String({
  pattern: sourceUrlPattern,
  errorMessage: sourceUrlMustBe,
  maxLength: 2048,
  description:
    'Address of the stream. A user name and password in it, or the passphrase of SRT, are moved to their own fields.',
  examples: ['rtsp://192.168.1.20:554/stream1', 'http://192.168.1.21/video.mjpg', 'srt://192.168.1.22:9000'],
});
const username = Type.String({
  maxLength: 256,
  description: 'User name for RTSP or HTTP Basic or Digest authentication, or for RTMP.',
});
const password = Type.String({
  maxLength: 256,
  description: 'Goes with the user name; for SRT the passphrase. Write-only: never part of an answer.',
});

export const SourceInputSchema = Type.Object(
  {
    url: sourceUrl,
    transport: Type.Optional(TransportSchema),
    username: Type.Optional(Nullable(username)),
    password: Type.Optional(Nullable(password)),
  },
  strict,
);
export type SourceInput = Static<typeof SourceInputSchema>;

const substreamUse = {
  record: Type.Boolean({ default: false, description: 'Record it too, by the schedule of the camera.' }),
  connect: Type.Enum(['always', 'on-demand'], {
    default: 'always',
    description:
      '`always`: its picture is there at once. `on-demand`: connected while somebody watches, until a minute after; for ' +
      'cameras on a slow network. What is recorded is always connected.',
  }),
};

export const SubstreamInputSchema = Type.Object(
  { ...SourceInputSchema.properties, ...Type.Partial(Type.Object(substreamUse)).properties },
  {
    ...strict,
    description:
      'A second, smaller picture that the camera sends beside its full one. Without a user name and password of its own ' +
      "those of `source` are used, if the address is of the same host and port. `null`: there is none, or it isn't used.",
  },
);
export type SubstreamInput = Static<typeof SubstreamInputSchema>;

/** Body of `POST /api/v1/probe`. */
export const ProbeRequestSchema = Type.Object(
  {
    ...SourceInputSchema.properties,
    cameraId: Type.Optional({
      ...CameraIdSchema,
      description: "Without a password: use this camera's stored one, if the address is of the same host and port.",
    }),
    stream: Type.Optional({
      ...StreamNameSchema,
      description: '`sub`: the password of its substream comes first.',
    }),
  },
  { ...strict, examples: [{ url: 'rtsp://192.168.1.20:554/stream1', username: 'viewer', password: 'secret' }] },
);
export type ProbeRequest = Static<typeof ProbeRequestSchema>;

export const SourceSchema = Type.Object(
  {
    url: Type.String({ description: 'Address without credentials.' }),
    transport: TransportSchema,
    username: Type.Optional(username),
    hasPassword: Type.Boolean({ description: 'Whether a password is stored.' }),
  },
  strict,
);
export type SourceDto = Static<typeof SourceSchema>;

export const SubstreamSchema = Type.Object({ ...SourceSchema.properties, ...substreamUse }, strict);
export type SubstreamDto = Static<typeof SubstreamSchema>;

export const overlayPositions = ['top-left', 'top-right', 'bottom-left', 'bottom-right'] as const;

export const OverlaySchema = Type.Object(
  {
    format: Type.String({
      default: '%D %H:%M:%S',
      maxLength: 64,
      description: "strftime format of the recording time, in the recorder's time zone.",
    }),
    text: Type.String({ default: '', maxLength: 128, description: 'Shown in front of the time; may be empty.' }),
    position: Type.Enum([...overlayPositions], { default: 'top-left' }),
    fontSize: Type.Integer({
      default: 18,
      minimum: 6,
      maximum: 96,
      description: 'Points, on a picture 480 lines high.',
    }),
    shaded: Type.Boolean({ default: true, description: 'Darken the picture behind the text.' }),
  },
  { ...strict, description: 'The recording time drawn on the picture.' },
);
export type Overlay = Static<typeof OverlaySchema>;

export const VideoSchema = Type.Object(
  {
    mode: Type.Enum(['copy', 'encode'], {
      default: 'copy',
      description: "`copy` records the camera's own bits; `encode` decodes and encodes H.264, at ~40 times the CPU.",
    }),
    bitrateKbps: Type.Integer({
      default: 2000,
      minimum: 64,
      maximum: 50_000,
      description: 'encode: average bit rate, kbit/s.',
    }),
    fps: Nullable(
      Type.Integer({ minimum: 1, maximum: 60, description: "encode: frames per second; null keeps the camera's." }),
    ),
    height: Nullable(
      Type.Integer({
        minimum: 90,
        maximum: 2160,
        description: "encode: lines of the picture; null keeps the camera's.",
      }),
    ),
    keyframeSeconds: Type.Number({
      default: 2,
      minimum: 0.5,
      maximum: 10,
      description: 'encode: seconds between keyframes.',
    }),
    overlay: Nullable(OverlaySchema),
  },
  strict,
);
export type Video = Static<typeof VideoSchema>;

export const AudioSchema = Type.Object(
  {
    mode: Type.Enum(['auto', 'off'], {
      default: 'auto',
      description: '`auto`: AAC untouched, other codecs re-encoded to AAC; `off`: no sound is recorded.',
    }),
  },
  strict,
);

export const AlertsSchema = Type.Object(
  {
    downAfterSeconds: Type.Integer({
      default: 120,
      minimum: 0,
      maximum: 86_400,
      description: 'A camera that should stream and does not for this long is an alert; 0: never.',
    }),
  },
  strict,
);

const name = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '\\S',
  errorMessage: 'must not be blank',
  description: 'What people call the camera.',
});
const group = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '\\S',
  errorMessage: 'must not be blank',
  description: 'Cameras of one group are shown together.',
});

/** Body of `POST /api/v1/cameras`. What is left out takes its default. */
export const CameraCreateSchema = Type.Object(
  {
    id: Type.Optional(CameraIdSchema),
    name,
    group: Type.Optional(Nullable(group)),
    source: SourceInputSchema,
    substream: Type.Optional(Nullable(SubstreamInputSchema)),
    video: Type.Optional(
      Type.Partial(
        Type.Object({ ...VideoSchema.properties, overlay: Nullable(Type.Partial(OverlaySchema, strict)) }, strict),
        strict,
      ),
    ),
    audio: Type.Optional(AudioSchema),
    recording: Type.Optional(RecordingInputSchema),
    retention: Type.Optional(Type.Partial(RetentionSchema, strict)),
    archive: Type.Optional(Nullable(Type.Partial(ArchiveSchema, strict))),
    alerts: Type.Optional(Type.Partial(AlertsSchema, strict)),
  },
  {
    ...strict,
    examples: [
      {
        name: 'Front door',
        source: { url: 'rtsp://192.168.1.20:554/stream1', username: 'viewer', password: 'correct horse' },
      },
    ],
  },
);
export type CameraCreate = Static<typeof CameraCreateSchema>;

/** Body of `PATCH /api/v1/cameras/{id}`: JSON merge patch (RFC 7396) of the settings; `null` clears. */
export const CameraPatchSchema = Type.Partial(
  Type.Object({
    name,
    group: Nullable(group),
    source: Type.Partial(SourceInputSchema, strict),
    substream: Nullable(Type.Partial(SubstreamInputSchema, strict)),
    video: Type.Partial(
      Type.Object({ ...VideoSchema.properties, overlay: Nullable(Type.Partial(OverlaySchema, strict)) }, strict),
      strict,
    ),
    audio: Type.Partial(AudioSchema, strict),
    recording: RecordingInputSchema,
    retention: Type.Partial(RetentionSchema, strict),
    archive: Nullable(Type.Partial(ArchiveSchema, strict)),
    alerts: Type.Partial(AlertsSchema, strict),
  }),
  { ...strict, examples: [{ name: 'Back door', video: { mode: 'encode', overlay: { text: 'Back door' } } }] },
);
export type CameraPatch = Static<typeof CameraPatchSchema>;

/** A camera as the API answers it. */
export const CameraSchema = Type.Object(
  {
    id: CameraIdSchema,
    name,
    group: Type.Optional(group),
    source: SourceSchema,
    substream: Nullable(SubstreamSchema),
    video: VideoSchema,
    audio: AudioSchema,
    recording: RecordingSchema,
    retention: RetentionSchema,
    archive: Nullable(ArchiveSchema),
    alerts: AlertsSchema,
    createdAt: UnixMsSchema,
  },
  strict,
);
export type CameraDto = Static<typeof CameraSchema>;

/** What becomes of a deleted camera's footage. */
export const FootageAction = Type.Enum(['keep', 'delete'], {
  default: 'keep',
  description:
    '`keep` leaves the files on disk; `delete` removes them and archives, but for what is locked or bookmarked.',
});
export type FootageAction = Static<typeof FootageAction>;

/** Answer to the removal of a camera of which locks or bookmarks keep footage. It goes when they are removed. */
export const FootageKeptSchema = Type.Object({
  kept: Type.Object({ segments: Type.Integer(), sizeBytes: Type.Integer() }),
});
export type FootageKept = Static<typeof FootageKeptSchema>;
