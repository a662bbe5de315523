import { CameraIdSchema, Nullable, type Static, Type, UnixMsSchema } from './primitives.ts';

/** What one camera's stream is like, measured over the last seconds. */
export const StreamStatsSchema = Type.Object({
  fps: Nullable(Type.Number({ description: 'Received; 0 while no frame arrives, null until known.' })),
  bitrateKbps: Nullable(Type.Number({ description: 'Received; 0 while no frame arrives, null until known.' })),
  keyframeIntervalMs: Nullable(Type.Integer({ description: 'Between the newest two keyframes.' })),
  lastFrameAt: Nullable(UnixMsSchema),
  reconnects: Type.Integer({ description: 'Connections after the first, since the recorder started.' }),
  packetsReceived: Type.Integer({ description: 'RTP, since the present connection; so are lost and late.' }),
  packetsLost: Type.Integer({ description: 'Missing when those after them were needed.' }),
  packetsLate: Type.Integer({ description: 'Of the lost: came after all, too late.' }),
  clockOffsetMs: Nullable(
    Type.Number({ description: "The camera's clock against the recorder's; positive: ahead; null: it does not tell." }),
  ),
  writeBacklogBytes: Type.Integer({ description: 'Received, not yet written to the disk.' }),
});
export type StreamStats = Static<typeof StreamStatsSchema>;

export const eventKinds = [
  'recorder_started',
  'recorder_stopped',
  'camera_added',
  'camera_removed',
  'camera_recording',
  'camera_live',
  'camera_interrupted',
  'camera_down',
  'camera_up',
  'camera_clock',
  'substream_down',
  'substream_up',
  'recording_failed',
  'recording_resumed',
  'worker_crashed',
  'clock_stepped',
  'volume_state',
  'footage_removed',
  'evidence',
  'archive_failed',
  'archive_done',
  'daily_report',
] as const;
export type EventKind = (typeof eventKinds)[number];

export const eventLevels = ['info', 'warning', 'alert'] as const;
export type EventLevel = (typeof eventLevels)[number];

/** Something that happened; kept for 90 days. `GET /api/v1/event-log?from&to&cameraId&level&limit&before`, newest first. */
export const RecorderEventSchema = Type.Object({
  id: Type.Integer(),
  at: UnixMsSchema,
  since: Nullable({ ...UnixMsSchema, description: 'When what it tells of began, if before `at`.' }),
  count: Type.Integer({ description: 'How many alike it stands for, when they come thick and fast; else 1.' }),
  lastAt: { ...UnixMsSchema, description: 'The last of those; else the same as `at`.' },
  cameraId: Nullable(CameraIdSchema),
  kind: Type.Enum([...eventKinds]),
  level: Type.Enum([...eventLevels], { description: '`alert`: a person should look.' }),
  message: Type.String({ description: 'What happened and why, for a person.' }),
  /** A code of the error table, a gap's cause or the like, for programs. */
  code: Nullable(Type.String()),
});
export type RecorderEvent = Static<typeof RecorderEventSchema>;

export const cameraSeries = [
  'fps',
  'bitrateKbps',
  'keyframeIntervalMs',
  'packetsLost',
  'packetsLate',
  'reconnects',
  'clockOffsetMs',
] as const;
export const recorderSeries = [
  'cpuShare',
  'memoryBytes',
  'diskWriteBytesPerSecond',
  'diskFreeBytes',
  'writeBacklogBytes',
  'indexQueue',
  'eventLoopDelayMs',
] as const;
export type CameraSeries = (typeof cameraSeries)[number];
export type RecorderSeries = (typeof recorderSeries)[number];

const PointsSchema = Type.Array(Nullable(Type.Number()));

/**
 * `GET /api/v1/history?from&to&points&cameraId`: equal steps of whole minutes; means, but of packets and reconnects the
 * number in each step; null where nothing was measured.
 */
export const HistorySchema = Type.Object({
  from: { ...UnixMsSchema, description: 'Beginning of the first step.' },
  to: { ...UnixMsSchema, description: 'End of the last step.' },
  stepMs: Type.Integer(),
  recorder: Type.Record(Type.Enum([...recorderSeries]), PointsSchema),
  cameras: Type.Array(
    Type.Object({ cameraId: CameraIdSchema, series: Type.Record(Type.Enum([...cameraSeries]), PointsSchema) }),
  ),
});
export type History = Static<typeof HistorySchema>;

/** `GET /api/v1/system`: the present values. */
export const SystemSchema = Type.Object({
  startedAt: UnixMsSchema,
  cpuShare: Nullable(Type.Number({ description: 'Of all cores, recorder and its workers; 0 to 1.' })),
  cores: Type.Integer(),
  memoryBytes: Type.Integer({ description: 'Recorder and its workers.' }),
  totalMemoryBytes: Type.Integer({ description: 'Of the machine.' }),
  workers: Type.Integer({ description: 'Media processes.' }),
  workerRestarts: Type.Integer({
    description: 'Media processes that crashed and were started again, since the start.',
  }),
  diskWriteBytesPerSecond: Nullable(Type.Number({ description: 'Footage written, over the last seconds.' })),
  diskFreeBytes: Nullable(Type.Integer({ description: 'Of all volumes that take recordings.' })),
  writeBacklogBytes: Type.Integer({ description: 'Received, not yet written to the disk; all cameras.' }),
  indexQueue: Type.Integer({ description: 'Rows waiting to be written to the index.' }),
  eventLoopDelayMs: Type.Number({ description: '99th percentile over the last seconds.' }),
  clock: Type.Object({
    synchronized: Nullable(Type.Boolean({ description: 'By NTP, as the kernel says; null when it does not say.' })),
    lastStepAt: Nullable(UnixMsSchema),
  }),
  cameras: Type.Array(Type.Object({ cameraId: CameraIdSchema, stats: Nullable(StreamStatsSchema) })),
});
export type SystemInfo = Static<typeof SystemSchema>;
