import { HealthSchema, ReadinessSchema, type RecorderInfo, RecorderSchema, type Static } from '@nightjar/contract';
import type { Clock } from '../shared/clock.ts';
import type { App } from '../shared/route.ts';

export type Readiness = Static<typeof ReadinessSchema>;

interface HealthParts {
  version: string;
  readiness(): Readiness;
}

const tags = ['Recorder'];

/** For supervisors and load balancers: no sign-in, no `/api/v1`. */
export function healthRoutes(app: App, { version, readiness }: HealthParts): void {
  app.get(
    '/healthz',
    { schema: { tags, summary: 'Is the recorder serving?', response: { 200: HealthSchema } } },
    () => ({ status: 'ok' as const, version }),
  );
  app.get(
    '/readyz',
    {
      schema: {
        tags,
        summary: 'Has the recorder started?',
        description: '503 with the same body while it has not.',
        response: { 200: ReadinessSchema, 503: ReadinessSchema },
      },
    },
    async (_request, reply) => {
      const now = readiness();
      return reply.code(now.status === 'ready' ? 200 : 503).send(now);
    },
  );
}

interface RecorderParts {
  version: string;
  clock: Clock;
  timeZone: string;
  rtspPort: number | null;
  demoSources(): RecorderInfo['demoSources'];
}

export function recorderRoutes(app: App, { version, clock, timeZone, rtspPort, demoSources }: RecorderParts): void {
  app.get(
    '/recorder',
    {
      schema: {
        tags,
        summary: 'The recorder itself',
        description: 'Its version, its clock and its time zone: the browser shows recorder time, not its own.',
        response: { 200: RecorderSchema },
      },
    },
    () => ({ version, now: clock.nowMs(), timeZone, rtspPort, demoSources: demoSources() }),
  );
}
