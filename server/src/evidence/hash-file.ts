import { open } from 'node:fs/promises';
import type { ChunkMeta } from '../media/chunk.ts';
import {
  type ChunkHash,
  hashChunk,
  readAt,
  type ScannedChunk,
  type SegmentScan,
  scanSegment,
  sha256,
  videoTrackId,
} from '../media/fmp4/index.ts';
import type { ChunkEntry, SegmentContent } from './record.ts';

/** A stretch of a file, one after the other. */
export interface HashedChunk {
  offset: number;
  sizeBytes: number;
  frames: number;
  ticks: number;
  hash: ChunkHash;
}

type HashedFile = Pick<SegmentContent, 'sizeBytes' | 'headBytes' | 'head' | 'chunks' | 'hashes'> & {
  first: ChunkMeta;
  last: ChunkMeta;
};

/**
 * What is in a file now, for want of what was said when it was written. A stretch that is no chunk counts as one without
 * pictures. null when nothing in it can be played.
 * @throws {SegmentFormatError} when it is no recording; when it cannot be read.
 */
export async function hashFile(file: string): Promise<HashedFile | null> {
  const hashed: HashedChunk[] = [];
  const scan = await scanSegment(file, async (chunk, source) => {
    const { offset, sizeBytes, frames, duration } = chunk.meta;
    const parts = partsOf(chunk);
    const hash = hashChunk(await readAt(source.file, offset, sizeBytes), parts);
    hashed.push({ offset, sizeBytes, frames, ticks: duration, hash: { ...parts, hash } });
  });
  const [first, last] = [scan.chunks[0], scan.chunks.at(-1)];
  if (!first || !last) return null;
  const head = await readRest(file, scan, hashed);
  const inOrder = hashed.toSorted((a, b) => a.offset - b.offset);
  return { sizeBytes: scan.fileBytes, headBytes: scan.headLength, head, ...listOf(inOrder), first, last };
}

/** Answers the hash of the head; adds what lies between and behind the chunks. */
async function readRest(file: string, scan: SegmentScan, hashed: HashedChunk[]): Promise<string> {
  const handle = await open(file, 'r');
  try {
    for (const { from, to } of [...scan.damage, { from: scan.validBytes, to: scan.fileBytes }]) {
      const parts = { headerBytes: to - from, videoBytes: 0 };
      const hash = hashChunk(await readAt(handle, from, to - from), parts);
      if (to > from) hashed.push({ offset: from, sizeBytes: to - from, frames: 0, ticks: 0, hash: { ...parts, hash } });
    }
    return sha256(await readAt(handle, 0, scan.headLength)).toString('base64');
  } finally {
    await handle.close();
  }
}

const partsOf = ({ meta, dataOffset, fragments }: ScannedChunk) => ({
  headerBytes: dataOffset - meta.offset,
  videoBytes: fragments
    .filter(({ trackId }) => trackId === videoTrackId)
    .flatMap(({ samples }) => samples)
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
});

/** As a record has them. */
export function listOf(hashed: readonly HashedChunk[]): { chunks: ChunkEntry[]; hashes: string } {
  return {
    chunks: hashed.map(({ sizeBytes, frames, ticks, hash: { headerBytes, videoBytes } }) => [
      ...([headerBytes, videoBytes, sizeBytes - headerBytes - videoBytes] as const),
      ...([frames, ticks] as const),
    ]),
    hashes: Buffer.concat(hashed.map(({ hash }) => hash.hash)).toString('base64'),
  };
}
