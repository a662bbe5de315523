import { hash } from 'node:crypto';
import { audioTrackId } from './layout.ts';

/** What of a chunk is hashed on its own: `prft`, `moof` and the header of `mdat`; pictures; the rest is sound. */
export interface ChunkParts {
  headerBytes: number;
  videoBytes: number;
}

/** A chunk's parts, and the hash over theirs; docs/reference/evidence.md. */
export interface ChunkHash extends ChunkParts {
  hash: Buffer;
}

const prftBytes = 32;
const boxHeaderBytes = 8;
/** From a `traf` to its `trun`: its own header, `tfhd` (whose size is added), `tfdt`. */
const trunOffset = 8 + 20;
/** In a `trun`: size, type, version and flags, number of samples. */
const dataOffsetOffset = 16;

/** Reads the few numbers that say so where `writeChunk` puts them. @param chunk of ours, whole, with pictures. */
export function partsOf(chunk: Buffer): ChunkParts {
  const moofBytes = chunk.readUInt32BE(prftBytes);
  const headerBytes = prftBytes + moofBytes + boxHeaderBytes;
  const mfhdAt = prftBytes + boxHeaderBytes;
  const firstTraf = mfhdAt + chunk.readUInt32BE(mfhdAt);
  const secondTraf = firstTraf + chunk.readUInt32BE(firstTraf);
  const tfhd = secondTraf + boxHeaderBytes;
  const hasSound = secondTraf < prftBytes + moofBytes && chunk.readUInt32BE(tfhd + 12) === audioTrackId;
  if (!hasSound) return { headerBytes, videoBytes: chunk.length - headerBytes };
  const trun = secondTraf + trunOffset + chunk.readUInt32BE(tfhd);
  const soundAt = prftBytes + chunk.readUInt32BE(trun + dataOffsetOffset);
  return { headerBytes, videoBytes: soundAt - headerBytes };
}

export const sha256 = (data: Uint8Array): Buffer => hash('sha256', data, 'buffer');

/** Of a chunk's bytes by its parts, so that pictures alone prove themselves to who is told the other two hashes. */
export function hashChunk(chunk: Uint8Array, { headerBytes, videoBytes }: ChunkParts): Buffer {
  const soundAt = headerBytes + videoBytes;
  const parts = [chunk.subarray(0, headerBytes), chunk.subarray(headerBytes, soundAt), chunk.subarray(soundAt)];
  return hashOfParts(parts.map(sha256));
}

/** @param parts hashes of header, pictures and sound. */
export const hashOfParts = (parts: readonly Uint8Array[]): Buffer => sha256(Buffer.concat(parts));
