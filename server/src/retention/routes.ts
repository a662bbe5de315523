import {
  type RetentionPreview,
  type RetentionPreviewQuery,
  RetentionPreviewQuerySchema,
  RetentionPreviewSchema,
} from '@nightjar/contract';
import { type App, failures } from '../shared/route.ts';

interface RetentionRouteParts {
  engine: { preview(query: RetentionPreviewQuery): Promise<RetentionPreview> };
  cameras: {
    /** @throws {NvrError} `camera_not_found` */
    require(id: string): unknown;
  };
}

export function retentionRoutes(app: App, { engine, cameras }: RetentionRouteParts): void {
  app.get(
    '/retention/preview',
    {
      schema: {
        tags: ['Retention'],
        summary: 'What cleaning would remove now',
        description:
          'A dry run of the rules: the same that cleaning carries out every few seconds. With `maxAgeDays` or ' +
          '`maxSizeBytes` it tells what would go if they were the limits of the camera, or of all.',
        querystring: RetentionPreviewQuerySchema,
        response: { 200: RetentionPreviewSchema, ...failures('invalid_request', 'camera_not_found') },
      },
    },
    ({ query }) => {
      if (query.cameraId !== undefined) cameras.require(query.cameraId);
      return engine.preview(query);
    },
  );
}
