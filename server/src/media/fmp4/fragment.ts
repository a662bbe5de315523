import { type TrackSample, writeChunk } from './chunk-layout.ts';
import type { Sample } from './samples.ts';

export interface FragmentContent {
  /** Of the `mfhd`: grows from one fragment of a run to the next. */
  sequence: number;
  /** UTC of the run's media time 0, Unix milliseconds. */
  runStartMs: number;
  /** Of one run, in order of each track. */
  frames: readonly Sample[];
}

/**
 * Frames that are on their way as one fragment (`moof` + `mdat`, before it a `prft` when there are pictures), for a
 * viewer who does not wait for the chunk. A picture lasts until the next one of the fragment; the last one, as it says.
 */
export function writeFragment({ sequence, runStartMs, frames }: FragmentContent): Buffer {
  const tracks = { video: [] as TrackSample[], audio: [] as TrackSample[] };
  for (const { track, dts, pts, duration, keyframe, data } of frames) {
    const samples = tracks[track];
    const before = samples.at(-1);
    if (before && track === 'video') before.duration = Math.max(dts - before.dts, 1);
    samples.push({ data, keyframe, dts, duration, compositionOffset: pts - dts });
  }
  const startMs = runStartMs + (tracks.video[0]?.dts ?? 0) / 90;
  return writeChunk({ sequence, startMs, ...tracks });
}
