import { CameraIdSchema, Nullable, type Static, Type, UnixMsSchema } from './primitives.ts';
import { type Weekday, weekdays } from './weekdays.ts';

const strict = { additionalProperties: false };

const TimeOfDaySchema = Type.String({
  pattern: '^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$',
  errorMessage: 'must be a time of day from 00:00 to 24:00',
  description: "`HH:MM` by the recorder's wall clock.",
  examples: ['08:00'],
});

/** `from` is before `to`, or the span goes over midnight into the next day; `00:00`–`24:00` is the whole day. */
export const DaySpanSchema = Type.Object({ from: TimeOfDaySchema, to: TimeOfDaySchema }, strict);
export type DaySpan = Static<typeof DaySpanSchema>;

export const DaySpansSchema = Type.Array(DaySpanSchema, { maxItems: 48 });

const wholeDay = (): DaySpan[] => [{ from: '00:00', to: '24:00' }];
/** Each day all day. */
export const wholeWeek = (): Record<Weekday, DaySpan[]> =>
  Object.fromEntries(weekdays.map((day) => [day, wholeDay()])) as Record<Weekday, DaySpan[]>;

export const WeekSchema = Type.Object(
  Object.fromEntries(weekdays.map((day) => [day, DaySpansSchema])) as Record<Weekday, typeof DaySpansSchema>,
  { ...strict, description: 'When is recorded on each day of the week; a day with no spans is not recorded.' },
);
export type Week = Static<typeof WeekSchema>;

const LocalDateSchema = Type.String({
  pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$',
  errorMessage: 'must be a date, YYYY-MM-DD',
  description: "`YYYY-MM-DD` in the recorder's time zone.",
  examples: ['2026-12-24'],
});

/** Other spans than the week's for a day, or for several in a row. A span over midnight belongs to the day it begins on. */
export const ScheduleExceptionSchema = Type.Object(
  {
    from: LocalDateSchema,
    to: Type.Optional({ ...LocalDateSchema, description: 'Last day, included; the same day when left out.' }),
    name: Type.Optional(Type.String({ maxLength: 100, description: 'What the day is called.' })),
    spans: DaySpansSchema,
  },
  strict,
);
export type ScheduleException = Static<typeof ScheduleExceptionSchema>;

export const ScheduleSchema = Type.Object(
  {
    week: WeekSchema,
    exceptions: Type.Array(ScheduleExceptionSchema, {
      maxItems: 400,
      description: 'The first that has a date holds for it.',
    }),
  },
  strict,
);
export type Schedule = Static<typeof ScheduleSchema>;

/** What a request says of a schedule; what it leaves out stays as it is. */
const ScheduleInputSchema = Type.Partial(
  Type.Object({
    week: Type.Partial(WeekSchema, { ...strict, description: 'Days that are left out stay as they are.' }),
    exceptions: { ...ScheduleSchema.properties.exceptions, description: 'Replaces all exceptions there were.' },
  }),
  strict,
);

export const OverrideSchema = Type.Object(
  {
    record: Type.Boolean(),
    // The last instant that dates have (ECMA-262, 21.4.1.1).
    until: { ...UnixMsSchema, maximum: 8.64e15 },
  },
  {
    ...strict,
    description: 'Record, or do not, until this instant, whatever mode and schedule say; then it is gone.',
  },
);
export type Override = Static<typeof OverrideSchema>;

export const recordingModes = ['continuous', 'scheduled', 'off'] as const;

export const RecordingSchema = Type.Object(
  {
    mode: Type.Enum([...recordingModes], {
      default: 'continuous',
      description: '`scheduled` records during `schedule`; `off` pauses recording. Live view goes on.',
    }),
    schedule: Type.Object(ScheduleSchema.properties, {
      ...strict,
      default: { week: wholeWeek(), exceptions: [] },
      description: 'Kept while another mode is chosen.',
    }),
    override: Nullable(OverrideSchema),
  },
  strict,
);
export type Recording = Static<typeof RecordingSchema>;
export type RecordingMode = Recording['mode'];

const { mode, override } = RecordingSchema.properties;

/** Recording settings in a request, and body of `PUT /api/v1/cameras/{id}/recording`: what is left out stays as it is. */
export const RecordingInputSchema = Type.Partial(Type.Object({ mode, schedule: ScheduleInputSchema, override }), {
  ...strict,
  examples: [
    {
      mode: 'scheduled',
      schedule: {
        week: {
          saturday: [],
          sunday: [
            { from: '08:00', to: '12:00' },
            { from: '22:00', to: '06:00' },
          ],
        },
        exceptions: [
          { from: '2026-12-24', to: '2026-12-26', name: 'Christmas', spans: [{ from: '00:00', to: '24:00' }] },
        ],
      },
      override: null,
    },
  ],
});
export type RecordingInput = Static<typeof RecordingInputSchema>;

/** Body of `POST /api/v1/cameras/{id}/recording/copy`. */
export const RecordingCopySchema = Type.Object(
  { cameraIds: Type.Array(CameraIdSchema, { minItems: 1, maxItems: 1_000, uniqueItems: true }) },
  { ...strict, examples: [{ cameraIds: ['back-door', 'yard'] }] },
);
export type RecordingCopy = Static<typeof RecordingCopySchema>;

/** What `GET /api/v1/cameras/{id}/schedule?from&to` answers. */
export const WantedSchema = Type.Object({
  wanted: Type.Array(Type.Object({ from: UnixMsSchema, to: UnixMsSchema }), {
    description: 'What is to be recorded of the range by the present settings, `[from, to)`, oldest first.',
  }),
});
export type Wanted = Static<typeof WantedSchema>;
