import {
  type CameraId,
  type Day,
  DaySchema,
  type StreamName,
  StreamNameSchema,
  type Timeline,
  TimelineSchema,
  TimelinesSchema,
  type TimeRange,
  Type,
} from '@nightjar/contract';
import { NvrError } from '../shared/errors.ts';
import { type RangeQuery, RangeQuerySchema, requireRange } from '../shared/instants.ts';
import { type App, CameraParamsSchema, failures } from '../shared/route.ts';
import { frameRoutes } from './frame-routes.ts';
import type { FrameIndex } from './frames.ts';

interface RecordingRouteParts {
  index: FrameIndex & {
    days(cameraId: string, month: string): Promise<Day[]>;
    timeline(cameraId: string, range: TimeRange): Promise<Timeline>;
    timelines(cameraIds: readonly string[], range: TimeRange, resolutionMs: number): Promise<Timeline[]>;
  };
  cameras: {
    /** @throws {NvrError} `camera_not_found`, `substream_not_found` */
    recordedStream(id: string, stream: StreamName | undefined): string;
  };
}

const stream = Type.Optional(StreamNameSchema);

const tags = ['Recordings'];
const maxTimelineMs = 400 * 86_400_000;
/** Of one answer: more than a recorder has, and a bound for what one request can ask. */
const maxCameras = 128;

const MonthSchema = Type.String({
  pattern: '^\\d{4}-(0[1-9]|1[0-2])$',
  description: "`YYYY-MM` in the recorder's time zone.",
  examples: ['2026-11'],
});

const cameraIdPattern = '[a-z0-9]+(-[a-z0-9]+)*';

const TimelinesQuerySchema = Type.Object({
  ...RangeQuerySchema.properties,
  cameraIds: Type.String({
    pattern: `^${cameraIdPattern}(,${cameraIdPattern}){0,${maxCameras - 1}}$`,
    errorMessage: `must be ids of cameras with commas between them, at most ${maxCameras}`,
    description: `At most ${maxCameras}, with commas between them.`,
    examples: ['front-door,yard'],
  }),
  stream,
  resolutionMs: Type.Integer({ minimum: 0, maximum: maxTimelineMs, default: 0, description: 'Milliseconds.' }),
});

export function recordingRoutes(app: App, { index, cameras }: RecordingRouteParts): void {
  frameRoutes(app, { index, cameras });

  app.get(
    '/cameras/:id/days',
    {
      schema: {
        tags,
        summary: 'The days of a month, and how much of each is recorded',
        description: 'Days before the camera was added and days to come are left out.',
        params: CameraParamsSchema,
        querystring: Type.Object({ month: MonthSchema, stream }),
        response: {
          200: Type.Array(DaySchema),
          ...failures('invalid_request', 'camera_not_found', 'substream_not_found'),
        },
      },
    },
    ({ params, query }) => index.days(cameras.recordedStream(params.id, query.stream), query.month),
  );

  app.get(
    '/cameras/:id/timeline',
    {
      schema: {
        tags,
        summary: 'What is recorded, what is not and why',
        params: CameraParamsSchema,
        querystring: Type.Object({ ...RangeQuerySchema.properties, stream }),
        response: {
          200: TimelineSchema,
          ...failures('invalid_request', 'invalid_range', 'camera_not_found', 'substream_not_found'),
        },
      },
    },
    ({ params, query }) => {
      return index.timeline(cameras.recordedStream(params.id, query.stream), timelineRange(query));
    },
  );

  app.get(
    '/timeline',
    {
      schema: {
        tags,
        summary: 'The timelines of several cameras, as far as they show at a resolution',
        description:
          'At `resolutionMs` 0 the same as each camera tells of itself. Else time without footage that is shorter has become ' +
          'a part of the spans around it, and of gaps that follow one another each shorter one has become a part of its ' +
          'neighbours. Spans are never left out, and nothing is moved.',
        querystring: TimelinesQuerySchema,
        response: {
          200: TimelinesSchema,
          ...failures('invalid_request', 'invalid_range', 'camera_not_found', 'substream_not_found'),
        },
      },
    },
    async ({ query }) => {
      const { stream, resolutionMs } = query;
      const ids = [...new Set(query.cameraIds.split(','))] as CameraId[];
      const streamIds = ids.map((id) => cameras.recordedStream(id, stream));
      const timelines = await index.timelines(streamIds, timelineRange(query), resolutionMs);
      return { resolutionMs, cameras: ids.map((cameraId, at) => ({ cameraId, ...(timelines[at] as Timeline) })) };
    },
  );
}

function timelineRange(query: RangeQuery): TimeRange {
  const range = requireRange(query);
  if (range.to - range.from > maxTimelineMs) {
    throw new NvrError('invalid_range', 'to: a timeline covers at most 400 days', { field: 'to' });
  }
  return range;
}
