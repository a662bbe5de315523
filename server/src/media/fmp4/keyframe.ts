import type { FileHandle } from 'node:fs/promises';
import { boxesIn, boxHeaderAt } from './box-reader.ts';
import { readFragments } from './chunk-reader.ts';
import { videoTrackId } from './layout.ts';
import type { Sample } from './samples.ts';
import { readAt } from './scan-chunk.ts';

/** Enough for `prft` and `moof` of a usual chunk; a larger `moof` costs one more read. */
const usualHeadBytes = 4_096;

/**
 * The keyframe that a chunk of a segment file begins with: the chunk's boxes and that one picture are read, nothing of
 * what follows.
 *
 * @returns null when the bytes there are no such chunk, or end before the picture does.
 */
export async function readKeyframe(
  file: FileHandle,
  { offset, sizeBytes }: { offset: number; sizeBytes: number },
): Promise<Sample | null> {
  let head = await readAt(file, offset, Math.min(usualHeadBytes, sizeBytes));
  const prft = boxHeaderAt(head, 0);
  const moof = prft?.type === 'prft' ? boxHeaderAt(head, prft.sizeBytes) : null;
  if (!prft || moof?.type !== 'moof') return null;
  const moofEnd = prft.sizeBytes + moof.sizeBytes;
  if (moofEnd > sizeBytes) return null;
  if (moofEnd > head.length) head = await readAt(file, offset, moofEnd);
  const [box] = boxesIn(head, prft.sizeBytes, moofEnd);
  const video = box && readFragments(head, box).find(({ trackId }) => trackId === videoTrackId);
  const first = video?.samples[0];
  if (!video || !first?.keyframe) return null;
  const at = prft.sizeBytes + video.dataOffset;
  if (first.sizeBytes === 0 || at + first.sizeBytes > sizeBytes) return null;
  const data =
    at + first.sizeBytes <= head.length
      ? head.subarray(at, at + first.sizeBytes)
      : await readAt(file, offset + at, first.sizeBytes);
  if (data.length < first.sizeBytes) return null;
  const { dts, duration, compositionOffset } = first;
  return { track: 'video', dts, pts: dts + compositionOffset, duration, keyframe: true, data };
}
