import { audioTrackId, videoTimescale, videoTrackId } from './layout.ts';
import { readAt, type ScannedChunk, type ScanSource } from './scan-chunk.ts';

/** A frame is shown at most this long after or before it is decoded. */
const maxReorderTicks = 10 * videoTimescale;
/** No frame lasts longer; a still camera sends one every few seconds. */
const maxFrameTicks = 3_600 * videoTimescale;

/** What cannot be right about a chunk's tables of frames; null when all can. */
export function sampleProblem({ fragments, moofOffset, dataOffset }: ScannedChunk): string | null {
  let expected = dataOffset - moofOffset;
  for (const { trackId, dataOffset: offset, samples } of fragments) {
    const name = nameOf(trackId);
    if (name === null) return `a track ${trackId} that was never announced`;
    if (offset !== expected) return `${name} begins at ${offset} instead of ${expected}`;
    if (samples.some(({ sizeBytes }) => sizeBytes === 0)) return `${name} has an empty frame`;
    if (samples.some(({ duration }) => duration === 0 || duration > maxFrameTicks))
      return `${name} has a frame without a length`;
    if (samples.some(({ compositionOffset }) => Math.abs(compositionOffset) > maxReorderTicks)) {
      return `${name} has a frame that is shown far from where it is decoded`;
    }
    expected += samples.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }
  return null;
}

/** Follows the media times of a file's chunks. */
export class MediaTimes {
  readonly #ends = new Map<number, number>();
  #expectedOffset: number | null = null;

  /** Where a chunk does not go on from the one before it, unless damage lies between; null when it does. */
  follow({ meta, fragments }: ScannedChunk): string | null {
    const problems: string[] = [];
    const isNext = this.#expectedOffset === meta.offset;
    for (const { trackId, baseTime, samples } of fragments) {
      const end = this.#ends.get(trackId);
      // Behind damage something is missing; that it does not go back was seen to when the chunk was found.
      if (end !== undefined && isNext && baseTime !== end) {
        problems.push(`${nameOf(trackId)} goes on at ${baseTime} instead of ${end} ticks`);
      }
      this.#ends.set(trackId, baseTime + samples.reduce((sum, { duration }) => sum + duration, 0));
    }
    this.#expectedOffset = meta.offset + meta.sizeBytes;
    return problems[0] ?? null;
  }
}

/** Reads a chunk's pictures and follows their NAL units; a text when their lengths do not add up, else null. */
export async function bitstreamProblem(chunk: ScannedChunk, { file }: ScanSource): Promise<string | null> {
  const video = chunk.fragments.find(({ trackId }) => trackId === videoTrackId);
  if (!video) return null;
  const bytes = video.samples.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const data = await readAt(file, chunk.moofOffset + video.dataOffset, bytes);
  let at = 0;
  for (const [number, { sizeBytes }] of video.samples.entries()) {
    if (!hasWholeNals(data.subarray(at, at + sizeBytes)))
      return `frame ${number + 1} of ${video.samples.length} is damaged`;
    at += sizeBytes;
  }
  return null;
}

/** 4-byte lengths, each with a unit whose first bit is 0 (ISO 14496-15, 5.3.2; H.264 7.3.1; H.265 7.3.1.2). */
function hasWholeNals(frame: Buffer): boolean {
  let at = 0;
  while (at + 4 < frame.length) {
    const length = frame.readUInt32BE(at);
    const first = frame[at + 4] ?? 0x80;
    if (length === 0 || first >= 0x80) return false;
    at += 4 + length;
  }
  return at === frame.length;
}

const nameOf = (trackId: number): string | null =>
  trackId === videoTrackId ? 'video' : trackId === audioTrackId ? 'sound' : null;
