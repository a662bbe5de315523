import { type FileHandle, open } from 'node:fs/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Segment } from '../recording/index.ts';
import { NvrError } from '../shared/errors.ts';
import { sendFile } from './send-file.ts';

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
  const { segment } = source;
  const handle = await openSegment(source);
  const { size } = await handle.stat().catch(async (error: unknown) => {
    await handle.close();
    throw error;
  });
  const sizeBytes = Math.min(segment.sizeBytes, size);
  return sendFile(request, reply, {
    handle,
    sizeBytes,
    etag: `"${segment.id}-${sizeBytes}"`,
    cacheControl: segment.state === 'closed' ? immutable : 'no-store',
    contentType: 'video/mp4',
  });
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
