import type { ChunkMeta } from '../media/chunk.ts';
import type { RemuxRange } from '../media/remux/index.ts';
import { inPlayingOrder } from '../playback/layout.ts';
import type { Footage, Segment, SegmentWithChunks } from '../recording/index.ts';
import type { DayPart } from './parts.ts';

/** What of the recording goes into the files of a part. */
export interface PartFootage {
  ranges: RemuxRange[];
  sizeBytes: number;
  videoFrames: number;
  /** Segments that are in it, wholly or in part, with the number of video frames. */
  segments: Array<{ segment: Segment; frames: number }>;
}

/** Chunks of half a second: sound that comes later than this is lost at the end of a file. */
const chunksForSound = 4;

/**
 * The groups of pictures that begin in `[from, to)`: each belongs to exactly one part of a day. Its last sound may lie
 * in the chunks behind.
 */
export function footageOf({ segments, runs }: Footage, { from, to }: DayPart, fileOf: FileOf): PartFootage {
  const part: PartFootage = { ranges: [], sizeBytes: 0, videoFrames: 0, segments: [] };
  let soundOf = { runId: '', chunks: 0 };
  for (const segment of inPlayingOrder(segments, runs)) {
    const file = fileOf(segment);
    let frames = 0;
    for (const { chunk, beganMs } of withBeginnings(segment)) {
      if (beganMs >= from && beganMs < to) {
        addChunk(part.ranges, file, chunk, false);
        frames += chunk.frames;
        soundOf = { runId: segment.runId, chunks: chunksForSound };
      } else if (beganMs >= to && soundOf.runId === segment.runId && soundOf.chunks > 0) {
        if (runs.get(segment.runId)?.audioCodec) addChunk(part.ranges, file, chunk, true);
        soundOf.chunks -= 1;
      }
    }
    if (frames > 0) part.segments.push({ segment, frames });
    part.videoFrames += frames;
  }
  part.sizeBytes = part.ranges.reduce((sum, range) => sum + (range.soundOnly ? 0 : range.to - range.from), 0);
  return part;
}

/** Absolute. */
export type FileOf = (segment: Segment) => string;

/** Each chunk with the time at which its group of pictures begins, Unix milliseconds. */
function* withBeginnings({ chunks, startAt }: SegmentWithChunks): Generator<{ chunk: ChunkMeta; beganMs: number }> {
  let beganMs: number = startAt;
  for (const chunk of chunks) {
    if (chunk.keyframe) beganMs = chunk.startMs;
    yield { chunk, beganMs };
  }
}

/** Behind the last range where it follows it in the file. */
export function addChunk(
  ranges: RemuxRange[],
  file: string,
  { offset, sizeBytes, frames }: ChunkMeta,
  soundOnly: boolean,
): void {
  const last = ranges.at(-1);
  if (last?.file === file && last.to === offset && Boolean(last.soundOnly) === soundOnly) {
    last.to += sizeBytes;
    last.frames += frames;
  } else {
    ranges.push({ file, from: offset, to: offset + sizeBytes, frames, ...(soundOnly && { soundOnly }) });
  }
}
