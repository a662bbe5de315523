import { ProbeRequestSchema, type ProbeResult, ProbeResultSchema, type SourceInput } from '@nightjar/contract';
import { type App, failures } from '../shared/route.ts';
import type { Camera } from './camera.ts';
import { splitSourceUrl } from './source-url.ts';
import { storedCredentials } from './substream.ts';

interface ProbeRouteParts {
  cameras: { get(id: string): Camera | undefined };
  /** @throws {NvrError} why the source gives no picture. */
  probe(source: SourceInput, timeoutMs: number): Promise<ProbeResult>;
}

const timeoutMs = 9_500;

export function probeRoutes(app: App, { cameras, probe }: ProbeRouteParts): void {
  app.post(
    '/probe',
    {
      schema: {
        tags: ['Cameras'],
        summary: 'Try a source before adding it',
        description: 'Answers within 10 s: what the source has and a picture of it, or which step failed.',
        body: ProbeRequestSchema,
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
            'camera_transport_refused',
            'camera_stream_ended',
            'pipeline_failed',
            'camera_timeout',
            'snapshot_failed',
            'busy',
          ),
        },
      },
    },
    ({ body: { cameraId, stream, ...source } }) => {
      const { url, credentials } = splitSourceUrl(source.url);
      const camera = cameraId === undefined ? undefined : cameras.get(cameraId);
      const stored = [stream === 'sub' ? camera?.substream : null, camera?.source].filter((each) => each != null);
      return probe({ ...storedCredentials(stored, url), ...credentials, ...source, url }, timeoutMs);
    },
  );
}
