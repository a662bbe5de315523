import { NvrError } from '../../shared/errors.ts';
import type { VideoConfig } from '../access-unit.ts';
import { reorderDepth } from '../fmp4/index.ts';
import type { OutputPlan } from '../remux/plan.ts';
import type { SourceHead } from '../remux/source.ts';
import { AnewEncoder, asFirstAfterAnew } from './anew.ts';
import { Cutter } from './cut.ts';
import { gopsOf, type SourceFrame, type SourceSound, withNext } from './gops.ts';
import type { ExportRequest } from './request.ts';
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
  /** Of the codec at least; the configuration is each batch's. */
  video: VideoConfig;
  /** How much faster the file is. */
  speed: number;
}

/** @param onBytes told of each stretch of the sources that was read. @throws {NvrError} `export_not_possible`. */
export async function batchesOf(
  plan: OutputPlan,
  request: ExportRequest,
  onBytes: (sizeBytes: number) => void,
): Promise<Batches> {
  if (request.times === 'burned' || request.timelapse) throw new NvrError('export_not_possible', 'Not yet.');
  return { batches: cutBatches(plan, request, onBytes), video: plan.video, speed: 1 };
}

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
