import type { ChunkMeta } from '../../src/media/chunk.ts';
import { encodeChunkIndex } from '../../src/media/fmp4/index.ts';
import type { PlannedSegment } from './plan.ts';

/** What rows say of files that are not there. */
export const headLength = 900;
const chunkBytes = 40_000;
const chunkMs = 500;
/** Chunks; a keyframe begins each second of them. */
const gopChunks = 4;
const framesInChunk = 8;
/** Of an encoded index (version, count, offset), before the media time and the instant of its first chunk. */
const firstTimesAt = 1 + 4 + 8;

const fullMinute = encodeChunkIndex(chunkMetas({ startAt: 0, endAt: 60_000, runStartAt: 0, hole: null }));

/** The chunk index of a segment as a camera with 16 frames and 80 KB a second fills it. */
export function chunkIndexOf(segment: PlannedSegment): Buffer {
  if (segment.hole || segment.endAt - segment.startAt !== 60_000) return encodeChunkIndex(chunkMetas(segment));
  const blob = Buffer.from(fullMinute);
  const at = blob.writeDoubleLE((segment.startAt - segment.runStartAt) * 90, firstTimesAt);
  blob.writeDoubleLE(segment.startAt, at);
  return blob;
}

export const sizeOf = ({ startAt, endAt }: PlannedSegment): number =>
  headLength + Math.ceil((endAt - startAt) / chunkMs) * chunkBytes;

function chunkMetas({
  startAt,
  endAt,
  runStartAt,
  hole,
}: Pick<PlannedSegment, 'startAt' | 'endAt' | 'runStartAt' | 'hole'>): ChunkMeta[] {
  const chunks: ChunkMeta[] = [];
  for (let at = startAt; at < endAt; ) {
    const lasts = Math.min(chunkMs, endAt - at);
    const end = hole && at + lasts === hole.from ? hole.to : at + lasts;
    chunks.push({
      offset: headLength + chunks.length * chunkBytes,
      sizeBytes: chunkBytes,
      mediaTime: (at - runStartAt) * 90,
      duration: (end - at) * 90,
      startMs: at,
      keyframe: chunks.length % gopChunks === 0,
      frames: framesInChunk,
    });
    at = end;
  }
  return chunks;
}
