import type { FileHandle } from 'node:fs/promises';
import type { ChunkMeta, SegmentInfo } from '../chunk.ts';
import { boxesIn, boxHeaderAt, type FoundBox, findBox, readU64 } from './box-reader.ts';
import { readFragments, type TrackFragment } from './chunk-reader.ts';
import { videoTimescale, videoTrackId } from './layout.ts';

/** A whole chunk as it was found in a file. */
export interface ScannedChunk {
  meta: ChunkMeta;
  /** Number in its run (`mfhd`), from 1; within a file each is higher than the one before. */
  sequence: number;
  fragments: TrackFragment[];
  /** Of the `moof` in the file; `TrackFragment.dataOffset` counts from it. */
  moofOffset: number;
  /** Of the media data in the file. */
  dataOffset: number;
}

/** Where chunks are looked for. */
export interface ScanSource {
  file: FileHandle;
  /** Bytes beyond are not looked at. */
  fileBytes: number;
  info: SegmentInfo | null;
}

/** Enough for `prft` and `moof` of a usual chunk; a larger `moof` costs a second read. */
const chunkHeadBytes = 4_096;
/** Of a `prft` in version 1. */
const prftBytes = 32;
const ntpToUnixSeconds = 2_208_988_800;
/** How far the two clock times of a chunk may differ: the fractions of NTP and of a double. */
const clockToleranceMs = 10;
/** Read at once while looking for the next chunk behind damage. */
const searchBytes = 1 << 20;
/** How each of our chunks begins: size and type of its `prft`. */
const chunkMark = Buffer.from([0, 0, 0, prftBytes, ...Buffer.from('prft', 'latin1')]);

/**
 * The chunk at `offset`, or null when none is whole there: a box is cut short or damaged, the boxes contradict each
 * other, or the chunk does not go on from `previous`.
 */
export async function readChunk(
  { file, fileBytes, info }: ScanSource,
  offset: number,
  previous: ScannedChunk | null,
): Promise<ScannedChunk | null> {
  let data = await readAt(file, offset, Math.min(chunkHeadBytes, fileBytes - offset));
  const prft = boxHeaderAt(data, 0);
  if (prft?.type !== 'prft' || prft.sizeBytes !== prftBytes) return null;
  const moof = boxHeaderAt(data, prftBytes);
  if (moof?.type !== 'moof') return null;
  const mdatAt = prftBytes + moof.sizeBytes;
  if (offset + mdatAt + 8 > fileBytes) return null;
  if (mdatAt + 16 > data.length) data = await readAt(file, offset, Math.min(mdatAt + 16, fileBytes - offset));
  const mdat = boxHeaderAt(data, mdatAt);
  if (mdat?.type !== 'mdat' || offset + mdatAt + mdat.sizeBytes > fileBytes) return null;
  const moofBox = boxesIn(data, prftBytes, mdatAt)[0];
  const sequence = moofBox && sequenceOf(data, moofBox);
  if (!moofBox || sequence === undefined) return null;

  const fragments = readFragments(data, moofBox);
  const video = fragments.find((fragment) => fragment.trackId === videoTrackId);
  const first = video?.samples[0];
  if (!video || !first || mediaBytesOf(fragments) !== mdat.sizeBytes - mdat.headerBytes) return null;
  const wallMs = wallClock(data);
  const startMs = info === null ? wallMs : info.runStartMs + (video.baseTime * 1_000) / videoTimescale;
  if (readU64(data, 24) !== video.baseTime || Math.abs(startMs - wallMs) > clockToleranceMs) return null;
  const meta: ChunkMeta = {
    offset,
    sizeBytes: mdatAt + mdat.sizeBytes,
    mediaTime: video.baseTime,
    duration: video.samples.reduce((sum, sample) => sum + sample.duration, 0),
    startMs,
    keyframe: first.keyframe,
    frames: video.samples.length,
  };
  const places = { moofOffset: offset + prftBytes, dataOffset: offset + mdatAt + mdat.headerBytes };
  const chunk: ScannedChunk = { meta, sequence, fragments, ...places };
  return previous === null || goesOn(previous, chunk) ? chunk : null;
}

/**
 * The first chunk after `from` that goes on from `previous`: the one behind a damaged stretch. Media data can hold
 * anything, also the bytes of a whole chunk, but not one with a higher number at a later time of the same run.
 */
export async function findChunk(
  source: ScanSource,
  from: number,
  previous: ScannedChunk | null,
): Promise<ScannedChunk | null> {
  const { file, fileBytes } = source;
  for (let at = from; at + chunkMark.length <= fileBytes; at += searchBytes) {
    // A mark may lie across the end of what is read at once.
    const data = await readAt(file, at, Math.min(searchBytes + chunkMark.length - 1, fileBytes - at));
    for (let found = data.indexOf(chunkMark); found >= 0; found = data.indexOf(chunkMark, found + 1)) {
      const chunk = await readChunk(source, at + found, previous);
      if (chunk) return chunk;
    }
  }
  return null;
}

const goesOn = (previous: ScannedChunk, next: ScannedChunk): boolean =>
  next.sequence > previous.sequence && next.meta.mediaTime >= previous.meta.mediaTime + previous.meta.duration;

/** ISO 14496-12, 8.8.5. */
function sequenceOf(data: Buffer, moof: FoundBox): number | undefined {
  const mfhd = findBox(data, 'mfhd', moof);
  return mfhd && mfhd.body + 8 <= mfhd.end ? data.readUInt32BE(mfhd.body + 4) : undefined;
}

const mediaBytesOf = (fragments: readonly TrackFragment[]): number =>
  fragments.reduce((sum, { samples }) => sum + samples.reduce((bytes, sample) => bytes + sample.sizeBytes, 0), 0);

/** UTC from the `prft` at the start of `data`, Unix milliseconds. NTP counts anew from 2036 on (RFC 4330, section 3). */
function wallClock(data: Buffer): number {
  const seconds = readU64(data, 16) / 0x100000000;
  const era = seconds < 0x80000000 ? 0x100000000 : 0;
  return (seconds + era - ntpToUnixSeconds) * 1_000;
}

/** Fewer bytes than asked for only at the end of the file. */
export async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const data = Buffer.allocUnsafe(length);
  let got = 0;
  while (got < length) {
    const { bytesRead } = await file.read(data, got, length - got, offset + got);
    if (bytesRead === 0) break;
    got += bytesRead;
  }
  return data.subarray(0, got);
}
