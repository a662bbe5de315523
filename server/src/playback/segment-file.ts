import { type FileHandle, open } from 'node:fs/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Segment } from '../recording/index.ts';
import { NvrError } from '../shared/errors.ts';
import { matchesETag, parseByteRange } from './byte-range.ts';

/** Read at once from disk: few calls for a player's part of a megabyte, little memory for many players. */
const readBytes = 256 * 1024;

export interface SegmentFile {
  segment: Segment;
  file: string;
  /** Told when the file is not there any more. */
  onMissing(): Promise<void>;
}

/**
 * Answers a segment's file, or the bytes asked for, with validators (RFC 9110). A closed segment never changes; of an
 * open one only what the index knows to be written is shown.
 *
 * @throws {NvrError} `footage_not_found` when the file is gone.
 */
export async function sendSegment(
  request: FastifyRequest,
  reply: FastifyReply,
  source: SegmentFile,
): Promise<FastifyReply> {
  const handle = await openSegment(source);
  try {
    const sizeBytes = Math.min(source.segment.sizeBytes, (await handle.stat()).size);
    return await answer(request, reply, { handle, sizeBytes, segment: source.segment });
  } catch (error) {
    await handle.close();
    throw error;
  }
}

interface OpenFile {
  handle: FileHandle;
  sizeBytes: number;
  segment: Segment;
}

async function answer(request: FastifyRequest, reply: FastifyReply, { handle, sizeBytes, segment }: OpenFile) {
  const etag = `"${segment.id}-${sizeBytes}"`;
  reply.headers({
    etag,
    'accept-ranges': 'bytes',
    'cache-control': segment.state === 'closed' ? immutable : 'no-store',
  });
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
  reply.header('content-length', end - start + 1).type('video/mp4');
  if (request.method === 'HEAD' || sizeBytes === 0) {
    await handle.close();
    return reply.send();
  }
  return reply.send(handle.createReadStream({ start, end, highWaterMark: readBytes }));
}

/**
 * Bytes of a segment's file; fewer when it is shorter than that.
 * @throws {NvrError} `footage_not_found` when the file is gone.
 */
export async function readSegment(source: SegmentFile, offset: number, sizeBytes: number): Promise<Buffer> {
  const handle = await openSegment(source);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(sizeBytes), 0, sizeBytes, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** What has been written never changes; of an open segment there will be more. */
export const immutable = 'private, max-age=31536000, immutable';

async function openSegment({ file, onMissing }: SegmentFile): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await onMissing();
    throw new NvrError('footage_not_found', 'The file of this recording is gone.', { cause: error });
  }
}
