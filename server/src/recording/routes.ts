import {
  type Day,
  DaySchema,
  type StreamName,
  StreamNameSchema,
  type Timeline,
  TimelineSchema,
  type TimeRange,
  Type,
} from '@nightjar/contract';
import { NvrError } from '../shared/errors.ts';
import { RangeQuerySchema, requireRange } from '../shared/instants.ts';
import { type App, CameraParamsSchema, failures } from '../shared/route.ts';

interface RecordingRouteParts {
  index: {
    days(cameraId: string, month: string): Promise<Day[]>;
    timeline(cameraId: string, range: TimeRange): Promise<Timeline>;
  };
  cameras: {
    /** @throws {NvrError} `camera_not_found`, `substream_not_found` */
    recordedStream(id: string, stream: StreamName | undefined): string;
  };
}

const stream = Type.Optional(StreamNameSchema);

const tags = ['Recordings'];
const maxTimelineMs = 400 * 86_400_000;

const MonthSchema = Type.String({
  pattern: '^\\d{4}-(0[1-9]|1[0-2])$',
  description: "`YYYY-MM` in the recorder's time zone.",
  examples: ['2026-11'],
});

export function recordingRoutes(app: App, { index, cameras }: RecordingRouteParts): void {
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
      const streamId = cameras.recordedStream(params.id, query.stream);
      const range = requireRange(query);
      if (range.to - range.from > maxTimelineMs) {
        throw new NvrError('invalid_range', 'to: a timeline covers at most 400 days', { field: 'to' });
      }
      return index.timeline(streamId, range);
    },
  );
}
