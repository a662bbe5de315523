import { open } from 'node:fs/promises';
import { readKeyframe, videoTimescale } from '../fmp4/index.ts';
import { readChunk } from '../fmp4/scan-chunk.ts';
import type { OutputPlan } from '../remux/plan.ts';
import { footageError } from '../remux/source.ts';
import type { Batch } from './batches.ts';
import type { Fed } from './encoded.ts';
import { gopsOf, type SourceFrame } from './gops.ts';
import { isRefresh } from './nal-units.ts';

/**
 * How a timelapse is made: all pictures as they are, keyframes as they are, or encoded anew of keyframes or of all pictures.
 * Nothing is decoded that need not be.
 */
export type TimelapseWay = 'all' | 'keyframes' | 'encode';

/** A playing second has so many pictures at the least, or at the most. */
const fewest = 10;
const mostKeyframes = 30;
const mostPictures = 60;
export const encodedRate = 25;
/** Of the recording, to know its rates. */
const sampleTicks = 20 * videoTimescale;

export async function timelapseWay(
  plan: OutputPlan,
  speed: number,
): Promise<{ way: TimelapseWay; keyframes: boolean }> {
  let frames = 0;
  let keyframes = 0;
  let ticks = 0;
  for await (const gop of gopsOf(plan.ranges, { cleanOnly: false, onBytes: () => {} })) {
    frames += gop.frames.length;
    keyframes += isRefresh(gop.frames[0]?.data ?? Buffer.alloc(0), plan.video.codec) ? 1 : 0;
    ticks += gop.frames.reduce((sum, { duration }) => sum + duration, 0);
    if (ticks >= sampleTicks) break;
  }
  const perSecond = (count: number) => (count * speed * videoTimescale) / Math.max(ticks, 1);
  const enough = perSecond(keyframes) >= fewest;
  if (perSecond(frames) <= mostPictures) return { way: 'all', keyframes: false };
  return { way: enough ? 'keyframes' : 'encode', keyframes: enough };
}

interface KeyframeOptions {
  fromMs: number;
  toMs: number;
  speed: number;
  onBytes(sizeBytes: number): void;
}

/** The keyframes of a range, thinned out, with how long each is shown; only they are read of the files. */
export async function* keyframesOf(
  { ranges, video }: OutputPlan,
  { fromMs, toMs, speed, onBytes }: KeyframeOptions,
): AsyncGenerator<Fed & { frames: [SourceFrame] }, void> {
  const stepMs = (1_000 * speed) / mostKeyframes;
  let held: (Fed & { frames: [SourceFrame] }) | null = null;
  let nextMs = 0;
  let endDts = 0;
  let afterHole = false;
  for (const { range, head } of ranges) {
    if (range.soundOnly) continue;
    const file = await open(range.file, 'r').catch((error) => footageError(range.file, error));
    try {
      for (let offset = range.from; offset < range.to; ) {
        const chunk = await readChunk({ file, fileBytes: range.to, info: head.info }, offset, null);
        if (!chunk) throw footageError(range.file, new Error(`no chunk at byte ${offset}`));
        const { meta } = chunk;
        const sameRun: boolean = held?.head.info.runId === head.info.runId;
        if (held && (!sameRun || meta.mediaTime - endDts > 90)) {
          held.frames[0].duration = endDts - held.frames[0].dts;
          yield held;
          held = null;
          nextMs = 0;
          afterHole = true;
        }
        endDts = meta.mediaTime + meta.duration;
        const key =
          meta.keyframe && meta.startMs >= fromMs - stepMs && meta.startMs < toMs
            ? await readKeyframe(file, meta)
            : null;
        const shownMs = key ? head.info.runStartMs + (key.pts * 1_000) / videoTimescale : 0;
        const wanted =
          key && shownMs >= fromMs && shownMs < toMs && shownMs >= nextMs && isRefresh(key.data, video.codec);
        if (wanted) {
          const chunkOf = { file: range.file, offset, frames: meta.frames };
          const { pts, duration } = key;
          const data = Buffer.from(key.data);
          const source = { data, pts, dts: pts, duration, keyframe: true, shownMs, afterHole, chunk: chunkOf };
          if (held) {
            held.frames[0].duration = pts - held.frames[0].pts;
            yield held;
          }
          held = { head, frames: [source], sounds: [] };
          afterHole = false;
          nextMs = Math.max(nextMs === 0 ? shownMs : nextMs, shownMs - stepMs) + stepMs;
        }
        onBytes(meta.sizeBytes);
        offset += meta.sizeBytes;
      }
    } finally {
      await file.close();
    }
  }
  if (held) {
    const [last] = held.frames;
    last.duration = Math.max(Math.min(endDts - last.pts, ((toMs - last.shownMs) * videoTimescale) / 1_000), 1);
    yield held;
  }
}

export async function* keyframeBatches(plan: OutputPlan, options: KeyframeOptions): AsyncGenerator<Batch, void> {
  for await (const { head, frames } of keyframesOf(plan, options)) {
    const [source] = frames;
    const { data, dts, duration } = source;
    const frame = { source, data, dts, duration, keyframe: true, anew: false };
    yield { frames: [frame], sounds: [], head, video: { config: plan.video, inStream: false } };
  }
}
