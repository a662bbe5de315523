import fs from 'node:fs/promises';
import type { ChunkMeta } from '../media/chunk.ts';
import { SegmentFormatError, scanSegment } from '../media/fmp4/index.ts';

export type Repair =
  /** The file holds exactly these chunks now; at least one. */
  | { outcome: 'repaired'; chunks: ChunkMeta[]; cutBytes: number }
  /** There was not one whole chunk in it; the file is gone now. */
  | { outcome: 'empty' }
  | { outcome: 'missing' }
  /** Too much in it to be the torn beginning of a segment, but nothing that can be read; the file stays. */
  | { outcome: 'unreadable' };

/** More than any head and first chunk: such a file is not thrown away, whatever it looks like. */
const maxTornBytes = 8 * 1024 * 1024;

/**
 * Puts a file in order whose writer is gone: what is not a whole chunk at its end is cut off.
 * @throws when the file can't be read or cut.
 */
export async function repairSegment(file: string): Promise<Repair> {
  try {
    const { chunks, validBytes, fileBytes } = await scanSegment(file);
    if (chunks.length === 0) return await removeTorn(file);
    if (fileBytes > validBytes) await fs.truncate(file, validBytes);
    return { outcome: 'repaired', chunks, cutBytes: fileBytes - validBytes };
  } catch (error) {
    if (error instanceof SegmentFormatError) return removeTorn(file);
    if (isMissing(error)) return { outcome: 'missing' };
    throw error;
  }
}

/** The writer died right after opening it. */
async function removeTorn(file: string): Promise<Repair> {
  const { size } = await fs.stat(file);
  if (size > maxTornBytes) return { outcome: 'unreadable' };
  await fs.rm(file);
  return { outcome: 'empty' };
}

export const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
