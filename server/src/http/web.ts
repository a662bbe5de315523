import fs from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../shared/route.ts';

/** The built web interface. Answers what sends its page for an address it does not know, or undefined without one. */
export async function webFiles(
  app: App,
  webRoot: string | undefined,
): Promise<((reply: FastifyReply) => unknown) | undefined> {
  if (webRoot === undefined || !fs.existsSync(path.join(webRoot, 'index.html'))) return undefined;
  const assets = path.join(webRoot, 'assets') + path.sep;
  await app.register(fastifyStatic, {
    root: webRoot,
    schemaHide: true,
    cacheControl: false,
    setHeaders(reply, file) {
      // Vite puts a hash of the content into the names of assets.
      reply.header('cache-control', file.startsWith(assets) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  return (reply) => reply.sendFile('index.html');
}

/** A person opened an address of the web interface (`/playback/front-door`); the page itself knows what that is. */
export function asksForPage({ method, url, headers }: FastifyRequest): boolean {
  const [pathname = ''] = url.split('?');
  const isReserved = pathname === '/api' || pathname.startsWith('/api/') || pathname.startsWith('/assets/');
  const isRead = method === 'GET' || method === 'HEAD';
  return isRead && !isReserved && (headers.accept ?? '').includes('text/html');
}
