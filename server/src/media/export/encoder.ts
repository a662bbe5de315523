import { setTimeout as sleep } from 'node:timers/promises';
import { NvrError } from '../../shared/errors.ts';
import type { VideoConfig } from '../access-unit.ts';
import { type AppSink, type AppSrc, elementExists, Pipeline, parseCaps } from '../gst/index.ts';
import { failureOf } from '../remux/failure.ts';

/** How pictures are decoded and encoded anew. */
export interface EncoderPlan {
  /** Of what comes. */
  video: VideoConfig;
  /** Pipeline text from raw pictures on: an encoder, and the caps of what comes out of it. */
  encode: string;
  codec: 'h264' | 'h265';
  /** A line of text is pushed with each picture, and drawn into it. */
  hasText: boolean;
  /** Pictures a second that are encoded; null: all. */
  fps: number | null;
}

export interface EncoderInput {
  data: Buffer;
  ptsNs: number;
  dtsNs: number;
  durationNs: number;
  keyframe: boolean;
  text?: string;
}

export interface EncodedPicture {
  /** Of the picture that it was made of; with `fps`, evenly spaced. */
  ptsNs: number;
  keyframe: boolean;
  /** 4-byte lengths before NAL units. */
  data: Buffer;
}

const maxQueued = 60;
const pollMs = 2;
/** At the lowest priority on a busy machine. */
const patienceMs = 300_000;
/** More pictures than that are never decoded before one that is shown earlier; both codecs. */
const maxReorder = 16;

const decoders = {
  h264: { caps: 'video/x-h264,stream-format=avc,alignment=au', elements: 'h264parse ! avdec_h264' },
  h265: { caps: 'video/x-h265,stream-format=hvc1,alignment=au', elements: 'h265parse ! avdec_h265' },
} as const;

/** Readable on any picture: white on a shaded ground, top left, with the size of the picture. */
const overlay =
  'textoverlay name=overlay wait-text=true valignment=top halignment=left xpad=8 ypad=8 font-desc="Sans 14" shaded-background=true';

/** @throws {NvrError} `export_not_possible` when an element is missing. */
export function requireElements(purpose: string, elements: Record<string, string>): void {
  for (const [element, debianPackage] of Object.entries(elements)) {
    if (elementExists(element)) continue;
    throw new NvrError(
      'export_not_possible',
      `${purpose}, for which this machine lacks GStreamer's ${element}. Install it (Debian: ${debianPackage}), or choose otherwise.`,
    );
  }
}

/** A decoder and an encoder; pictures in decoding order go in, and come out in the order in which they are shown. */
export class Encoder implements AsyncDisposable {
  readonly #plan: EncoderPlan;
  readonly #pipeline: Pipeline;
  readonly #source: AppSrc;
  readonly #text: AppSrc | null;
  readonly #sink: AppSink;
  /** Lines that wait for those of pictures shown earlier, ascending. */
  readonly #lines: Array<{ ptsNs: number; text: string }> = [];
  #config: VideoConfig | null = null;
  #ended = false;

