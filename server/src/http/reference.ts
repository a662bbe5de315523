import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { App } from '../shared/route.ts';
import { readable } from './openapi.ts';

const description = `Everything the web interface does goes through this API.

- **Instants** (\`from\`, \`to\`, \`at\`) are ISO 8601 with an offset, or Unix milliseconds. Ranges are half-open: \`[from, to)\`.
- **Instants in answers** are Unix milliseconds of the recorder's clock.
- **Bodies** are JSON; a field the API does not know is refused, not ignored.
- **Errors** are \`{ code, message, requestId }\`, and \`field\` for bad input. The log tells more under the request id.
- **Camera passwords** are write-only.`;

const tags = [
  { name: 'Cameras', description: 'Which cameras exist and what they do now.' },
  { name: 'Recordings', description: 'What is recorded, what is not and why.' },
  { name: 'Playback', description: 'Recorded footage, as HLS, files and still pictures.' },
  { name: 'Live', description: 'The newest seconds.' },
  { name: 'Recorder', description: 'The recorder itself.' },
];

/** `/api/v1/openapi.json`, made from the routes' schemas, and a page to read and try it at `/api/docs`. */
export async function referenceRoutes(app: App, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Nightjar', version, description }, tags, servers: [{ url: '/' }] },
    transformObject: (document) =>
      'openapiObject' in document ? readable(document.openapiObject) : document.swaggerObject,
  });
  app.get('/api/v1/openapi.json', { schema: { hide: true } }, (_request, reply) =>
    reply.header('cache-control', 'no-cache').send(app.swagger()),
  );
  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    uiConfig: { url: '/api/v1/openapi.json', deepLinking: true, docExpansion: 'list', defaultModelsExpandDepth: 0 },
    theme: { title: 'Nightjar API' },
  });
}
