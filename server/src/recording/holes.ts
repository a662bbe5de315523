import type { Span } from '@nightjar/contract';
import type { ChunkMeta } from '../media/chunk.ts';

/** Frames that fail to come for so long were not recorded, though the connection held: the picture stood still. */
const leastHoleMs = 1_000;

/**
 * Where frames are missing inside a segment, oldest first. A frame lasts until the next one comes, so a chunk that lasts
 * much longer than its frames do, at the distance that those before it had, ends with a hole.
 *
 * @param chunks in file order.
 */
export function holesIn(chunks: readonly ChunkMeta[]): Span[] {
  const holes: Span[] = [];
  let usualMs = Number.NaN;
  for (const [at, chunk] of chunks.entries()) {
    const frameMs = chunk.duration / 90 / chunk.frames;
    if (Number.isNaN(usualMs)) usualMs = Math.min(frameMs, intervalOf(chunks[at + 1]) ?? frameMs);
    const end = chunk.startMs + chunk.duration / 90;
    const last = chunk.startMs + chunk.frames * usualMs;
    if (end - last >= leastHoleMs) holes.push({ from: Math.round(last), to: Math.round(end) });
    else usualMs = frameMs;
  }
  return holes;
}

const intervalOf = (chunk: ChunkMeta | undefined) => chunk && chunk.duration / 90 / chunk.frames;

/** As the database keeps them: `[[from, to], …]`; null for none. */
export const encodeHoles = (holes: readonly Span[]): string | null =>
  holes.length === 0 ? null : JSON.stringify(holes.map(({ from, to }) => [from, to]));

export const decodeHoles = (text: string | null): Span[] =>
  text === null ? [] : (JSON.parse(text) as Array<[number, number]>).map(([from, to]) => ({ from, to }));
