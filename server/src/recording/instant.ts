import path from 'node:path';
import type { UnixMs } from '@nightjar/contract';
import type { ChunkMeta } from '../media/chunk.ts';
import type { SegmentWithChunks, Volumes } from './segment.ts';
import type { Footage } from './segment-index.ts';
import { mergeSpans } from './spans.ts';

/** What a decoder needs for the picture of one instant. */
export interface ChunksAround {
  segmentId: number;
  /** Absolute. */
  file: string;
  /** Where `ftyp` + `moov` are in the file. */
  init: { offset: 0; sizeBytes: number };
  /** From a keyframe to the chunk that shows the instant, back to back. */
  chunks: ChunkMeta[];
  /** Media time of the instant, ticks of 1/90000 s. */
  targetTicks: number;
}

/** How far the nearest footage may be. */
interface Nearness {
  at: UnixMs;
  withinMs: number;
}

/** The chunks that show `at`, or else the recorded instant nearest to it; null when there is none within reach. */
export function chunksAround(
  { segments, runs }: Footage,
  { at, withinMs }: Nearness,
  volumes: Pick<Volumes, 'rootOf'>,
): ChunksAround | null {
  const segment = nearest(segments, at);
  if (!segment) return null;
  const inSpan = mergeSpans(segments, []).some((span) => span.from <= at && at < span.to);
  if (!inSpan && distance(segment, at) > withinMs) return null;
  const run = runs.get(segment.runId);
  const shown = Math.min(Math.max(at, segment.startAt), segment.endAt - 1);
  const last = Math.max(
    segment.chunks.findLastIndex((chunk) => chunk.startMs <= shown),
    0,
  );
  const first = segment.chunks.findLastIndex((chunk, index) => index <= last && chunk.keyframe);
  const chunk = segment.chunks[last];
  if (!run || !chunk || first < 0) return null;
  const ticksIn = Math.round((shown - chunk.startMs) * 90);
  return {
    segmentId: segment.id,
    file: path.join(volumes.rootOf(segment.volumeId), segment.path),
    init: { offset: 0, sizeBytes: run.initLength },
    chunks: segment.chunks.slice(first, last + 1),
    targetTicks: chunk.mediaTime + Math.min(Math.max(ticksIn, 0), chunk.duration - 1),
  };
}

/** Where segments overlap (the clock was set back), the newer one. */
function nearest(segments: readonly SegmentWithChunks[], at: number): SegmentWithChunks | undefined {
  let best: SegmentWithChunks | undefined;
  for (const segment of segments) if (!best || distance(segment, at) <= distance(best, at)) best = segment;
  return best;
}

const distance = ({ startAt, endAt }: SegmentWithChunks, at: number): number =>
  Math.max(startAt - at, at - (endAt - 1), 0);
