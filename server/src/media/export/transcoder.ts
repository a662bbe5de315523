import { setTimeout as sleep } from 'node:timers/promises';
import { NvrError } from '../../shared/errors.ts';
import type { VideoConfig } from '../access-unit.ts';
import { type AppSink, type AppSrc, elementExists, Pipeline, parseCaps, type Sample } from '../gst/index.ts';
import { failureOf } from '../remux/failure.ts';

/** A picture to be encoded: its time for the encoder, and a line to be drawn into it. */
export interface Chosen {
  ptsNs: number;
  text?: string;
}

/** How pictures are decoded and encoded anew. */
export interface TranscoderPlan {
  /** Of what comes. */
  video: VideoConfig;
  /** Pipeline text: an encoder, and the caps of what comes out of it. */
  encode: string;
  codec: 'h264' | 'h265';
  hasText: boolean;
  /** Called in the order in which pictures are shown; null: it is not wanted. */
  choose(ptsNs: number): Chosen | null;
}

export interface CodedPicture {
  data: Buffer;
  ptsNs: number;
  dtsNs: number;
  durationNs: number;
  keyframe: boolean;
}

export interface EncodedPicture {
  /** As it was chosen. */
  ptsNs: number;
  keyframe: boolean;
  /** 4-byte lengths before NAL units. */
  data: Buffer;
}

const maxCoded = 60;
/** Decoded pictures are large. */
const maxRaw = 6;
const pollMs = 1;
/** At the lowest priority on a busy machine. */
const patienceMs = 300_000;

const decoders = {
  h264: { caps: 'video/x-h264,stream-format=avc,alignment=au', elements: 'h264parse ! avdec_h264' },
  h265: { caps: 'video/x-h265,stream-format=hvc1,alignment=au', elements: 'h265parse ! avdec_h265' },
} as const;

/** @throws {NvrError} `export_not_possible` when an element is missing. @param elements with their Debian packages. */
export function requireElements(purpose: string, elements: Record<string, string>): void {
  for (const [element, debianPackage] of Object.entries(elements)) {
    if (elementExists(element)) continue;
    throw new NvrError(
      'export_not_possible',
      `${purpose}, and this machine lacks GStreamer's ${element}. Install it (Debian: ${debianPackage}), or choose otherwise.`,
    );
  }
}

/**
 * A decoder and an encoder; pictures in decoding order go in, those that are chosen come out in the order in which they are
 * shown. The encoder refers to earlier ones only.
 */
export class Transcoder implements AsyncDisposable {
  readonly #plan: TranscoderPlan;
  readonly #decoder: Pipeline;
  readonly #coded: AppSrc;
  readonly #decoded: AppSink;
  readonly #ended = { decoder: false, encoder: false };
  #encoder: { pipeline: Pipeline; raw: AppSrc; text: AppSrc | null; sink: AppSink } | null = null;
  #config: VideoConfig | null = null;
  #aliveAt = performance.now();

