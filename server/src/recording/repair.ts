import fs from 'node:fs/promises';
import type { ChunkMeta } from '../media/chunk.ts';
import { isTornBeginning, SegmentFormatError, type SegmentScan, scanSegment } from '../media/fmp4/index.ts';
import { isMissing } from '../shared/is-missing.ts';
import { playableChunks } from './scanned-file.ts';

export type Repair =
  /** The file holds these chunks now; at least one. `damagedBytes`: what cannot be read between or behind them. */
  | { outcome: 'repaired'; chunks: ChunkMeta[]; cutBytes: number; damagedBytes: number }
  /** It was the beginning of a segment, broken off before its first chunk was whole; the file is gone now. */
  | { outcome: 'empty' }
  | { outcome: 'missing' }
  /** There is something else in it than the torn beginning of a segment, but no chunk that can be read; the file stays. */
  | { outcome: 'unreadable' };

/** More than any head and first chunk: such a file is not thrown away, whatever it looks like. */
const maxTornBytes = 8 * 1024 * 1024;
/** More than the seconds that a power loss takes back: such a tail is left where it is. */
const maxTailBytes = 32 * 1024 * 1024;

/**
 * Puts a file in order whose writer is gone: what is not a whole chunk at its end is cut off.
 * @throws when the file can't be read or cut.
 */
export async function repairSegment(file: string): Promise<Repair> {
  try {
    const scan = await scanSegment(file);
    const chunks = playableChunks(scan);
    if (chunks.length === 0) return await removeTorn(file);
    return { outcome: 'repaired', chunks, ...(await cutTail(file, scan)) };
  } catch (error) {
    if (error instanceof SegmentFormatError) return removeTorn(file);
    if (isMissing(error)) return { outcome: 'missing' };
    throw error;
  }
}

/** Cuts off what a writer did not finish, unless it is more than a writer leaves. */
export async function cutTail(
  file: string,
  { damage, validBytes, fileBytes }: SegmentScan,
): Promise<{ cutBytes: number; damagedBytes: number }> {
  const damagedBytes = damage.reduce((sum, { from, to }) => sum + to - from, 0);
  const tail = fileBytes - validBytes;
  if (tail > maxTailBytes) return { cutBytes: 0, damagedBytes: damagedBytes + tail };
  if (tail > 0) await fs.truncate(file, validBytes);
  return { cutBytes: tail, damagedBytes };
}

/** The writer died right after opening it. */
async function removeTorn(file: string): Promise<Repair> {
  const { size } = await fs.stat(file);
  if (size > maxTornBytes || !isTornBeginning(await fs.readFile(file))) return { outcome: 'unreadable' };
  await fs.rm(file);
  return { outcome: 'empty' };
}
