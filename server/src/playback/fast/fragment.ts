import { open } from 'node:fs/promises';
import { writeChunk } from '../../media/fmp4/chunk-layout.ts';
import { readKeyframe, type Sample } from '../../media/fmp4/index.ts';
import { NvrError } from '../../shared/errors.ts';
import type { SegmentFile } from '../segment-file.ts';
import { type FastFragment, ticksOfPictures, ticksPerMs } from './layout.ts';
import type { KeyPicture } from './pictures.ts';

interface MadeFragment {
  bytes: Buffer;
  /** Some pictures were not in their files any more. */
  incomplete: boolean;
}

/**
 * Keyframes as one fragment (`moof` + `mdat`). Of the files, those pictures are read and nothing else; one that is gone
 * is made up for by the one before it.
 *
 * @throws {NvrError} `footage_not_found` when none is left.
 */
export async function makeFragment(
  pictures: readonly KeyPicture[],
  place: Pick<FastFragment, 'fromMs' | 'toMs' | 'mediaTime' | 'duration'> & { reverse: boolean },
  sourceOf: (picture: KeyPicture) => SegmentFile,
): Promise<MadeFragment> {
  const bySegment = [...Map.groupBy(pictures, ({ segment }) => segment.id).values()];
  const read = await Promise.all(bySegment.map((ofSegment) => readPictures(ofSegment, sourceOf)));
  const found = read.flat();
  if (found.length === 0) throw new NvrError('footage_not_found', 'The file of this recording is gone.');
  const times = found.map(({ picture }) => picture.atMs);
  const places = ticksOfPictures(times, place, place.reverse);
  const video = found.map(({ sample }, at) => {
    const { start, duration } = places[at] as (typeof places)[number];
    return { data: sample.data, keyframe: true, dts: place.mediaTime + start, duration, compositionOffset: 0 };
  });
  if (place.reverse) video.reverse();
  const sequence = 1 + Math.floor(place.mediaTime / ticksPerMs);
  const bytes = writeChunk({ sequence, startMs: place.reverse ? place.toMs : place.fromMs, video, audio: [] });
  return { bytes, incomplete: found.length < pictures.length };
}

interface FoundPicture {
  picture: KeyPicture;
  sample: Sample;
}

/** Pictures of one segment; those that are still there. */
async function readPictures(
  pictures: readonly KeyPicture[],
  sourceOf: (picture: KeyPicture) => SegmentFile,
): Promise<FoundPicture[]> {
  const [first] = pictures;
  if (!first) return [];
  const source = sourceOf(first);
  try {
    await using file = await open(source.file);
    const found: FoundPicture[] = [];
    for (const picture of pictures) {
      const sample = await readKeyframe(file, picture.chunk);
      if (sample) found.push({ picture, sample });
    }
    return found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await source.onMissing();
    return [];
  }
}
