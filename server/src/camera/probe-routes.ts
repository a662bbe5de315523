import { type ProbeResult, ProbeResultSchema, type SourceInput, SourceInputSchema } from '@nightjar/contract';
import { type App, failures } from '../shared/route.ts';
import { splitSourceUrl } from './source-url.ts';

interface ProbeRouteParts {
  /** @throws {NvrError} why the source gives no picture. */
  probe(source: SourceInput, timeoutMs: number): Promise<ProbeResult>;
}

const timeoutMs = 9_500;

export function probeRoutes(app: App, { probe }: ProbeRouteParts): void {
  app.post(
    '/probe',
    {
      schema: {
        tags: ['Cameras'],
        summary: 'Try a source before adding it',
        description: 'Answers within 10 s: what the source has and a picture of it, or which step failed.',
        body: SourceInputSchema,
        response: {
          200: ProbeResultSchema,
          ...failures(
            'invalid_request',
            'camera_unreachable',
            'camera_refused',
            'camera_auth_failed',
            'camera_stream_not_found',
            'camera_no_video',
            'camera_unsupported_codec',
            'camera_protocol_error',
            'camera_timeout',
            'snapshot_failed',
            'busy',
          ),
        },
      },
    },
    ({ body }) => {
      const { url, credentials } = splitSourceUrl(body.url);
      return probe({ ...credentials, ...body, url }, timeoutMs);
    },
  );
}
