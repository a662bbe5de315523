import { type Recording, type Wanted, WantedSchema } from '@nightjar/contract';
import type { Clock } from '../shared/clock.ts';
import { NvrError } from '../shared/errors.ts';
import { RangeQuerySchema, requireRange } from '../shared/instants.ts';
import { mergeNear } from '../shared/ranges.ts';
import { type App, CameraParamsSchema, failures } from '../shared/route.ts';
import { WallClock } from './wall-clock.ts';
import { wantedIn } from './wanted.ts';

interface ScheduleRouteParts {
  cameras: {
    /** @throws {NvrError} `camera_not_found` */
    require(id: string): { recording: Recording };
  };
  clock: Clock;
  /** IANA name. */
  timeZone: string;
}

const maxRangeMs = 400 * 86_400_000;

export function scheduleRoutes(app: App, { cameras, clock, timeZone }: ScheduleRouteParts): void {
  app.get(
    '/cameras/:id/schedule',
    {
      schema: {
        tags: ['Cameras'],
        summary: 'What is to be recorded, by the present settings',
        description:
          'Mode, schedule and override as instants, days of 23 and 25 hours included. Of the time that is over it says ' +
          'what the present settings would have wanted; what was recorded is in the timeline.',
        params: CameraParamsSchema,
        querystring: RangeQuerySchema,
        response: { 200: WantedSchema, ...failures('invalid_request', 'invalid_range', 'camera_not_found') },
      },
    },
    ({ params, query }): Wanted => {
      const { recording } = cameras.require(params.id);
      const range = requireRange(query);
      if (range.to - range.from > maxRangeMs) {
        throw new NvrError('invalid_range', 'to: a schedule is told for at most 400 days', { field: 'to' });
      }
      // An override counts from now on.
      const now = Math.min(Math.max(clock.nowMs(), range.from), range.to);
      const wall = new WallClock(timeZone);
      const before = wantedIn({ ...recording, override: null }, { from: range.from, to: now }, wall);
      const after = wantedIn(recording, { from: now, to: range.to }, wall);
      return { wanted: mergeNear([...before, ...after]) };
    },
  );
}
