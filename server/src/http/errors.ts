import type { Socket } from 'node:net';
import { type ApiError, type ErrorCode, httpStatusOf } from '@nightjar/contract';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { NvrError } from '../shared/errors.ts';
import { redactUrl } from '../shared/redact.ts';

/** Turns whatever was thrown into an ApiError. The log gets the cause, the client what to do about it. */
export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = error instanceof NvrError ? error : fromFastify(error);
  if (known) {
    if (httpStatusOf[known.code] >= 500) request.log.warn({ err: error }, known.message);
    else request.log.debug({ code: known.code, field: known.field }, known.message);
    return sendError(request, reply, known);
  }
  request.log.error({ err: error, method: request.method, url: request.url }, 'request failed');
  const message = 'Something went wrong inside the recorder. Its log says more under this request id.';
  return sendError(request, reply, new NvrError('internal', message));
}

export function sendError(request: FastifyRequest, reply: FastifyReply, error: NvrError): FastifyReply {
  if (reply.raw.headersSent) {
    // Half an answer is out; only breaking off tells the client that it is not whole.
    reply.raw.destroy();
    return reply;
  }
  const body: ApiError = {
    code: error.code,
    message: redactUrl(error.message),
    requestId: request.id,
    ...(error.field === undefined ? {} : { field: error.field }),
  };
  return reply
    .code(httpStatusOf[error.code])
    .removeHeader('content-length')
    .header('cache-control', 'no-store')
    .header('x-request-id', request.id)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(body));
}

interface Refusal {
  code: ErrorCode;
  message: string;
  field?: string;
}

const notJson: Refusal = {
  code: 'unsupported_media_type',
  message: 'The body must be JSON, with the header content-type: application/json.',
};

/** Fastify's own refusals of a request, by its error code. */
const refusals: Record<string, Refusal> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'body_too_large', message: 'The body is larger than 256 KB.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: notJson,
  FST_ERR_CTP_EMPTY_TYPE: notJson,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'invalid_request',
    message: 'body: its length differs from the content-length header',
    field: 'body',
  },
  FST_ERR_BAD_URL: { code: 'invalid_request', message: 'url: its percent-encoding is broken', field: 'url' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'invalid_request', message: 'url: a part of it is too long', field: 'url' },
};

const otherRefusal: Refusal = { code: 'invalid_request', message: 'The request is not valid.' };

/** undefined for an error that the client has no part in. */
function fromFastify(error: unknown): NvrError | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const { code, statusCode = 500 } = error as FastifyError;
  const refusal = refusals[code] ?? (statusCode >= 400 && statusCode < 500 ? otherRefusal : undefined);
  if (!refusal) return undefined;
  const field = refusal.field === undefined ? {} : { field: refusal.field };
  return new NvrError(refusal.code, refusal.message, { cause: error, ...field });
}

/** Answers what is not even HTTP, or has headers beyond Node's 16 KB (a URL that long, too), and hangs up. */
export function handleClientError(error: Error & { code?: string }, socket: Socket, requestId: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] = clientErrors[error.code ?? ''] ?? ['400 Bad Request', 'This is not a valid HTTP request.'];
  const body = JSON.stringify({ code: 'invalid_request', message, requestId } satisfies ApiError);
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

const clientErrors: Record<string, [status: string, message: string]> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The URL and headers are larger than 16 KB.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request did not arrive in time.'],
};
