import type { VideoConfig } from '../access-unit.ts';
import { type AppSink, type AppSrc, Pipeline, parseCaps } from '../gst/index.ts';
import type { LiveFrame } from '../live-frame.ts';
import { encoderText } from '../pipeline/encoders.ts';
import type { EncodedPicture, PicturePlan } from './messages.ts';

/** So many wait for the decoder at most; else all up to the next keyframe are left out, to stay live. */
const maxQueued = 30;
/** What began before we did is only decoded: its pictures are past, and encoding them would hold up the present one. */
const caughtUpBelow = 2;
const keyframeEveryMs = 1_000;
/** More than this, and a decoder needs several cores to keep up: each one more delays by a picture. */
const maxPixelsOfOneCore = 2_300_000;

const decoders = {
  h264: { caps: 'video/x-h264,stream-format=avc,alignment=au', parser: 'h264parse', decoder: 'avdec_h264' },
  h265: { caps: 'video/x-h265,stream-format=hvc1,alignment=au', parser: 'h265parse', decoder: 'avdec_h265' },
} as const;

/** What any browser's WebRTC plays. Hardware encoders do not all offer it, and each has a profile that it does best. */
const profiles: Readonly<Record<string, string>> = {
  x264enc: ' ! video/x-h264,profile=constrained-baseline',
  openh264enc: ' ! video/x-h264,profile=constrained-baseline',
};

/** Decodes a run's pictures and encodes them anew, each as soon as it can be. */
export class PictureJob {
  readonly #pipeline: Pipeline;
  readonly #source: AppSrc;
  readonly #sink: AppSink;
  #config: { caps: string; video: VideoConfig } | null = null;
  #begun = false;
  #catchingUp = true;
  #skipping = false;
  #nextKeyframeMs: number | null = null;

  constructor(plan: PicturePlan) {
    this.#pipeline = new Pipeline(pipelineText(plan));
    this.#source = this.#pipeline.appSrc('in');
    this.#sink = this.#pipeline.appSink('out');
    const { caps } = decoders[plan.video.codec];
    const { width, height, codecData } = plan.video;
    this.#source.setCaps(`${caps},width=${width},height=${height},codec_data=(buffer)${codecData.toString('hex')}`);
  }

  /** @throws when the pipeline does not start. */
  async start(): Promise<void> {
    if ((await this.#pipeline.setState('playing')) === 'failure') throw this.#failure() ?? new Error('did not start');
  }

  push(frames: readonly LiveFrame[]): void {
    if (!this.#begun && frames.length <= caughtUpBelow) this.#encodeFromHere();
    this.#begun = true;
    for (const { pts, dts, keyframe, data } of frames) {
      if (keyframe) this.#skipping = false;
      else if (!this.#catchingUp && this.#queued > maxQueued) this.#skipping = true;
      if (!this.#skipping) this.#source.push(data, { ptsNs: nsOf(pts), dtsNs: nsOf(dts), keyframe });
    }
  }

  /** What is there. @throws what an element reported. */
  take(): { video: VideoConfig | null; pictures: EncodedPicture[] } | null {
    const failure = this.#failure();
    if (failure) throw failure;
    if (this.#begun && this.#catchingUp && this.#queued < caughtUpBelow) this.#encodeFromHere();
    let video: VideoConfig | null = null;
    const pictures: EncodedPicture[] = [];
    for (let sample = this.#sink.pull(); sample; sample = this.#sink.pull()) {
      video = this.#changedConfig(sample.caps) ?? video;
      const { ptsNs, keyframe, data } = sample;
      if (ptsNs !== null && this.#config) pictures.push({ time: ticksOf(ptsNs), keyframe, data });
    }
    if (pictures.length === 0) return null;
    this.#askForKeyframes();
    return { video, pictures };
  }

  close(): Promise<void> {
    return this.#pipeline.close();
  }

  get #queued(): number {
    return this.#pipeline.getNumber('in', 'current-level-buffers');
  }

  #encodeFromHere(): void {
    this.#catchingUp = false;
    this.#pipeline.set('valve', 'drop', false);
  }

  /** By the clock and not by count: a camera's rate varies. The first picture is one anyway. */
  #askForKeyframes(): void {
    const nowMs = performance.now();
    if (this.#nextKeyframeMs !== null && nowMs < this.#nextKeyframeMs) return;
    if (this.#nextKeyframeMs !== null) this.#pipeline.forceKeyUnit('out');
    this.#nextKeyframeMs = nowMs + keyframeEveryMs;
  }

  #changedConfig(caps: string): VideoConfig | null {
    if (caps === this.#config?.caps) return null;
    const { width, height, codec_data: codecData } = parseCaps(caps).fields;
    if (typeof width !== 'number' || typeof height !== 'number' || !Buffer.isBuffer(codecData)) return null;
    const before = this.#config?.video;
    const video: VideoConfig = { codec: 'h264', width, height, codecData };
    this.#config = { caps, video };
    return before?.codecData.equals(codecData) ? null : video;
  }

  #failure(): Error | null {
    for (let message = this.#pipeline.pollBus(); message; message = this.#pipeline.pollBus()) {
      if (message.type === 'error') return new Error(`${message.element}: ${message.message} ${message.debug}`);
    }
    return null;
  }
}

/**
 * The queue between decoder and encoder throws away the oldest picture when a second one waits: what a slow machine cannot
 * encode costs pictures, not time.
 */
function pipelineText({ video, width, height, bitrateKbps, encoder }: PicturePlan): string {
  const { parser, decoder } = decoders[video.codec];
  const threads =
    video.width * video.height > maxPixelsOfOneCore ? 'thread-type=frame max-threads=3' : 'thread-type=slice';
  return [
    `appsrc name=in is-live=true format=time max-bytes=0 ! ${parser} ! ${decoder} ${threads}`,
    'valve name=valve drop=true',
    'queue max-size-buffers=2 max-size-bytes=0 max-size-time=0 leaky=downstream',
    'videoconvert ! videoscale',
    `video/x-raw,format=(string){I420,NV12},width=${width},height=${height}`,
    `${encoderText(encoder, { bitrateKbps })}${profiles[encoder] ?? ''}`,
    'h264parse ! video/x-h264,stream-format=avc,alignment=au',
    'appsink name=out sync=false',
  ].join(' ! ');
}

const nsOf = (ticks: number) => Math.round((ticks * 1e9) / 90_000);
const ticksOf = (ns: number) => Math.round((ns * 90_000) / 1e9);
