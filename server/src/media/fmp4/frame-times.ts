import { open } from 'node:fs/promises';
import type { ChunkMeta } from '../chunk.ts';
import { videoTimescale, videoTrackId } from './layout.ts';
import { readChunk } from './scan-chunk.ts';

/** When a picture is shown, and whether it stands for itself. */
export interface FrameTime {
  /** Unix milliseconds with fraction. */
  at: number;
  keyframe: boolean;
}

/**
 * The pictures of chunks of one file in decoding order, read from the boxes before the media data. A chunk that is not
 * whole where the index has it has none.
 *
 * @throws when the file cannot be opened or read.
 */
export async function readFrameTimes(path: string, chunks: readonly ChunkMeta[]): Promise<FrameTime[]> {
  const file = await open(path, 'r');
  try {
    const source = { file, fileBytes: (await file.stat()).size, info: null };
    const times: FrameTime[] = [];
    for (const { offset, startMs, mediaTime } of chunks) {
      const chunk = offset < source.fileBytes ? await readChunk(source, offset, null) : null;
      const video = chunk?.fragments.find(({ trackId }) => trackId === videoTrackId);
      for (const { dts, compositionOffset, keyframe } of video?.samples ?? []) {
        times.push({ at: startMs + ((dts + compositionOffset - mediaTime) * 1_000) / videoTimescale, keyframe });
      }
    }
    return times;
  } finally {
    await file.close();
  }
}
