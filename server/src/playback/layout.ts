import type { TimeRange } from '@nightjar/contract';
import type { ChunkMeta } from '../media/chunk.ts';
import type { Footage, Run, SegmentWithChunks } from '../recording/index.ts';

/** What a player loads at once: some seconds of one file, beginning with a keyframe. */
export interface Part {
  segmentId: number;
  /** Bytes in the segment's file. */
  offset: number;
  sizeBytes: number;
  /** Decode time of the first frame, ticks of 1/90000 s since the run's start. */
  mediaTime: number;
  /** Ticks of 1/90000 s. */
  duration: number;
  /** UTC of the first frame, Unix milliseconds. */
  startMs: number;
}

/** Parts whose media times follow one another: a player goes through without a step. */
export interface Stretch {
  run: Run;
  /** The run has no sound, but another of the range has: a silent track goes with it. */
  withSilence: boolean;
  /** At least one. */
  parts: Part[];
}

/** A part ends at the first keyframe after this long: about 6 s with the usual keyframe distances of 1 to 6 s. */
const minPartTicks = 5 * 90_000;
/** In windows parts are short: the first picture after a seek has to wait for a whole one. */
const minWindowPartTicks = 1.5 * 90_000;
/** As long a jump of media time inside a run is jitter, not a gap. */
const maxJitterTicks = 18_000;

/** How a window of footage is cut out of it, for a player that goes on with the next one. */
export interface WindowCut {
  /** Goes on where another window ended, be it in the middle of a group of pictures. */
  continues: boolean;
  /** Other windows have sound. */
  withSound: boolean;
}

/**
 * What of `range` is recorded, in playing order: from the keyframe at or before its beginning to the last chunk that
 * begins before its end; as a window, to the end of that chunk's group of pictures. A new stretch begins at each gap and
 * at each change of runs.
 */
export function stretchesOf({ segments, runs }: Footage, range: TimeRange, cut?: WindowCut): Stretch[] {
  const stretches: Stretch[] = [];
  for (const segment of inPlayingOrder(segments, runs)) {
    const run = runs.get(segment.runId);
    if (!run) continue;
    for (const part of partsOf(segment, range, cut)) {
      const stretch = stretches.at(-1);
      if (stretch && stretch.run.id === run.id && follows(stretch, part)) stretch.parts.push(part);
      else stretches.push({ run, withSilence: false, parts: [part] });
    }
  }
  if (cut?.withSound || stretches.some(({ run }) => run.audioCodec !== null)) {
    for (const stretch of stretches) stretch.withSilence = stretch.run.audioCodec === null;
  }
  for (const stretch of stretches) closeJitter(stretch.parts);
  return stretches;
}

/** By time; but runs that overlap, since the clock was set back between them, are not mixed. */
export function inPlayingOrder(
  segments: readonly SegmentWithChunks[],
  runs: Map<string, Run>,
): readonly SegmentWithChunks[] {
  const mixed = segments.some((segment, at) => segment.startAt < (segments[at - 1]?.endAt ?? 0) - 1_000);
  if (!mixed) return segments;
  const startOf = ({ runId, startAt }: SegmentWithChunks) => runs.get(runId)?.startAt ?? startAt;
  return segments.toSorted((a, b) => startOf(a) - startOf(b) || a.startAt - b.startAt);
}

function partsOf({ id, chunks, startAt, endAt }: SegmentWithChunks, range: TimeRange, cut?: WindowCut): Part[] {
  if (startAt >= range.to || endAt <= range.from) return [];
  const first = startAt >= range.from ? 0 : firstChunk(chunks, range.from, cut);
  const end = endAt <= range.to ? chunks.length : endOfChunks(chunks, range.to, cut);
  const minTicks = cut ? minWindowPartTicks : minPartTicks;
  const parts: Part[] = [];
  let part: Part | undefined;
  for (let at = first; at < end; at += 1) {
    const chunk = chunks[at] as ChunkMeta;
    // A hole in the file is a damaged stretch: the index goes on behind it at a keyframe.
    const behindHole = part && chunk.offset !== part.offset + part.sizeBytes;
    if (!part || behindHole || (chunk.keyframe && chunk.mediaTime - part.mediaTime >= minTicks)) {
      part = {
        segmentId: id,
        offset: chunk.offset,
        sizeBytes: 0,
        mediaTime: chunk.mediaTime,
        duration: 0,
        startMs: chunk.startMs,
      };
      parts.push(part);
    }
    part.sizeBytes = chunk.offset + chunk.sizeBytes - part.offset;
    part.duration = chunk.mediaTime + chunk.duration - part.mediaTime;
  }
  return parts;
}

/** Two times of one moment differ by less: they are rounded to milliseconds on their way to a player and back. */
const roundingMs = 5;

/** Index of the first chunk; the number of `chunks` when there is none. */
function firstChunk(chunks: readonly ChunkMeta[], from: number, cut?: WindowCut): number {
  if (!cut?.continues) return keyframeAt(chunks, from);
  const next = chunks.findIndex((chunk) => chunk.startMs >= from - roundingMs);
  return next < 0 ? chunks.length : next;
}

/** Index behind the last chunk. */
function endOfChunks(chunks: readonly ChunkMeta[], to: number, cut?: WindowCut): number {
  const end = chunks.findLastIndex((chunk) => chunk.startMs < to) + 1;
  if (!cut) return end;
  const keyframe = chunks.findIndex((chunk, at) => at >= end && chunk.keyframe);
  return keyframe < 0 ? chunks.length : keyframe;
}

/** Index of the chunk with the newest keyframe at or before `at`. */
function keyframeAt(chunks: readonly ChunkMeta[], at: number): number {
  return Math.max(
    chunks.findLastIndex((chunk) => chunk.keyframe && chunk.startMs <= at),
    0,
  );
}

function follows(stretch: Stretch, next: Part): boolean {
  const last = stretch.parts.at(-1) as Part;
  return Math.abs(next.mediaTime - last.mediaTime - last.duration) <= maxJitterTicks;
}

/** Makes each part last until the next begins, so that the playlist's times stay those of the media. */
function closeJitter(parts: readonly Part[]): void {
  for (const [at, part] of parts.entries()) {
    const next = parts[at + 1];
    if (next && next.mediaTime > part.mediaTime) part.duration = next.mediaTime - part.mediaTime;
  }
}
