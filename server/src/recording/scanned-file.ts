import path from 'node:path';
import type { ChunkMeta, SegmentInfo } from '../media/chunk.ts';
import { type ChunkVisitor, SegmentFormatError, type SegmentScan, scanSegment } from '../media/fmp4/index.ts';
import { isMissing } from '../shared/is-missing.ts';
import { endOf, type Run, rounded, type SegmentWithChunks } from './segment.ts';

/** Where a file was found. */
export interface FoundFile {
  volume: { id: string; root: string };
  /** Relative to the volume, `/` between folders. */
  path: string;
}

/** A segment that has no id yet. */
export type ScannedSegment = Omit<SegmentWithChunks, 'id'>;

/** What a file says of itself, as the index keeps it. */
export type ScannedFile =
  /** A recording of the camera whose folder it lies in. */
  | { outcome: 'segment'; segment: ScannedSegment; run: Run; scan: SegmentScan }
  /** A recording of the camera named in it, which is another than that of its folder. */
  | { outcome: 'misplaced'; cameraId: string }
  /** The head of a recording, and not one chunk that can be played. */
  | { outcome: 'empty'; scan: SegmentScan }
  /** Not a recording of ours, or its head is damaged: it does not say which one it is. */
  | { outcome: 'unknown'; why: string }
  | { outcome: 'missing' };

/**
 * Reads a file's boxes; changes nothing.
 * @param visit called for each chunk.
 * @throws when the disk does not give the file.
 */
export async function scanFile({ volume, path: file }: FoundFile, visit?: ChunkVisitor): Promise<ScannedFile> {
  try {
    const scan = await scanSegment(path.join(volume.root, file), visit);
    const { info } = scan;
    if (!info) return { outcome: 'unknown', why: 'it does not say which recording it is' };
    if (info.cameraId !== cameraOf(file)) return { outcome: 'misplaced', cameraId: info.cameraId };
    const segment = segmentOf(scan, info, { volume, path: file });
    return segment ? { outcome: 'segment', segment, run: runOf(scan, info), scan } : { outcome: 'empty', scan };
  } catch (error) {
    if (error instanceof SegmentFormatError)
      return { outcome: 'unknown', why: 'it does not begin as a recording does' };
    if (isMissing(error)) return { outcome: 'missing' };
    throw error;
  }
}

/** `front-door` for `recordings/front-door/2026-11-22/14-03-00.000+0100.mp4`. */
export const cameraOf = (file: string): string => file.split('/')[1] ?? '';

/**
 * The chunks that can be played: behind a damaged stretch frames refer to others that are lost, until the next keyframe.
 */
export function playableChunks({ chunks, damage }: Pick<SegmentScan, 'chunks' | 'damage'>): ChunkMeta[] {
  if (damage.length === 0) return chunks;
  const behindDamage = new Set(damage.map(({ to }) => to));
  let waiting = true;
  return chunks.filter((chunk) => {
    waiting = (waiting || behindDamage.has(chunk.offset)) && !chunk.keyframe;
    return !waiting;
  });
}

/** null when there is nothing to be played in it. */
function segmentOf(scan: SegmentScan, info: SegmentInfo, { volume, path }: FoundFile): ScannedSegment | null {
  const chunks = playableChunks(scan);
  const [first, last] = [chunks[0], chunks.at(-1)];
  if (!first || !last) return null;
  return {
    ...{ cameraId: info.cameraId, volumeId: volume.id, runId: info.runId, sequence: info.sequence, path },
    ...{ startAt: rounded(first.startMs), endAt: rounded(endOf(last)), sizeBytes: scan.validBytes },
    ...{ headLength: scan.headLength, state: 'closed', chunks },
  };
}

function runOf({ video, audio, initLength }: SegmentScan, info: SegmentInfo): Run {
  return {
    id: info.runId,
    cameraId: info.cameraId,
    startAt: rounded(info.runStartMs),
    videoCodec: video.codec,
    codecStrings: [video.codecString, ...(audio ? [audio.codecString] : [])],
    width: video.width,
    height: video.height,
    audioCodec: audio?.codec ?? null,
    initLength,
  };
}
