import { CameraIdSchema, Nullable, type Static, Type, UnixMsSchema } from './primitives.ts';
import { type GapCause, gapCauses } from './recordings.ts';

const share = (description: string) =>
  Nullable(Type.Number({ description: `${description} 0 to 1; null of nothing.` }));

/** Milliseconds by cause; causes that did not occur are left out. */
export const CauseTotalsSchema = Type.Partial(
  Type.Object(
    Object.fromEntries(gapCauses.map((cause) => [cause, Type.Integer()])) as Record<
      GapCause,
      ReturnType<typeof Type.Integer>
    >,
  ),
);

const totals = {
  recordedMs: Type.Integer(),
  gapMs: Type.Integer({
    description: 'Not recorded since the camera was added, whatever the cause; footage cleaned away is not in it.',
  }),
  wantedGapMs: Type.Integer({
    description: 'Of `gapMs`: not recorded although it should have been (not `schedule`, `paused` or `removed`).',
  }),
  recordedShare: share('Recorded, of the time the camera existed, but for footage cleaned away.'),
  wantedShare: share('Recorded, of the time that should have been.'),
  causes: CauseTotalsSchema,
};

export const CameraCoverageSchema = Type.Object({
  cameraId: CameraIdSchema,
  name: Type.String(),
  ...totals,
  gaps: Type.Integer({ description: 'Number of gaps that should not have been.' }),
  longestGapMs: Type.Integer({ description: 'Longest of those.' }),
});
export type CameraCoverage = Static<typeof CameraCoverageSchema>;

/** `GET /api/v1/coverage?from&to` */
export const CoverageSchema = Type.Object({
  from: UnixMsSchema,
  to: UnixMsSchema,
  cameras: Type.Array(CameraCoverageSchema),
  total: Type.Object(totals),
});
export type Coverage = Static<typeof CoverageSchema>;

export const CoverageDaySchema = Type.Object({
  recordedMs: Type.Integer(),
  gapMs: Type.Integer({ description: 'As in the totals.' }),
  wantedGapMs: Type.Integer({ description: 'As in the totals.' }),
  removedMs: Type.Integer({ description: 'Footage cleaned away.' }),
});
export type CoverageDay = Static<typeof CoverageDaySchema>;

/** `GET /api/v1/coverage/days?from&to`: every local day that the range touches, at most 92. */
export const CoverageDaysSchema = Type.Object({
  days: Type.Array(
    Type.Object({
      date: Type.String({ description: "`YYYY-MM-DD` in the recorder's time zone." }),
      from: UnixMsSchema,
      to: UnixMsSchema,
    }),
    { description: 'Oldest first.' },
  ),
  cameras: Type.Array(
    Type.Object({
      cameraId: CameraIdSchema,
      name: Type.String(),
      days: Type.Array(CoverageDaySchema, {
        description: 'One for each of `days`; all 0 before the camera was added.',
      }),
    }),
  ),
});
export type CoverageDays = Static<typeof CoverageDaysSchema>;

/** `GET /api/v1/reports`: newest first, at most 92 days. */
export const ReportSummarySchema = Type.Object({
  date: Type.String({ description: "`YYYY-MM-DD` in the recorder's time zone." }),
  complete: Type.Boolean({ description: 'The day is over.' }),
  wantedShare: share('Recorded, of the time that should have been.'),
});
export type ReportSummary = Static<typeof ReportSummarySchema>;

/** `GET /api/v1/reports/{date}`: a local day that is over, or today so far. */
export const DailyReportSchema = Type.Object({
  date: Type.String({ description: "`YYYY-MM-DD` in the recorder's time zone." }),
  from: UnixMsSchema,
  to: UnixMsSchema,
  complete: Type.Boolean({ description: 'The day is over.' }),
  coverage: CoverageSchema,
  events: Type.Object({ warnings: Type.Integer(), alerts: Type.Integer() }),
  writtenBytes: Type.Integer({ description: 'Footage of the day that is still there.' }),
  freeBytes: Nullable(Type.Integer({ description: 'Of all volumes that take recordings, when the report was made.' })),
  fullInDays: Nullable(Type.Number({ description: 'When the report was made; null when unknown.' })),
  text: Type.String({ description: 'The same for a person, some lines of plain text.' }),
});
export type DailyReport = Static<typeof DailyReportSchema>;
