import { boxesIn } from './box-reader.ts';
import { readFragments } from './chunk-reader.ts';
import { videoTrackId } from './layout.ts';

/** One frame out of a chunk. Times in ticks of its track (video 1/90000 s, audio its sample rate) since the run's start. */
export interface Sample {
  track: 'video' | 'audio';
  dts: number;
  pts: number;
  duration: number;
  keyframe: boolean;
  /** A view into the chunk, not a copy. */
  data: Buffer;
}

/** All frames of one chunk, or of several in a row: of each first the video, in decoding order, then the audio. */
export function samplesOf(chunkBytes: Buffer): Sample[] {
  return boxesIn(chunkBytes)
    .filter((box) => box.type === 'moof')
    .flatMap((moof) =>
      readFragments(chunkBytes, moof).flatMap((fragment) => {
        let at = moof.start + fragment.dataOffset;
        return fragment.samples.map(({ dts, duration, keyframe, compositionOffset, sizeBytes }): Sample => {
          const data = chunkBytes.subarray(at, at + sizeBytes);
          at += sizeBytes;
          const track = fragment.trackId === videoTrackId ? 'video' : 'audio';
          return { track, dts, pts: dts + compositionOffset, duration, keyframe, data };
        });
      }),
    );
}
