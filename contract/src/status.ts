import type { ArchiveJob } from './archives.ts';
import type { CameraSchema } from './cameras.ts';
import { errorCodes } from './errors.ts';
import type { ExportJob } from './exports.ts';
import { MediaInfoSchema } from './media.ts';
import type { RecorderEvent } from './monitoring.ts';
import { CameraIdSchema, Nullable, type Static, Type, UnixMsSchema } from './primitives.ts';

const since = Type.Integer({ description: 'Unix milliseconds at which this state began.' });

const streaming = {
  since,
  media: MediaInfoSchema,
  bitrateKbps: Nullable(Type.Number({ description: 'Received over the last seconds, kbit/s; null until known.' })),
  lastFrameAt: UnixMsSchema,
};

/** What a camera does now. Each state carries its own facts. */
export const CameraStateSchema = Type.Union([
  Type.Object({ state: Type.Literal('starting'), since }),
  Type.Object({ state: Type.Literal('recording'), ...streaming }),
  Type.Object(
    {
      state: Type.Literal('live'),
      ...streaming,
      problem: Nullable(
        Type.Object(
          { code: Type.Enum([...errorCodes]), reason: Type.String() },
          { description: 'Why it cannot be recorded.' },
        ),
      ),
    },
    { description: 'Streaming but not recorded: paused, or a `problem` with the disk.' },
  ),
  Type.Object({
    state: Type.Literal('waiting'),
    since: Type.Integer({ description: 'Unix milliseconds since when no frame arrives.' }),
    failures: Type.Integer({ description: 'Attempts in a row without a frame.' }),
    retryAt: UnixMsSchema,
    code: Type.Enum([...errorCodes]),
    reason: Type.String({ description: 'What happened and what to do, for a person.' }),
  }),
]);
export type CameraState = Static<typeof CameraStateSchema>;

/** What a camera's substream does now. */
export const SubstreamStateSchema = Type.Union([
  ...CameraStateSchema.anyOf,
  Type.Object(
    { state: Type.Literal('idle'), since },
    { description: 'Not connected: on demand, and nobody watches it.' },
  ),
]);
export type SubstreamState = Static<typeof SubstreamStateSchema>;

export const CameraStatusSchema = Type.Intersect([
  Type.Object({
    cameraId: CameraIdSchema,
    substream: {
      ...Nullable(SubstreamStateSchema),
      description: 'What its substream does; null without one. All else is about the full picture.',
    },
  }),
  CameraStateSchema,
]);
export type CameraStatus = { cameraId: string; substream: SubstreamState | null } & CameraState;

/** What `GET /api/v1/events` sends; the SSE event name is `type`. On connecting: one `status` per camera. */
export type ServerEvent =
  | { type: 'status'; status: CameraStatus }
  | {
      type: 'camera';
      change: 'created' | 'updated' | 'deleted';
      cameraId: string;
      camera: Static<typeof CameraSchema> | null;
    }
  /** A new entry of the event log. */
  | { type: 'event'; event: RecorderEvent }
  /** Volumes, their settings or states changed: ask for `/storage` again. */
  | { type: 'storage' }
  | { type: 'archive'; job: ArchiveJob }
  /** null: one was removed; ask for `/exports` again. */
  | { type: 'export'; job: ExportJob | null }
  /** Locks or bookmarks changed: ask for `/marks` again. */
  | { type: 'marks' }
  /** Saved walls changed: ask for `/layouts` again. */
  | { type: 'layouts' };

export const HealthSchema = Type.Object({ status: Type.Literal('ok'), version: Type.String() });
export const ReadinessSchema = Type.Object({
  status: Type.Enum(['ready', 'starting']),
  cameras: Type.Integer({ description: 'Configured.' }),
  recording: Type.Integer({ description: 'Recording now.' }),
});

export const RecorderSchema = Type.Object({
  version: Type.String(),
  now: UnixMsSchema,
  timeZone: Type.String({
    description: "IANA name of the recorder's time zone; days are local to it.",
    examples: ['Europe/Vienna'],
  }),
  rtspPort: Nullable(
    Type.Integer({ description: 'Port at which each stream is served as `rtsp://HOST:PORT/ID`; null when none is.' }),
  ),
  demoSources: Type.Array(Type.Object({ name: Type.String(), url: Type.String() }), {
    description: 'Simulated cameras that can be added; empty without `--demo`, unless the recorder can start one.',
  }),
});
export type RecorderInfo = Static<typeof RecorderSchema>;
