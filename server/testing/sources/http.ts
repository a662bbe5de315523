import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { certificate } from './certificate.ts';
import { Relay } from './relay.ts';

export interface HttpWish {
  /** What `/ts` and `/mjpeg` show. */
  camera: string;
  /** Files under `/hls/`. */
  folder: string;
  user: string;
  password: string;
}

const boundary = 'ffmpeg';
const kinds: Record<string, { type: string; output: string[] }> = {
  '/ts': { type: 'video/mp2t', output: ['-c', 'copy', '-f', 'mpegts', '-'] },
  '/flv': { type: 'video/x-flv', output: ['-c', 'copy', '-f', 'flv', '-'] },
  '/mjpeg': {
    type: `multipart/x-mixed-replace; boundary=${boundary}`,
    output: ['-an', '-q:v', '3', '-f', 'mpjpeg', '-boundary_tag', boundary, '-'],
  },
};

/** A camera that speaks HTTP: `/ts`, `/flv`, `/mjpeg`, `/hls/…`, with Digest under `/digest/…` and Basic under `/basic/…`. */
export const httpServer = (wish: HttpWish, tls = false): http.Server =>
  tls
    ? https.createServer(certificate, (request, response) => void answer(wish, request, response))
    : http.createServer((request, response) => void answer(wish, request, response));

async function answer(wish: HttpWish, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const [, scheme, rest = ''] = /^(?:\/(basic|digest))?(\/.*)$/.exec(request.url ?? '') ?? [];
  if (scheme && !isAllowed(scheme, wish, request)) {
    const offer = scheme === 'basic' ? 'Basic realm="camera"' : 'Digest realm="camera", nonce="once", qop="auth"';
    response.writeHead(401, { 'www-authenticate': offer }).end();
    return;
  }
  const kind = kinds[rest];
  if (kind) {
    response.writeHead(200, { 'content-type': kind.type });
    const relay = new Relay(wish.camera, kind.output);
    response.once('close', () => void relay[Symbol.asyncDispose]());
    relay.output.pipe(response);
    return;
  }
  const file = path.join(wish.folder, path.basename(rest));
  if (rest.startsWith('/hls/') && existsSync(file)) {
    response.end(await readFile(file));
  } else if (rest === '/page') {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>'.repeat(50));
  } else if (rest === '/away') {
    response.writeHead(302, { location: '/ts' }).end();
  } else {
    response.writeHead(404).end();
  }
}

function isAllowed(
  scheme: string,
  { user, password }: HttpWish,
  { headers, method, url }: http.IncomingMessage,
): boolean {
  const { authorization = '' } = headers;
  if (scheme === 'basic') return authorization === `Basic ${btoa(`${user}:${password}`)}`;
  const field = (name: string) => new RegExp(`${name}="?([^",]*)`).exec(authorization)?.[1] ?? '';
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  const secret = md5(`${user}:camera:${password}`);
  const asked = md5(`${method}:${url}`);
  const expected = md5(`${secret}:once:${field('nc')}:${field('cnonce')}:auth:${asked}`);
  return field('username') === user && field('response') === expected && field('uri') === url;
}
