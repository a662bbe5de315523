import { type Sample, videoTimescale } from '../fmp4/index.ts';
import type { PlannedRange } from '../remux/plan.ts';
import { blocksOf, type SourceHead } from '../remux/source.ts';
import { isCleanKeyframe } from './nal-units.ts';

export interface SourceChunk {
  file: string;
  offset: number;
  /** Pictures in it. */
  frames: number;
}

/** A recorded picture; times in ticks of 1/90000 s since the run's start. */
export interface SourceFrame {
  data: Buffer;
  pts: number;
  dts: number;
  duration: number;
  keyframe: boolean;
  /** When it is shown, by the recorder's clock, Unix milliseconds with fraction. */
  shownMs: number;
  /** Pictures are missing before it. */
  afterHole: boolean;
  chunk: SourceChunk;
}

/** Times in ticks of the sample rate since the run's start. */
export type SourceSound = Pick<Sample, 'data' | 'pts' | 'duration'>;

/** A keyframe and what follows until the next, in decoding order, with the sound that lies among it. */
export interface Gop {
  head: SourceHead;
  /** At least one. */
  frames: SourceFrame[];
  sounds: SourceSound[];
}

interface GopOptions {
  /** Begin only with keyframes before which a decoder may be given other pictures (H.264: IDR). */
  cleanOnly: boolean;
  /** Told of each stretch of the sources that was read. */
  onBytes(sizeBytes: number): void;
}

/** A stream without clean keyframes would be a single group; it is held in memory. */
const mostFrames = 3_000;
/** Between the end of a picture and the next one, ticks. */
const holeTicks = 90;

/** The groups of pictures of the ranges, each whole in memory. What comes before a run's first keyframe is left out. */
export async function* gopsOf(ranges: readonly PlannedRange[], options: GopOptions): AsyncGenerator<Gop, void> {
  let gop: Gop | null = null;
  let endDts = 0;
  for (const { range, head } of ranges) {
    if (gop && gop.head.info.runId !== head.info.runId) {
      yield gop;
      gop = null;
    }
    for await (const { samples, chunks, sizeBytes } of blocksOf(range, { keep: true })) {
      let at = 0;
      for (const { offset, samples: count } of chunks) {
        const ofChunk = samples.slice(at, at + count);
        at += count;
        const frames = ofChunk.reduce((sum, { track }) => sum + (track === 'video' ? 1 : 0), 0);
        const chunk = { file: range.file, offset, frames };
        for (const sample of ofChunk) {
          if (sample.track === 'audio') {
            gop?.sounds.push(sample);
            continue;
          }
          if (range.soundOnly) continue;
          if (beginsGop(gop, sample, head, options.cleanOnly)) {
            if (gop) yield gop;
            else endDts = sample.dts;
            gop = { head, frames: [], sounds: [] };
          }
          gop?.frames.push(frameOf(sample, { head, chunk, endDts }));
          endDts = sample.dts + sample.duration;
        }
      }
      options.onBytes(sizeBytes);
    }
  }
  if (gop) yield gop;
}

function beginsGop(gop: Gop | null, { keyframe, data }: Sample, { video }: SourceHead, cleanOnly: boolean): boolean {
  if (!keyframe) return false;
  return gop === null || !cleanOnly || isCleanKeyframe(data, video.codec) || gop.frames.length >= mostFrames;
}

function frameOf(
  { data, pts, dts, duration, keyframe }: Sample,
  { head, chunk, endDts }: { head: SourceHead; chunk: SourceChunk; endDts: number },
): SourceFrame {
  const shownMs = head.info.runStartMs + (pts * 1_000) / videoTimescale;
  return { data, pts, dts, duration, keyframe, shownMs, chunk, afterHole: dts - endDts > holeTicks };
}

/** Each item with the one behind it; null behind the last. */
export async function* withNext<T>(items: AsyncIterable<T>): AsyncGenerator<{ item: T; next: T | null }, void> {
  let item: T | null = null;
  for await (const next of items) {
    if (item !== null) yield { item, next };
    item = next;
  }
  if (item !== null) yield { item, next: null };
}
