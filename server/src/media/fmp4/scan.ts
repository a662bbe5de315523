import { type FileHandle, open } from 'node:fs/promises';
import type { ChunkMeta, SegmentInfo } from '../chunk.ts';
import { boxesIn, boxHeaderAt, readU64 } from './box-reader.ts';
import { readFragments } from './chunk-reader.ts';
import { codecStringOf } from './codec/codec-string.ts';
import { videoTimescale, videoTrackId } from './layout.ts';
import { readInit, SegmentFormatError } from './read-init.ts';
import { readSegmentInfo } from './segment-info.ts';

export interface SegmentScan {
  /** null when the file has no such box of ours. */
  info: SegmentInfo | null;
  video: { codec: 'h264' | 'h265'; codecString: string; width: number; height: number };
  audio: { codec: 'aac'; codecString: string; sampleRate: number; channels: number } | null;
  /** `ftyp` + `moov`. */
  initLength: number;
  /** Offset of the first chunk. */
  headLength: number;
  /** In file order; only those that are whole. */
  chunks: ChunkMeta[];
  /** End of the last whole chunk; cut the file here. */
  validBytes: number;
  fileBytes: number;
}

const maxHeadBytes = 1 << 20;
/** Enough for `prft` and `moof` of a usual chunk; a larger `moof` costs a second read. */
const chunkHeadBytes = 4_096;
/** Of a `prft` in version 1. */
const prftBytes = 32;
const ntpToUnixSeconds = 2_208_988_800;

/**
 * Reads what the index needs from a segment file, leaving out the media data. A tail that was not wholly written is
 * left out of `chunks` and `validBytes`.
 * @throws {SegmentFormatError} when the file has no complete `ftyp` + `moov` with video we know.
 */
export async function scanSegment(path: string): Promise<SegmentScan> {
  const file = await open(path, 'r');
  try {
    const fileBytes = (await file.stat()).size;
    const head = readHead(await readAt(file, 0, Math.min(fileBytes, maxHeadBytes)));
    const chunks: ChunkMeta[] = [];
    let validBytes = head.headLength;
    for (;;) {
      const chunk = await readChunk(file, validBytes, fileBytes, head.info);
      if (chunk === null) break;
      chunks.push(chunk);
      validBytes += chunk.sizeBytes;
    }
    return { ...head, chunks, validBytes, fileBytes };
  } finally {
    await file.close();
  }
}

type SegmentHead = Omit<SegmentScan, 'chunks' | 'validBytes' | 'fileBytes'>;

function readHead(data: Buffer): SegmentHead {
  const boxes = boxesIn(data);
  const moov = boxes[1];
  if (boxes[0]?.type !== 'ftyp' || moov?.type !== 'moov') throw new SegmentFormatError('No complete ftyp and moov');
  let info: SegmentInfo | null = null;
  let headLength = moov.end;
  for (const box of boxes.slice(2)) {
    if (box.type !== 'uuid' && box.type !== 'free') break;
    info ??= readSegmentInfo(data, box);
    headLength = box.end;
  }
  const { video, audio } = readInit(data);
  return {
    info,
    video: {
      codec: video.codec,
      width: video.width,
      height: video.height,
      codecString: codecStringOf(video.codec, video.codecData),
    },
    audio: audio && {
      codec: 'aac',
      sampleRate: audio.sampleRate,
      channels: audio.channels,
      codecString: codecStringOf('aac', audio.codecData),
    },
    initLength: moov.end,
    headLength,
  };
}

/** The chunk at `offset`, or null when none is whole there. */
async function readChunk(
  file: FileHandle,
  offset: number,
  fileBytes: number,
  info: SegmentInfo | null,
): Promise<ChunkMeta | null> {
  let data = await readAt(file, offset, Math.min(chunkHeadBytes, fileBytes - offset));
  const prft = boxHeaderAt(data, 0);
  if (prft?.type !== 'prft' || prft.sizeBytes < prftBytes) return null;
  const moof = boxHeaderAt(data, prft.sizeBytes);
  if (moof?.type !== 'moof') return null;
  const mdatAt = prft.sizeBytes + moof.sizeBytes;
  if (offset + mdatAt + 8 > fileBytes) return null;
  if (mdatAt + 16 > data.length) data = await readAt(file, offset, Math.min(mdatAt + 16, fileBytes - offset));
  const mdat = boxHeaderAt(data, mdatAt);
  if (mdat?.type !== 'mdat') return null;
  const sizeBytes = mdatAt + mdat.sizeBytes;
  if (offset + sizeBytes > fileBytes) return null;

  const moofBox = boxesIn(data, prft.sizeBytes, mdatAt)[0];
  const fragments = moofBox === undefined ? [] : readFragments(data, moofBox);
  const samples = fragments.flatMap((fragment) => fragment.samples);
  const mediaBytes = samples.reduce((sum, sample) => sum + sample.sizeBytes, 0);
  const video = fragments.find((fragment) => fragment.trackId === videoTrackId);
  const first = video?.samples[0];
  if (video === undefined || first === undefined || mediaBytes !== mdat.sizeBytes - mdat.headerBytes) return null;
  return {
    offset,
    sizeBytes,
    mediaTime: video.baseTime,
    duration: video.samples.reduce((sum, sample) => sum + sample.duration, 0),
    startMs: info === null ? wallClock(data) : info.runStartMs + (video.baseTime * 1_000) / videoTimescale,
    keyframe: first.keyframe,
    frames: video.samples.length,
  };
}

/** UTC from the `prft` at the start of `data`, Unix milliseconds. */
function wallClock(data: Buffer): number {
  const ntp = readU64(data, 16);
  return (ntp / 0x100000000 - ntpToUnixSeconds) * 1_000;
}

/** Fewer bytes than asked for only at the end of the file. */
async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const data = Buffer.allocUnsafe(length);
  let got = 0;
  while (got < length) {
    const { bytesRead } = await file.read(data, got, length - got, offset + got);
    if (bytesRead === 0) break;
    got += bytesRead;
  }
  return data.subarray(0, got);
}