  private constructor(plan: TranscoderPlan) {
    this.#plan = plan;
    const { codec, width, height, codecData } = plan.video;
    const { caps, elements } = decoders[codec];
    this.#decoder = new Pipeline(
      `appsrc name=in format=time max-bytes=0 ! ${elements} ! videoconvert ! appsink name=out sync=false wait-on-eos=false max-buffers=4`,
    );
    this.#coded = this.#decoder.appSrc('in');
    this.#decoded = this.#decoder.appSink('out');
    this.#coded.setCaps(`${caps},width=${width},height=${height},codec_data=(buffer)${codecData.toString('hex')}`);
  }

  static async open(plan: TranscoderPlan): Promise<Transcoder> {
    const transcoder = new Transcoder(plan);
    await transcoder.#decoder.setState('playing');
    return transcoder;
  }

  /** What comes out; null before the first picture did. */
  get config(): VideoConfig | null {
    return this.#config;
  }

  push({ data, ...times }: CodedPicture): void {
    this.#coded.push(data, times);
  }

  /** What is there, while waiting for room for more. */
  async *take(): AsyncGenerator<EncodedPicture, void> {
    for (;;) {
      yield* await this.#step();
      if (this.#decoder.getNumber('in', 'current-level-buffers') < maxCoded) return;
      await this.#wait();
    }
  }

  /** All that is still to come. Nothing may be pushed afterwards. */
  async *end(): AsyncGenerator<EncodedPicture, void> {
    this.#coded.endOfStream();
    for (let told = false; ; ) {
      yield* await this.#step();
      if (this.#ended.decoder && this.#decoded.eos && !told) {
        if (!this.#encoder) return;
        told = true;
        this.#encoder.raw.endOfStream();
        this.#encoder.text?.endOfStream();
      }
      if (this.#ended.encoder && this.#encoder?.sink.eos) return;
      await this.#wait();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#decoder.close();
    await this.#encoder?.pipeline.close();
  }

  async #step(): Promise<EncodedPicture[]> {
    this.#readBus(this.#decoder, 'decoder');
    for (let sample = this.#pullRaw(); sample; sample = this.#pullRaw()) {
      this.#aliveAt = performance.now();
      const chosen = sample.ptsNs === null ? null : this.#plan.choose(sample.ptsNs);
      if (chosen) await this.#encode(sample, chosen);
    }
    if (!this.#encoder) return [];
    this.#readBus(this.#encoder.pipeline, 'encoder');
    const pictures: EncodedPicture[] = [];
    for (let sample = this.#encoder.sink.pull(); sample; sample = this.#encoder.sink.pull()) {
      this.#aliveAt = performance.now();
      this.#config ??= configOf(sample.caps, this.#plan.codec);
      const { ptsNs, keyframe, data } = sample;
      if (ptsNs !== null) pictures.push({ ptsNs, keyframe, data });
    }
    return pictures;
  }

  #pullRaw(): Sample | null {
    const queued = this.#encoder?.pipeline.getNumber('in', 'current-level-buffers') ?? 0;
    return queued < maxRaw ? this.#decoded.pull() : null;
  }

  async #encode({ data, caps, durationNs }: Sample, { ptsNs, text }: Chosen): Promise<void> {
    this.#encoder ??= await this.#openEncoder(caps);
    const { raw, text: lines } = this.#encoder;
    // The line is there for an instant: no other picture can get it.
    if (text !== undefined) lines?.push(Buffer.from(text), { ptsNs, durationNs: 1_000 });
    raw.push(data, { ptsNs, ...(durationNs !== null && { durationNs }) });
  }

  async #openEncoder(caps: string) {
    const pipeline = new Pipeline(encoderText(this.#plan));
    const raw = pipeline.appSrc('in');
    const text = this.#plan.hasText ? pipeline.appSrc('text') : null;
    raw.setCaps(caps);
    text?.setCaps('text/x-raw,format=utf8');
    const sink = pipeline.appSink('out');
    await pipeline.setState('playing');
    return { pipeline, raw, text, sink };
  }

  async #wait(): Promise<void> {
    if (performance.now() - this.#aliveAt > patienceMs) {
      throw new NvrError('pipeline_failed', 'Encoding came to a stop.');
    }
    await sleep(pollMs);
  }

  #readBus(pipeline: Pipeline, which: 'decoder' | 'encoder'): void {
    for (let message = pipeline.pollBus(); message; message = pipeline.pollBus()) {
      if (message.type === 'error') throw failureOf(message);
      if (message.type === 'eos') this.#ended[which] = true;
    }
  }
}

function configOf(caps: string, codec: 'h264' | 'h265'): VideoConfig | null {
  const { width, height, codec_data: codecData } = parseCaps(caps).fields;
  if (typeof width !== 'number' || typeof height !== 'number' || !Buffer.isBuffer(codecData)) return null;
  return { codec, width, height, codecData };
}

/** Text is readable on any picture: white on a shaded ground, top left, with the size of the picture. */
const overlay =
  'textoverlay name=overlay wait-text=true valignment=top halignment=left xpad=8 ypad=8 font-desc="Sans 12" shaded-background=true';

function encoderText({ encode, hasText }: TranscoderPlan): string {
  const source = 'appsrc name=in format=time max-bytes=0 ! videoconvert';
  const sink = 'appsink name=out sync=false wait-on-eos=false';
  if (!hasText) return `${source} ! ${encode} ! ${sink}`;
  return [
    `${overlay} ! videoconvert ! ${encode} ! ${sink}`,
    `${source} ! overlay.video_sink`,
    'appsrc name=text format=time max-bytes=0 ! overlay.text_sink',
  ].join(' ');
}
