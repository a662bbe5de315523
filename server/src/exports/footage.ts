import type { TimeRange } from '@nightjar/contract';
import { addChunk, type FileOf } from '../archive/footage.ts';
import type { ChunkMeta } from '../media/chunk.ts';
import type { RemuxRange } from '../media/remux/index.ts';
import { inPlayingOrder } from '../playback/layout.ts';
import type { Footage, Segment, SegmentWithChunks } from '../recording/index.ts';

/** What of the recording goes into the files of a part: whole chunks, from the keyframe at or before its beginning. */
export interface PartFootage {
  ranges: RemuxRange[];
  sizeBytes: number;
  videoFrames: number;
  segments: Segment[];
}

/** Where footage is read from; the recording index is one. */
export interface FootageSource {
  footage(streamId: string, range: TimeRange): Promise<Footage>;
  fileOf: FileOf;
}

/** Chunk indexes of an hour at once: those of a month would fill the memory. */
const sliceMs = 3_600_000;
/** No segment is longer. */
const marginMs = 600_000;
/** Chunks of half a second: sound that comes later than this is lost at the end of a file. */
const chunksForSound = 4;
/** Pictures may be shown later than they are decoded, which is what chunks are placed by: some begin so much earlier. */
const reorderMs = 500;

/** What is recorded of a stream in `[from, to)`, with the pictures before that those of `from` need. */
export async function footageOfPart(
  source: FootageSource,
  streamId: string,
  { from, to }: { from: number; to: number },
): Promise<PartFootage> {
  const part: PartFootage = { ranges: [], sizeBytes: 0, videoFrames: 0, segments: [] };
  const sound = { runId: '', chunks: 0 };
  for (let at = from; at < to; at += sliceMs) {
    const slice = { from: at === from ? from - marginMs : at, to: Math.min(at + sliceMs, to) };
    const isLast = slice.to === to;
    const read = { from: slice.from, to: isLast ? to + marginMs : slice.to } as TimeRange;
    const { segments, runs } = await source.footage(streamId, read);
    for (const segment of inPlayingOrder(segments, runs)) {
      const isOfSlice = segment.startAt >= slice.from && (segment.startAt < slice.to || isLast);
      if (!isOfSlice && !(at === from && segment.startAt < slice.from)) continue;
      const hasSound = Boolean(runs.get(segment.runId)?.audioCodec);
      addSegment(part, segment, { from, to, file: source.fileOf(segment), hasSound, sound });
    }
  }
  part.sizeBytes = part.ranges.reduce((sum, range) => sum + (range.soundOnly ? 0 : range.to - range.from), 0);
  return part;
}

interface Adding {
  from: number;
  to: number;
  file: string;
  hasSound: boolean;
  /** Chunks behind the last pictures that are still looked at for their sound. */
  sound: { runId: string; chunks: number };
}

function addSegment(part: PartFootage, segment: SegmentWithChunks, { from, to, file, hasSound, sound }: Adding): void {
  let frames = 0;
  for (const chunk of neededChunks(segment.chunks, from - reorderMs)) {
    if (chunk.startMs < to) {
      addChunk(part.ranges, file, chunk, false);
      frames += chunk.frames;
      sound.runId = segment.runId;
      sound.chunks = chunksForSound;
    } else if (sound.runId === segment.runId && sound.chunks > 0) {
      if (hasSound) addChunk(part.ranges, file, chunk, true);
      sound.chunks -= 1;
    }
  }
  if (frames === 0) return;
  part.segments.push(segment);
  part.videoFrames += frames;
}

/** From the last keyframe at or before `from`; none of a segment that is over by then. */
function neededChunks(chunks: readonly ChunkMeta[], from: number): readonly ChunkMeta[] {
  const last = chunks.at(-1);
  if (!last || last.startMs + last.duration / 90 <= from) return [];
  const keyframe = chunks.findLastIndex((chunk) => chunk.keyframe && chunk.startMs <= from);
  return chunks.slice(Math.max(keyframe, 0));
}