  private constructor(plan: EncoderPlan) {
    this.#plan = plan;
    const { video } = plan;
    this.#pipeline = new Pipeline(pipelineText(plan));
    this.#source = this.#pipeline.appSrc('in');
    this.#text = plan.hasText ? this.#pipeline.appSrc('text') : null;
    this.#sink = this.#pipeline.appSink('out');
    const { caps } = decoders[video.codec];
    this.#source.setCaps(
      `${caps},width=${video.width},height=${video.height},codec_data=(buffer)${video.codecData.toString('hex')}`,
    );
    this.#text?.setCaps('text/x-raw,format=utf8');
  }

  static async open(plan: EncoderPlan): Promise<Encoder> {
    const encoder = new Encoder(plan);
    const state = await encoder.#pipeline.setState('playing');
    encoder.#readBus();
    if (state === 'failure') throw new Error('the encoding pipeline did not start');
    return encoder;
  }

  /** What comes out; null before the first picture did. */
  get config(): VideoConfig | null {
    return this.#config;
  }

  /** The first picture at or after this time becomes a keyframe; to be called before it is pushed. */
  forceKeyframe(atNs: number): void {
    this.#pipeline.forceKeyUnit('out', atNs);
  }

  push({ data, text, ...times }: EncoderInput): void {
    this.#source.push(data, times);
    if (text === undefined) return;
    let at = this.#lines.length;
    while (at > 0 && (this.#lines[at - 1]?.ptsNs ?? 0) > times.ptsNs) at -= 1;
    this.#lines.splice(at, 0, { ptsNs: times.ptsNs, text });
    while (this.#lines.length > maxReorder) this.#pushLine();
  }

  /** What is there, while waiting for room for more. */
  async *take(): AsyncGenerator<EncodedPicture, void> {
    yield* this.#pull();
    let waitedMs = 0;
    while (this.#pipeline.getNumber('in', 'current-level-buffers') > maxQueued) {
      await sleep(pollMs);
      waitedMs = this.#watch(waitedMs);
      yield* this.#pull();
    }
  }

  /** All that is still to come. Nothing may be pushed afterwards. */
  async *end(): AsyncGenerator<EncodedPicture, void> {
    while (this.#lines.length > 0) this.#pushLine();
    this.#source.endOfStream();
    this.#text?.endOfStream();
    for (let waitedMs = 0; !(this.#ended && this.#sink.eos); ) {
      let got = false;
      for (const picture of this.#pull()) {
        got = true;
        yield picture;
      }
      if (this.#ended && this.#sink.eos) return;
      await sleep(pollMs);
      waitedMs = got ? 0 : this.#watch(waitedMs);
      this.#readBus();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pipeline.close();
  }

  /** Shown for an instant: no other picture can get it. */
  #pushLine(): void {
    const line = this.#lines.shift();
    if (line) this.#text?.push(Buffer.from(line.text), { ptsNs: line.ptsNs, durationNs: 1_000 });
  }

  *#pull(): Generator<EncodedPicture, void> {
    this.#readBus();
    for (let sample = this.#sink.pull(); sample; sample = this.#sink.pull()) {
      this.#config ??= configOf(sample.caps, this.#plan.codec);
      if (sample.ptsNs !== null) yield { ptsNs: sample.ptsNs, keyframe: sample.keyframe, data: sample.data };
    }
  }

  #watch(waitedMs: number): number {
    if (waitedMs < patienceMs) return waitedMs + pollMs;
    throw new NvrError('pipeline_failed', 'Encoding came to a stop.');
  }

  #readBus(): void {
    for (let message = this.#pipeline.pollBus(); message; message = this.#pipeline.pollBus()) {
      if (message.type === 'error') throw failureOf(message);
      if (message.type === 'eos') this.#ended = true;
    }
  }
}

function configOf(caps: string, codec: 'h264' | 'h265'): VideoConfig | null {
  const { width, height, codec_data: codecData } = parseCaps(caps).fields;
  if (typeof width !== 'number' || typeof height !== 'number' || !Buffer.isBuffer(codecData)) return null;
  return { codec, width, height, codecData };
}

function pipelineText({ video, encode, hasText, fps }: EncoderPlan): string {
  const { elements } = decoders[video.codec];
  const rate = fps === null ? '' : `videorate skip-to-first=true ! video/x-raw,framerate=${fps}/1 ! `;
  const sink = 'appsink name=out sync=false';
  const source = `appsrc name=in format=time max-bytes=0 ! ${elements} ! videoconvert`;
  if (!hasText) return `${source} ! ${rate}${encode} ! ${sink}`;
  return [
    overlay,
    `${source} ! overlay.video_sink`,
    'appsrc name=text format=time max-bytes=0 ! overlay.text_sink',
    `overlay.src ! ${rate}videoconvert ! ${encode} ! ${sink}`,
  ].join(' ');
}
