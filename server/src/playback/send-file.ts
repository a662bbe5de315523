import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { matchesETag, parseByteRange } from './byte-range.ts';

/** Read at once from disk: few calls for a player's part of a megabyte, little memory for many players. */
const readBytes = 256 * 1024;

/** What is told of bytes that are sent. */
interface BytesFacts {
  /** What is shown of it, from its beginning. */
  sizeBytes: number;
  /** Quoted; another for other bytes. */
  etag: string;
  /** `Cache-Control`. */
  cacheControl: string;
  contentType: string;
}

/** A file that is open for reading, and what is told of it. */
export interface FileToSend extends BytesFacts {
  /** Closed when it has been sent. */
  handle: FileHandle;
}

/** Bytes that are made while they are sent, the same each time, and what is told of them. */
export interface BytesToSend extends BytesFacts {
  /** Of the bytes from `start` to `end`, both inclusive; lets go of what it holds when it has been read or destroyed. */
  read(start: number, end: number): Readable;
  /** Called instead of `read` when nothing is to be sent. */
  close(): Promise<void>;
}

/** Answers a file, or the bytes asked for, with validators (RFC 9110). */
export function sendFile(request: FastifyRequest, reply: FastifyReply, file: FileToSend): Promise<FastifyReply> {
  const { handle, ...facts } = file;
  return sendBytes(request, reply, {
    ...facts,
    read: (start, end) => handle.createReadStream({ start, end, highWaterMark: readBytes }),
    close: () => handle.close(),
  });
}

/** As `sendFile`, of bytes from anywhere. */
export async function sendBytes(
  request: FastifyRequest,
  reply: FastifyReply,
  bytes: BytesToSend,
): Promise<FastifyReply> {
  try {
    return await answer(request, reply, bytes);
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

async function answer(request: FastifyRequest, reply: FastifyReply, bytes: BytesToSend): Promise<FastifyReply> {
  const { sizeBytes, etag, cacheControl, contentType } = bytes;
  reply.headers({ etag, 'accept-ranges': 'bytes', 'cache-control': cacheControl });
  if (matchesETag(request.headers['if-none-match'], etag)) {
    await bytes.close();
    return reply.code(304).send();
  }
  const { range, 'if-range': ifRange } = request.headers;
  const wanted = parseByteRange(ifRange === undefined || ifRange === etag ? range : undefined, sizeBytes);
  if (wanted === 'unsatisfiable') {
    await bytes.close();
    // Not an error of ours to explain: players ask beyond the end on purpose.
    return reply.code(416).header('content-range', `bytes */${sizeBytes}`).header('cache-control', 'no-cache').send();
  }
  const { start, end } = wanted === 'whole' ? { start: 0, end: sizeBytes - 1 } : wanted;
  if (wanted !== 'whole') reply.code(206).header('content-range', `bytes ${start}-${end}/${sizeBytes}`);
  reply.header('content-length', end - start + 1).type(contentType);
  if (request.method === 'HEAD' || sizeBytes === 0) {
    await bytes.close();
    return reply.send();
  }
  return reply.send(bytes.read(start, end));
}
