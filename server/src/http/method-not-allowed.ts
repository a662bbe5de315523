import type { FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { NvrError } from '../shared/errors.ts';
import type { App } from '../shared/route.ts';
import { sendError } from './errors.ts';

const methods: HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * Answers 405 with an `Allow` header where a path of the API exists but not for this method. Call before any route is declared;
 * the answer's second half runs when all are.
 */
export function watchMethods(app: App): () => void {
  const allowed = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    if (!/^\/(api\/v1\/|healthz$|readyz$)/.test(url)) return;
    const known = allowed.get(url) ?? new Set();
    for (const each of [method].flat()) known.add(each);
    allowed.set(url, known);
  });
  return () => {
    for (const [url, known] of [...allowed]) refuseOthers(app, url, [...known]);
  };
}

function refuseOthers(app: App, url: string, known: string[]): void {
  const others = methods.filter((method) => !known.includes(method));
  if (others.length === 0) return;
  const allow = known.join(', ');
  const refuse = async (request: FastifyRequest, reply: FastifyReply) => {
    reply.header('allow', allow);
    return sendError(request, reply, new NvrError('method_not_allowed', `This address answers only ${allow}.`));
  };
  // Refused before its body is even read.
  app.route({
    method: others,
    url,
    schema: { hide: true },
    exposeHeadRoute: false,
    onRequest: refuse,
    handler: refuse,
  });
}
