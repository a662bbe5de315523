import type { VideoConfig } from '../access-unit.ts';
import { videoTimescale } from '../fmp4/index.ts';
import { freeParameterSetId, hevcParameterSets, joinedAvcRecord, profileCaps } from './codec-record.ts';
import type { Anew } from './cut.ts';

import type { SourceFrame } from './gops.ts';
import { accessUnit, endOfSequence, isCleanKeyframe, nalType, nalUnits } from './nal-units.ts';
import type { OutFrame } from './timeline.ts';
import { type EncodedPicture, requireElements, Transcoder, type TranscoderPlan } from './transcoder.ts';

/** Before the first picture, so that none is decoded before time 0. */
const leadNs = 10e9;

/** Times of an encoder for frames of one run. */
export function encoderTimes({ pts, dts, duration }: SourceFrame, baseTicks: number, speed = 1) {
  const ns = (ticks: number) => Math.round((ticks * 1e9) / videoTimescale / speed);
  return {
    ptsNs: leadNs + ns(pts - baseTicks),
    dtsNs: leadNs + ns(dts - baseTicks),
    durationNs: ns(duration),
  };
}

/**
 * Encodes pictures of a file anew beside others that stay as they are: like the source, with quality to spare, and with
 * parameter sets that do not get into the others' way.
 */
export class AnewEncoder {
  readonly #source: VideoConfig;
  readonly #plan: Omit<TranscoderPlan, 'choose'>;
  #encoded: VideoConfig | null = null;

  /** @throws {NvrError} `export_not_possible` when this machine has no encoder for it. */
  constructor(video: VideoConfig) {
    this.#source = video;
    const { codec } = video;
    requireElements('An exact cut encodes the first pictures anew', elements[codec]);
    const encode = codec === 'h264' ? h264(video) : h265;
    this.#plan = { video, codec, encode, hasText: false };
  }

  /** The file's configuration, for both kinds of pictures. @param sample any pictures from a keyframe on. */
  async config(sample: readonly SourceFrame[]): Promise<VideoConfig> {
    if (this.#source.codec === 'h265') return this.#source;
    if (!this.#encoded) {
      const feed = sample.slice(0, 1);
      await this.encode({ feed, fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY });
    }
    const codecData = joinedAvcRecord(this.#source.codecData, this.#encoded?.codecData ?? Buffer.alloc(7));
    return { ...this.#source, codecData };
  }

  /** In the order in which they are shown, which is that of decoding, too. */
  async encode({ feed: all, fromMs, toMs }: Anew): Promise<OutFrame[]> {
    const [first] = all;
    if (!first) return [];
    // What is shown before the keyframe refers to what is not there.
    const feed = all.filter(({ pts }) => pts >= first.pts);
    const out: OutFrame[] = [];
    const sources = new Map(feed.map((frame) => [encoderTimes(frame, first.dts).ptsNs, frame]));
    const isWanted = (frame: SourceFrame) => frame.shownMs >= fromMs && frame.shownMs < toMs;
    const choose = (ptsNs: number) => {
      const source = sources.get(ptsNs);
      return source && isWanted(source) ? { ptsNs } : null;
    };
    await using transcoder = await Transcoder.open({ ...this.#plan, choose });
    const keep = ({ ptsNs, data }: EncodedPicture) => {
      const source = sources.get(ptsNs);
      if (!source) return;
      const keyframe = isCleanKeyframe(data, this.#source.codec);
      // The same delay as the source's, so that decoding times go on where its own do.
      const dts = source.pts - (first.pts - first.dts);
      out.push({ source, data, dts, duration: source.duration, keyframe, anew: true });
    };
    for (const frame of feed) {
      transcoder.push({ data: frame.data, ...encoderTimes(frame, first.dts), keyframe: frame.keyframe });
      for await (const picture of transcoder.take()) keep(picture);
    }
    for await (const picture of transcoder.end()) keep(picture);
    const wanted = feed.filter(isWanted);
    if (out.length < wanted.length) {
      console.warn(`${wanted.length - out.length} of ${wanted.length} pictures could not be decoded`);
    }
    if (out[0] && !out[0].keyframe) throw new Error('the encoder did not begin with a keyframe');
    if (transcoder.config) this.#use(transcoder.config);
    return this.#source.codec === 'h265' ? closed(out) : out;
  }

  #use(config: VideoConfig): void {
    const before = this.#encoded;
    this.#encoded = config;
    if (before && !before.codecData.equals(config.codecData)) {
      throw new Error('the encoder describes its pictures otherwise than before');
    }
  }
}

/** Behind pictures encoded anew, the next one's own parameter sets are needed again. */
export function asFirstAfterAnew(frame: OutFrame, { codec, codecData }: VideoConfig): OutFrame {
  if (codec === 'h264') return frame;
  const nals = [...nalUnits(frame.data)];
  if (nals.some((nal) => nalType(nal, codec) === 33)) return frame;
  return { ...frame, data: accessUnit([...hevcParameterSets(codecData), ...nals]) };
}

/** H.265: ends the sequence, so that a keyframe of any kind may follow. */
function closed(frames: OutFrame[]): OutFrame[] {
  const last = frames.at(-1);
  if (!last) return frames;
  const data = accessUnit([...nalUnits(last.data), endOfSequence]);
  return [...frames.slice(0, -1), { ...last, data }];
}

const elements = {
  h264: { avdec_h264: 'gstreamer1.0-libav', x264enc: 'gstreamer1.0-plugins-ugly' },
  h265: { avdec_h265: 'gstreamer1.0-libav', x265enc: 'gstreamer1.0-plugins-bad' },
};

const h264 = (video: VideoConfig): string =>
  [
    `x264enc sps-id=${freeParameterSetId(video)} pass=qual quantizer=17 speed-preset=veryfast bframes=0 key-int-max=100000`,
    'vbv-buf-capacity=0 rc-lookahead=10 byte-stream=false aud=false option-string="scenecut=0"',
    `! video/x-h264,stream-format=avc,alignment=au${profileCaps(video)}`,
  ].join(' ');

// Without x265's message about itself: x265enc (1.22) may copy it when it is already overwritten, and the keyframe is lost in it.
const h265 = [
  'x265enc speed-preset=superfast key-int-max=100000',
  'option-string="crf=18:bframes=0:scenecut=0:rc-lookahead=10:info=0:log-level=none"',
  '! h265parse config-interval=-1 ! video/x-h265,stream-format=hev1,alignment=au',
].join(' ');
