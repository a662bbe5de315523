import { type Static, Type, UnixMsSchema } from './primitives.ts';

/**
 * Why there is no footage of a second (the coverage ledger). `schedule`, `paused`: nobody wanted one. `removed`: it was
 * recorded, and cleaned away since. All others: it should have been recorded.
 */
export const gapCauses = [
  'camera_unreachable',
  'auth_failed',
  'stalled',
  'no_keyframe',
  'disk_full',
  'disk_error',
  'schedule',
  'paused',
  'recorder_down',
  'clock_step',
  'dropped',
  'removed',
] as const;
export type GapCause = (typeof gapCauses)[number];

export const SpanSchema = Type.Object(
  { from: UnixMsSchema, to: UnixMsSchema },
  { description: 'Recorded, `[from, to)`.' },
);
export const GapSchema = Type.Object({
  from: UnixMsSchema,
  to: UnixMsSchema,
  cause: Type.Enum([...gapCauses]),
});

/** Spans and gaps, each oldest first, together cover `[from, to)` from the day the camera was added until now. */
export const TimelineSchema = Type.Object({ spans: Type.Array(SpanSchema), gaps: Type.Array(GapSchema) });
export type Timeline = Static<typeof TimelineSchema>;
export type Span = Static<typeof SpanSchema>;
export type Gap = Static<typeof GapSchema>;

export const DaySchema = Type.Object({
  date: Type.String({ description: "`YYYY-MM-DD` in the recorder's time zone." }),
  recordedMs: Type.Integer({ description: 'Milliseconds of the day that are recorded.' }),
  gapMs: Type.Integer({
    description: 'Milliseconds of the day that passed since the camera was added and have no footage.',
  }),
  missingMs: Type.Integer({
    description: 'Of `gapMs`: should have been recorded (not `schedule`, `paused` or `removed`).',
  }),
});
export type Day = Static<typeof DaySchema>;

/** How much footage a camera has; answered before a deletion. */
export const FootageSummarySchema = Type.Object({
  firstAt: Type.Union([UnixMsSchema, Type.Null()]),
  lastAt: Type.Union([UnixMsSchema, Type.Null()]),
  recordedMs: Type.Integer(),
  sizeBytes: Type.Integer(),
});
export type FootageSummary = Static<typeof FootageSummarySchema>;
