import type { Frames, TimeRange, UnixMs } from '@nightjar/contract';
import type { ChunkMeta } from '../media/chunk.ts';
import { type FrameTime, readFrameTimes } from '../media/fmp4/index.ts';
import { isMissing } from '../shared/is-missing.ts';
import { endOf, type Segment } from './segment.ts';
import type { Footage } from './segment-index.ts';
import { widened } from './spans.ts';

export interface FrameIndex {
  footage(cameraId: string, range: TimeRange): Promise<Footage>;
  /** End of the newest frame on disk; null when there is none. */
  newestRecordedAt(cameraId: string): UnixMs | null;
  /** Absolute. */
  fileOf(segment: Segment): string;
  onFileMissing(segment: Segment): Promise<void>;
}

/** Pictures are shown this much before or after they are decoded, ms, and in the chunks beside a range may belong to it. */
const reorderedMs = 2_000;

/**
 * Every picture that is shown in a range, in the order shown, across segments and runs.
 *
 * @returns `isFinal`: its files are closed, and what is recorded now is later.
 */
export async function framesIn(
  index: FrameIndex,
  cameraId: string,
  range: TimeRange,
): Promise<Frames & { isFinal: boolean }> {
  const wider = widened(range, reorderedMs);
  const { segments } = await index.footage(cameraId, wider);
  const frames: FrameTime[] = [];
  for (const segment of segments) {
    const near = (chunk: ChunkMeta) => chunk.startMs < wider.to && endOf(chunk) > wider.from;
    try {
      frames.push(...(await readFrameTimes(index.fileOf(segment), segment.chunks.filter(near))));
    } catch (error) {
      if (!isMissing(error)) throw error;
      await index.onFileMissing(segment);
    }
  }
  return {
    frames: frames.filter(({ at }) => at >= range.from && at < range.to).sort((a, b) => a.at - b.at),
    isFinal: segments.every(({ state }) => state === 'closed') && (index.newestRecordedAt(cameraId) ?? 0) > wider.to,
  };
}
