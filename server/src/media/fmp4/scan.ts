import { open } from 'node:fs/promises';
import type { ChunkMeta, SegmentInfo } from '../chunk.ts';
import { boxesIn } from './box-reader.ts';
import { codecStringOf } from './codec/codec-string.ts';
import { readInit, SegmentFormatError } from './read-init.ts';
import { findChunk, readAt, readChunk, type ScannedChunk, type ScanSource } from './scan-chunk.ts';
import { readSegmentInfo } from './segment-info.ts';

/** What a segment's head says: all before its first chunk. */
export interface SegmentHead {
  /** null when the file has no such box of ours. */
  info: SegmentInfo | null;
  video: { codec: 'h264' | 'h265'; codecString: string; width: number; height: number };
  audio: { codec: 'aac'; codecString: string; sampleRate: number; channels: number } | null;
  /** `ftyp` + `moov`. */
  initLength: number;
  /** Offset of the first chunk. */
  headLength: number;
}

/** Bytes `[from, to)` of a file that are no chunk, with chunks behind them. */
export interface DamagedRange {
  from: number;
  to: number;
}

export interface SegmentScan extends SegmentHead {
  /** In file order; only those that are whole. */
  chunks: ChunkMeta[];
  /** What lies between them, or before the first, and cannot be read; in file order, mostly none. */
  damage: DamagedRange[];
  /** End of the last whole chunk; what follows is torn. */
  validBytes: number;
  fileBytes: number;
}

/** Called for each chunk in file order; the scan goes on when it is done. */
export type ChunkVisitor = (chunk: ScannedChunk, source: ScanSource) => void | Promise<void>;

/** Of most segments this is more than the head, and one read. */
const usualHeadBytes = 8_192;
const maxHeadBytes = 1 << 20;

/**
 * Reads what the index needs from a segment file, leaving out the media data. Behind a damaged stretch it goes on with
 * the next whole chunk; a tail that was not wholly written is left out of `chunks` and `validBytes`.
 * @throws {SegmentFormatError} when the file has no complete `ftyp` + `moov` with video we know.
 */
export async function scanSegment(path: string, visit?: ChunkVisitor): Promise<SegmentScan> {
  const file = await open(path, 'r');
  try {
    const fileBytes = (await file.stat()).size;
    const head = await readHead({ file, fileBytes });
    const source: ScanSource = { file, fileBytes, info: head.info };
    const chunks: ChunkMeta[] = [];
    const damage: DamagedRange[] = [];
    let validBytes = head.headLength;
    for (let last: ScannedChunk | null = null; ; ) {
      const chunk: ScannedChunk | null =
        (await readChunk(source, validBytes, last)) ?? (await findChunk(source, validBytes + 1, last));
      if (chunk === null) break;
      if (chunk.meta.offset > validBytes) damage.push({ from: validBytes, to: chunk.meta.offset });
      chunks.push(chunk.meta);
      if (visit) await visit(chunk, source);
      validBytes = chunk.meta.offset + chunk.meta.sizeBytes;
      last = chunk;
    }
    return { ...head, chunks, damage, validBytes, fileBytes };
  } finally {
    await file.close();
  }
}

/**
 * What a segment's head says.
 * @throws {SegmentFormatError} when the file has no complete `ftyp` + `moov` with video we know.
 */
export async function scanHead(path: string): Promise<SegmentHead> {
  const file = await open(path, 'r');
  try {
    return await readHead({ file, fileBytes: (await file.stat()).size });
  } finally {
    await file.close();
  }
}

async function readHead({ file, fileBytes }: Omit<ScanSource, 'info'>): Promise<SegmentHead> {
  const data = await readAt(file, 0, Math.min(fileBytes, usualHeadBytes));
  const behindHead = boxesIn(data).find((box, at) => at >= 2 && !isOfHead(box.type));
  if (behindHead || data.length < usualHeadBytes) return parseHead(data);
  return parseHead(await readAt(file, 0, Math.min(fileBytes, maxHeadBytes)));
}

const isOfHead = (type: string): boolean => type === 'uuid' || type === 'free';

function parseHead(data: Buffer): SegmentHead {
  const boxes = boxesIn(data);
  const moov = boxes[1];
  if (boxes[0]?.type !== 'ftyp' || moov?.type !== 'moov') throw new SegmentFormatError('No complete ftyp and moov');
  let info: SegmentInfo | null = null;
  let headLength = moov.end;
  for (const box of boxes.slice(2)) {
    if (!isOfHead(box.type)) break;
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
