import {
  CoverageDaysSchema,
  CoverageSchema,
  DailyReportSchema,
  eventLevels,
  HistorySchema,
  InstantSchema,
  RecorderEventSchema,
  ReportSummarySchema,
  SystemSchema,
  type TimeRange,
  Type,
} from '@nightjar/contract';
import { NvrError } from '../shared/errors.ts';
import { RangeQuerySchema, requireInstant, requireRange } from '../shared/instants.ts';
import { type App, failures } from '../shared/route.ts';
import type { Monitoring } from './index.ts';

type Watched = Pick<Monitoring, 'events' | 'history' | 'coverage' | 'reports' | 'system'>;

interface MonitoringRouteParts {
  monitoring: Watched;
  cameras: {
    list(): ReadonlyArray<{ id: string }>;
    /** @throws {NvrError} `camera_not_found` */
    require(id: string): { id: string };
  };
}

const tags = ['Monitoring'];
const dayMs = 86_400_000;

const cameraId = Type.Optional(
  Type.String({ description: 'Only this camera; all when left out.', examples: ['front-door'] }),
);
const wholeNumber = { pattern: '^\\d{1,15}$', errorMessage: 'must be a whole number' };

/** @throws {NvrError} `invalid_range` */
function requireShort(range: TimeRange, maxDays: number, what: string): TimeRange {
  if (range.to - range.from <= maxDays * dayMs) return range;
  throw new NvrError('invalid_range', `to: ${what} covers at most ${maxDays} days`, { field: 'to' });
}

export function monitoringRoutes(app: App, { monitoring, cameras }: MonitoringRouteParts): void {
  const { events, history, coverage, reports } = monitoring;

  app.get(
    '/event-log',
    {
      schema: {
        tags,
        summary: 'What happened, newest first',
        description: 'Kept for 90 days. The next page: `before` is the last id of this one.',
        querystring: Type.Object({
          from: Type.Optional(InstantSchema),
          to: Type.Optional(InstantSchema),
          cameraId,
          level: Type.Optional(Type.Enum([...eventLevels], { description: 'This level and those above it.' })),
          limit: Type.Optional(
            Type.String({ ...wholeNumber, description: 'At most so many, 1 to 1000; 100 when left out.' }),
          ),
          before: Type.Optional(Type.String({ ...wholeNumber, description: 'Older than the event of this id.' })),
        }),
        response: { 200: Type.Array(RecorderEventSchema), ...failures('invalid_request') },
      },
    },
    ({ query }) =>
      events.list({
        ...(query.from === undefined ? {} : { from: requireInstant('from', query.from) }),
        ...(query.to === undefined ? {} : { to: requireInstant('to', query.to) }),
        ...(query.cameraId === undefined ? {} : { cameraId: query.cameraId }),
        ...(query.level === undefined ? {} : { level: query.level }),
        ...(query.before === undefined ? {} : { before: Number(query.before) }),
        limit: requireNumber('limit', query.limit ?? '100', 1, 1_000),
      }),
  );

  app.get(
    '/history',
    {
      schema: {
        tags,
        summary: 'Measured values over time',
        description: 'Kept for 14 days, one value a minute. Steps are whole minutes.',
        querystring: Type.Object({
          ...RangeQuerySchema.properties,
          points: Type.Optional(
            Type.String({ ...wholeNumber, description: 'About how many steps, 1 to 2000; 120 when left out.' }),
          ),
          cameraId,
        }),
        response: { 200: HistorySchema, ...failures('invalid_request', 'invalid_range', 'camera_not_found') },
      },
    },
    ({ query }) => {
      const asked = query.cameraId === undefined ? cameras.list() : [cameras.require(query.cameraId)];
      const range = requireShort(requireRange(query), 31, 'history');
      const points = requireNumber('points', query.points ?? '120', 1, 2_000);
      return history.read(
        range,
        points,
        asked.map(({ id }) => id),
      );
    },
  );

  app.get(
    '/system',
    { schema: { tags, summary: 'How the recorder and its streams are now', response: { 200: SystemSchema } } },
    () => monitoring.system(),
  );

  app.get(
    '/coverage',
    {
      schema: {
        tags,
        summary: 'How much of a range is recorded, and what is missing by cause',
        description: 'Footage that was cleaned away counts neither as recorded nor as missing. At most 400 days.',
        querystring: Type.Object({ ...RangeQuerySchema.properties, cameraId }),
        response: { 200: CoverageSchema, ...failures('invalid_request', 'invalid_range', 'camera_not_found') },
      },
    },
    ({ query }) => coverage.of(requireShort(requireRange(query), 400, 'coverage'), query.cameraId),
  );

  app.get(
    '/coverage/days',
    {
      schema: {
        tags,
        summary: 'Coverage of each local day that a range touches, of all cameras',
        description: 'At most 92 days.',
        querystring: RangeQuerySchema,
        response: { 200: CoverageDaysSchema, ...failures('invalid_request', 'invalid_range') },
      },
    },
    ({ query }) => coverage.days(requireShort(requireRange(query), 92, 'coverage by day')),
  );

  app.get(
    '/reports',
    {
      schema: {
        tags,
        summary: 'The days that there are reports of, newest first',
        description: 'Today so far is the first.',
        response: { 200: Type.Array(ReportSummarySchema) },
      },
    },
    () => reports.list(),
  );

  app.get(
    '/reports/:date',
    {
      schema: {
        tags,
        summary: 'The report of a day',
        description: 'Of today: what is known so far. Of a day that is over: as it was made after its midnight.',
        params: Type.Object({
          date: Type.String({
            description: "`YYYY-MM-DD` in the recorder's time zone.",
            examples: ['2026-11-22'],
          }),
        }),
        response: { 200: DailyReportSchema, ...failures('report_not_found') },
      },
    },
    ({ params }) => reports.of(params.date),
  );
}

/** For Prometheus; no `/api/v1`. */
export function metricsRoute(app: App, { metrics }: Pick<Monitoring, 'metrics'>): void {
  app.get(
    '/metrics',
    {
      schema: {
        tags,
        summary: 'Metrics for Prometheus',
        description: 'In its text format.',
        produces: ['text/plain'],
        response: { 200: Type.String({ description: 'One value a line.' }) },
      },
    },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  );
}

/** @throws {NvrError} `invalid_request` with the field. */
function requireNumber(field: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (number >= least && number <= most) return number;
  throw new NvrError('invalid_request', `${field}: must be from ${least} to ${most}`, { field });
}
