import type { VideoConfig } from '../access-unit.ts';
import { videoTimescale } from '../fmp4/index.ts';
import type { SourceHead } from '../remux/source.ts';
import type { Batch } from './batches.ts';
import type { Gop, SourceFrame, SourceSound } from './gops.ts';
import type { OutFrame } from './timeline.ts';
import { type EncodedPicture, requireElements, Transcoder } from './transcoder.ts';

/** Plays everywhere; the source may be anything. */
const encode =
  'video/x-raw,format=I420 ! x264enc pass=qual quantizer=21 speed-preset=superfast bframes=0 key-int-max=60 ' +
  'vbv-buf-capacity=0 byte-stream=false aud=false ! video/x-h264,stream-format=avc,alignment=au,profile=high';

export interface EncodingWish {
  video: VideoConfig;
  /** What is drawn into a picture; null: nothing into any. */
  textOf: ((source: SourceFrame) => string) | null;
  /** Called in the order in which pictures are shown. */
  isWanted(source: SourceFrame, head: SourceHead): boolean;
  /** Ticks of a picture, until the next that is wanted. */
  durationOf(source: SourceFrame): number;
}

/** A group of pictures of which some are wanted, and what a decoder needs beside them, behind them. */
export type Fed = Pick<Gop, 'head' | 'frames' | 'sounds'>;

/** Has all pictures of a file encoded anew. */
export async function* encodedBatches(fed: AsyncIterable<Fed>, wish: EncodingWish): AsyncGenerator<Batch, void> {
  requireElements('All pictures are encoded anew for this', {
    [`avdec_${wish.video.codec}`]: 'gstreamer1.0-libav',
    x264enc: 'gstreamer1.0-plugins-ugly',
    ...(wish.textOf && { textoverlay: 'gstreamer1.0-x' }),
  });
  const sources = new Map<number, { source: SourceFrame; head: SourceHead }>();
  const choose = (ptsNs: number) => {
    const found = sources.get(ptsNs);
    if (found && wish.isWanted(found.source, found.head)) {
      return { ptsNs, ...(wish.textOf && { text: wish.textOf(found.source) }) };
    }
    sources.delete(ptsNs);
    return null;
  };
  const { video } = wish;
  await using transcoder = await Transcoder.open({
    video,
    codec: 'h264',
    encode,
    hasText: wish.textOf !== null,
    choose,
  });
  const clock = new EncoderClock();
  const waiting = new WaitingSounds();
  const batchOf = ({ ptsNs, keyframe, data }: EncodedPicture): Batch | null => {
    const found = sources.get(ptsNs);
    const config = transcoder.config;
    if (!found || !config) return null;
    sources.delete(ptsNs);
    const { source, head } = found;
    const frame: OutFrame = { source, data, dts: source.pts, duration: wish.durationOf(source), keyframe, anew: true };
    const sounds = waiting.take(head.info.runId);
    return { frames: [frame], sounds, head, video: { config, inStream: false } };
  };
  for await (const { head, frames, sounds } of fed) {
    waiting.add(head.info.runId, sounds);
    for (const frame of frames) {
      const times = clock.timesOf(frame, head);
      sources.set(times.ptsNs, { source: frame, head });
      transcoder.push({ data: frame.data, ...times, keyframe: frame.keyframe });
      for await (const picture of transcoder.take()) {
        const batch = batchOf(picture);
        if (batch) yield batch;
      }
    }
  }
  for await (const picture of transcoder.end()) {
    const batch = batchOf(picture);
    if (batch) yield batch;
  }
}

/** Before the first picture, so that none is decoded before time 0; and between runs. */
const leadTicks = 10 * videoTimescale;

/** Times for the decoder, one run behind the other, each picture's unlike all others. */
class EncoderClock {
  #runId = '';
  #shift = 0;
  #end = 0;

  timesOf({ pts, dts, duration }: SourceFrame, { info }: SourceHead) {
    if (info.runId !== this.#runId) {
      this.#runId = info.runId;
      this.#shift = this.#end + leadTicks - dts;
    }
    this.#end = Math.max(this.#end, pts + duration + this.#shift);
    const ns = (ticks: number) => Math.round((ticks * 1e9) / videoTimescale);
    return { ptsNs: ns(pts + this.#shift), dtsNs: ns(dts + this.#shift), durationNs: ns(duration) };
  }
}

/** Sound of runs whose pictures are still on their way through the encoder. */
class WaitingSounds {
  readonly #runs: Array<{ runId: string; sounds: SourceSound[] }> = [];

  add(runId: string, sounds: readonly SourceSound[]): void {
    const last = this.#runs.at(-1);
    if (last?.runId === runId) last.sounds.push(...sounds);
    else this.#runs.push({ runId, sounds: [...sounds] });
  }

  /** All that there is of a run; what is left of those before it is over. */
  take(runId: string): SourceSound[] {
    const at = this.#runs.findIndex((run) => run.runId === runId);
    if (at < 0) return [];
    this.#runs.splice(0, at);
    return this.#runs[0]?.sounds.splice(0) ?? [];
  }
}
