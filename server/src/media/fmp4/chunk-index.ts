import type { ChunkMeta } from '../chunk.ts';
import { videoTimescale } from './layout.ts';

const version = 1;
/** Count, then offset, media time and UTC of the first chunk. */
const stretchBytes = 4 + 3 * 8;
/** Size, duration, frames × 2 + keyframe. */
const entryBytes = 4 + 4 + 4;

/**
 * Compact form of a segment's chunk list for the database, 12 bytes a chunk. Chunks that follow one another without a
 * hole in the file and in media time share a stretch, of which only the first chunk's place and time are stored; the
 * others' UTC comes back to within a microsecond.
 */
export function encodeChunkIndex(chunks: readonly ChunkMeta[]): Buffer {
  const stretches = splitIntoStretches(chunks);
  const blob = Buffer.allocUnsafe(1 + stretches.length * stretchBytes + chunks.length * entryBytes);
  let at = blob.writeUInt8(version, 0);
  for (const stretch of stretches) {
    const first = stretch[0];
    if (first === undefined) continue;
    at = blob.writeUInt32LE(stretch.length, at);
    at = blob.writeDoubleLE(first.offset, at);
    at = blob.writeDoubleLE(first.mediaTime, at);
    at = blob.writeDoubleLE(first.startMs, at);
    for (const chunk of stretch) {
      at = blob.writeUInt32LE(chunk.sizeBytes, at);
      at = blob.writeUInt32LE(chunk.duration, at);
      at = blob.writeUInt32LE(chunk.frames * 2 + (chunk.keyframe ? 1 : 0), at);
    }
  }
  return blob;
}

/** @throws {Error} when the blob is cut short or of another version. */
export function decodeChunkIndex(blob: Uint8Array): ChunkMeta[] {
  if (blob.length === 0) return [];
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  if (view.getUint8(0) !== version) throw new Error(`Chunk index of unknown version ${view.getUint8(0)}`);
  const chunks: ChunkMeta[] = [];
  for (let at = 1; at < blob.length; ) {
    const count = view.getUint32(at, true);
    let offset = view.getFloat64(at + 4, true);
    const firstMediaTime = view.getFloat64(at + 12, true);
    const firstStartMs = view.getFloat64(at + 20, true);
    at += stretchBytes;
    for (let i = 0, mediaTime = firstMediaTime; i < count; i++, at += entryBytes) {
      const sizeBytes = view.getUint32(at, true);
      const duration = view.getUint32(at + 4, true);
      const frames = view.getUint32(at + 8, true);
      const startMs = firstStartMs + ((mediaTime - firstMediaTime) * 1_000) / videoTimescale;
      chunks.push({
        offset,
        sizeBytes,
        mediaTime,
        duration,
        startMs,
        keyframe: frames % 2 === 1,
        frames: frames >>> 1,
      });
      offset += sizeBytes;
      mediaTime += duration;
    }
  }
  return chunks;
}

function splitIntoStretches(chunks: readonly ChunkMeta[]): ChunkMeta[][] {
  const stretches: ChunkMeta[][] = [];
  let previous: ChunkMeta | null = null;
  for (const chunk of chunks) {
    if (previous !== null && follows(previous, chunk)) stretches.at(-1)?.push(chunk);
    else stretches.push([chunk]);
    previous = chunk;
  }
  return stretches;
}

function follows(previous: ChunkMeta, chunk: ChunkMeta): boolean {
  const elapsedMs = ((chunk.mediaTime - previous.mediaTime) * 1_000) / videoTimescale;
  return (
    chunk.offset === previous.offset + previous.sizeBytes &&
    chunk.mediaTime === previous.mediaTime + previous.duration &&
    Math.abs(chunk.startMs - previous.startMs - elapsedMs) < 0.001
  );
}
