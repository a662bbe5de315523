import type { TimeRange } from '@nightjar/contract';
import type { ChunkMeta } from '../../media/chunk.ts';
import type { Footage, Run, SegmentWithChunks } from '../../recording/index.ts';
import { inPlayingOrder } from '../layout.ts';

/** A keyframe that is shown. */
export interface KeyPicture {
  segment: SegmentWithChunks;
  run: Run;
  /** Begins with it. */
  chunk: ChunkMeta;
  /** UTC, Unix milliseconds, whole. */
  atMs: number;
}

/** Pictures between which nothing is missing that could be seen at this speed; at least one, by time. */
export interface PictureStretch {
  pictures: KeyPicture[];
  /** UTC of the end of the footage, Unix milliseconds, whole. */
  endMs: number;
}

/** Pictures a playing second: as many as the eye makes use of, few enough for slow networks and decoders. */
const picturesPerSecond = 10;
/** A gap that passes in less than so many pictures is not left out: the picture before it stays for that long. */
const unseenCells = 2;

/** How time is divided at a speed: of each cell of so many milliseconds since 1970, one picture is shown at most. */
export const cellMsAt = (speed: number): number => (speed * 1_000) / picturesPerSecond;

/**
 * The keyframes shown of a range: the first of each cell. As cells do not depend on the range, neither does which
 * pictures are shown: all but the first of a range, which is the newest at or before its beginning.
 *
 * Where the clock was set back between two runs, time begins anew with a stretch.
 */
export function picturesOf(footage: Footage, range: TimeRange, cellMs: number): PictureStretch[] {
  const stretches: PictureStretch[] = [];
  let stretch: PictureStretch | null = null;
  let cell = Number.NaN;
  for (const segment of inPlayingOrder(footage.segments, footage.runs)) {
    const run = footage.runs.get(segment.runId);
    if (!run) continue;
    for (const chunk of segment.chunks) {
      const atMs = Math.round(chunk.startMs);
      if (atMs >= range.to) break;
      const distanceMs: number = stretch ? atMs - stretch.endMs : Number.POSITIVE_INFINITY;
      // Chunks of one run may overlap by their jitter, runs by a clock that was set back.
      const begins = distanceMs > unseenCells * cellMs || distanceMs < -1_000;
      if (chunk.keyframe && (begins || Math.floor(atMs / cellMs) !== cell || atMs <= range.from)) {
        const picture: KeyPicture = { segment, run, chunk, atMs };
        if (!stretch || begins) {
          stretch = { pictures: [], endMs: atMs };
          stretches.push(stretch);
        }
        // Before the range, only the newest is wanted.
        if (atMs <= range.from) stretch.pictures.length = 0;
        stretch.pictures.push(picture);
        cell = Math.floor(atMs / cellMs);
      } else if (begins) {
        continue; // no picture begins here, so none can be decoded
      }
      if (stretch) stretch.endMs = Math.max(stretch.endMs, Math.round(chunk.startMs + chunk.duration / 90));
    }
  }
  return stretches.filter(({ endMs }) => endMs > range.from);
}
