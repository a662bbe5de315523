import type { VideoConfig } from '../access-unit.ts';
import { reorderDepth, videoTimescale } from '../fmp4/index.ts';
import type { OutputPlan } from '../remux/plan.ts';
import type { SourceHead } from '../remux/source.ts';
import { AnewEncoder, asFirstAfterAnew } from './anew.ts';
import { Cutter } from './cut.ts';
import { type EncodingWish, encodedBatches, type Fed } from './encoded.ts';
import { type Gop, gopsOf, type SourceFrame, type SourceSound, withNext } from './gops.ts';
import { LocalTime } from './local-time.ts';
import type { ExportRequest } from './request.ts';
import { encodedRate, keyframeBatches, keyframesOf, timelapseWay } from './timelapse.ts';
import type { OutFrame } from './timeline.ts';

/** Pictures and sound on their way into a file, in its order. */
export interface Batch {
  frames: readonly OutFrame[];
  sounds: readonly SourceSound[];
  head: SourceHead;
  /** What the file's pictures are: the same of all batches. */
  video: { config: VideoConfig; inStream: boolean };
}

export interface Batches {
  batches: AsyncIterable<Batch>;
  codec: VideoConfig['codec'];
  /** How much faster the file is. */
  speed: number;
}

/** @param onBytes told of each stretch of the sources that was read. @throws {NvrError} `export_not_possible`. */
export async function batchesOf(
  plan: OutputPlan,
  request: ExportRequest,
  onBytes: (sizeBytes: number) => void,
): Promise<Batches> {
  const speed = request.timelapse?.speed ?? 1;
  const burned = request.times === 'burned';
  const { way, keyframes } = request.timelapse ? await timelapseWay(plan, speed) : { way: 'all', keyframes: false };
  if (way === 'all' && !burned) return { batches: cutBatches(plan, request, onBytes), codec: plan.video.codec, speed };
  const { fromMs, toMs } = request;
  const few = { fromMs, toMs, speed, onBytes };
  if (way === 'keyframes' && !burned) {
    return { batches: keyframeBatches(plan, few), codec: plan.video.codec, speed };
  }
  const fed = keyframes ? keyframesOf(plan, few) : neededGops(plan, request, onBytes);
  const stepTicks = way === 'encode' ? (speed * videoTimescale) / encodedRate : 0;
  return { batches: encodedBatches(fed, wishOf(plan, request, stepTicks)), codec: 'h264', speed };
}

/** @param stepTicks between two pictures that are wanted; 0: all are. */
function wishOf({ video }: OutputPlan, request: ExportRequest, stepTicks: number): EncodingWish {
  const { fromMs, toMs, timeZone, cameraName } = request;
  const local = new LocalTime(timeZone);
  let runId = '';
  let nextPts = 0;
  return {
    video,
    textOf: request.times === 'burned' ? ({ shownMs }) => `${cameraName}  ${local.format(shownMs, 3)}` : null,
    isWanted: ({ shownMs, pts }, { info }) => {
      if (shownMs < fromMs || shownMs >= toMs) return false;
      if (info.runId !== runId) nextPts = pts;
      runId = info.runId;
      if (pts < nextPts) return false;
      nextPts = stepTicks === 0 ? 0 : Math.max(nextPts, pts - stepTicks) + stepTicks;
      return true;
    },
    durationOf: ({ duration }) => Math.max(duration, stepTicks),
  };
}

/** The groups of pictures that a decoder needs for a range. */
async function* neededGops(
  { ranges }: OutputPlan,
  request: ExportRequest,
  onBytes: (sizeBytes: number) => void,
): AsyncGenerator<Fed, void> {
  const cutter = new Cutter(request, { exact: true });
  for await (const { item: gop, next } of withNext(gopsOf(ranges, { cleanOnly: false, onBytes }))) {
    const { copy, anew } = cutter.cut(gop, next);
    if (copy.length === 0 && !anew) continue;
    // Behind the group itself, the next one's first pictures may be shown in the range.
    const frames = anew && next && beginsBehind(next, request) ? anew.feed : gop.frames;
    yield { ...gop, frames: [...frames] };
  }
}

/** Such a group is not needed itself. */
const beginsBehind = (gop: Gop, { toMs }: ExportRequest): boolean => (gop.frames[0]?.shownMs ?? 0) >= toMs;

/** As recorded, cut at keyframes or exactly. */
async function* cutBatches(
  { video, ranges }: OutputPlan,
  request: ExportRequest,
  onBytes: (sizeBytes: number) => void,
): AsyncGenerator<Batch, void> {
  const exact = request.cut === 'exact';
  const cutter = new Cutter(request, { exact });
  let encoder: AnewEncoder | null = null;
  let of: Batch['video'] = { config: video, inStream: false };
  let begun = false;
  let afterAnew = false;
  for await (const { item: gop, next } of withNext(gopsOf(ranges, { cleanOnly: exact, onBytes }))) {
    const { copy, anew } = cutter.cut(gop, next);
    const encoded: OutFrame[] = [];
    if (anew || (!begun && exact && copy.length > 0 && reorderDepth(video) !== 0)) {
      encoder ??= new AnewEncoder(video);
      if (anew) encoded.push(...(await encoder.encode(anew)));
      of = { config: await encoder.config(gop.frames), inStream: video.codec === 'h265' };
    }
    const copied = copy.map(untouched);
    if (afterAnew && copied[0]) copied[0] = asFirstAfterAnew(copied[0], video);
    if (copied.length > 0) afterAnew = false;
    if (encoded.length > 0) afterAnew = true;
    begun ||= copied.length + encoded.length > 0;
    if (copied.length > 0)
      yield { frames: copied, sounds: encoded.length > 0 ? [] : gop.sounds, head: gop.head, video: of };
    if (encoded.length > 0 || copied.length === 0)
      yield { frames: encoded, sounds: gop.sounds, head: gop.head, video: of };
  }
}

const untouched = (source: SourceFrame): OutFrame => {
  const { data, dts, duration, keyframe } = source;
  return { source, data, dts, duration, keyframe, anew: false };
};
