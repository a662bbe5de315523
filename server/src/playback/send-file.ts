import type { FileHandle } from 'node:fs/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { matchesETag, parseByteRange } from './byte-range.ts';

/** Read at once from disk: few calls for a player's part of a megabyte, little memory for many players. */
const readBytes = 256 * 1024;

/** A file that is open for reading, and what is told of it. */
export interface FileToSend {
  /** Closed when it has been sent. */
  handle: FileHandle;
  /** What is shown of it, from its beginning. */
  sizeBytes: number;
  /** Quoted; another for other bytes. */
  etag: string;
  /** `Cache-Control`. */
  cacheControl: string;
  contentType: string;
}

/** Answers a file, or the bytes asked for, with validators (RFC 9110). */
export async function sendFile(request: FastifyRequest, reply: FastifyReply, file: FileToSend): Promise<FastifyReply> {
  try {
    return await answer(request, reply, file);
  } catch (error) {
    await file.handle.close();
    throw error;
  }
}

async function answer(request: FastifyRequest, reply: FastifyReply, file: FileToSend): Promise<FastifyReply> {
  const { handle, sizeBytes, etag, cacheControl, contentType } = file;
  reply.headers({ etag, 'accept-ranges': 'bytes', 'cache-control': cacheControl });
  if (matchesETag(request.headers['if-none-match'], etag)) {
    await handle.close();
    return reply.code(304).send();
  }
  const { range, 'if-range': ifRange } = request.headers;
  const wanted = parseByteRange(ifRange === undefined || ifRange === etag ? range : undefined, sizeBytes);
  if (wanted === 'unsatisfiable') {
    await handle.close();
    // Not an error of ours to explain: players ask beyond the end on purpose.
    return reply.code(416).header('content-range', `bytes */${sizeBytes}`).header('cache-control', 'no-cache').send();
  }
  const { start, end } = wanted === 'whole' ? { start: 0, end: sizeBytes - 1 } : wanted;
  if (wanted !== 'whole') reply.code(206).header('content-range', `bytes ${start}-${end}/${sizeBytes}`);
  reply.header('content-length', end - start + 1).type(contentType);
  if (request.method === 'HEAD' || sizeBytes === 0) {
    await handle.close();
    return reply.send();
  }
  return reply.send(handle.createReadStream({ start, end, highWaterMark: readBytes }));
}
