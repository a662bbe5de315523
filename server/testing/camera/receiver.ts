import { type BusMessage, Pipeline, parseCaps } from '../../src/media/gst/index.ts';
import { waitFor } from '../wait.ts';
import type { AudioCodec } from './options.ts';
import { type FrameStamp, readFrameStamp, type VideoCodec } from './stamp.ts';

interface ReceiverOptions {
  video?: VideoCodec;
  audio?: AudioCodec;
  transport?: 'tcp' | 'udp';
  user?: string;
  password?: string;
}

export interface ReceivedFrame {
  /** Null when the access unit has no mark. */
  stamp: FrameStamp | null;
  keyframe: boolean;
  width: number;
  ntpUnixMs: number | null;
}

const videoChains = {
  h264: 'rtph264depay ! h264parse ! video/x-h264,stream-format=avc,alignment=au',
  h265: 'rtph265depay ! h265parse ! video/x-h265,stream-format=hvc1,alignment=au',
};

const audioChains = {
  aac: 'rtpmp4gdepay ! aacparse',
  opus: 'rtpopusdepay',
  pcma: 'rtppcmadepay',
  pcmu: 'rtppcmudepay',
};

/** A client of the simulated camera that keeps no more than what tests ask about. */
export class Receiver implements AsyncDisposable {
  readonly frames: ReceivedFrame[] = [];
  readonly messages: BusMessage[] = [];
  audioFrames = 0;
  readonly #pipeline: Pipeline;
  readonly #timer: NodeJS.Timeout;

  constructor(url: string, options: ReceiverOptions = {}) {
    const { video = 'h264', audio = 'aac', transport = 'tcp', user = '', password = '' } = options;
    const source = `rtspsrc name=src location=${url} user-id="${user}" user-pw="${password}" protocols=${transport} latency=100 add-reference-timestamp-meta=true`;
    const sink = 'sync=false async=false max-buffers=1000';
    const sound =
      audio === 'none'
        ? ''
        : `src. ! application/x-rtp,media=audio ! ${audioChains[audio]} ! appsink name=audio ${sink}`;
    this.#pipeline = new Pipeline(
      `${source} src. ! application/x-rtp,media=video ! ${videoChains[video]} ! appsink name=video ${sink} ${sound}`,
    );
    const videoSink = this.#pipeline.appSink('video');
    const audioSink = audio === 'none' ? null : this.#pipeline.appSink('audio');
    void this.#pipeline.setState('playing');
    this.#timer = setInterval(() => {
      for (let sample = videoSink.pull(); sample !== null; sample = videoSink.pull()) {
        const width = Number(parseCaps(sample.caps).fields.width);
        const { keyframe, ntpUnixMs } = sample;
        this.frames.push({ stamp: readFrameStamp(sample.data), keyframe, width, ntpUnixMs });
      }
      while (audioSink?.pull()) this.audioFrames += 1;
      for (let message = this.#pipeline.pollBus(); message !== null; message = this.#pipeline.pollBus()) {
        if (message.type === 'error' || message.type === 'warning' || message.type === 'eos')
          this.messages.push(message);
      }
    }, 20);
  }

  /** Waits until `count` frames came in all, and gives them. */
  async receive(count: number): Promise<ReceivedFrame[]> {
    const details = () => `${this.frames.length} frames, ${JSON.stringify(this.messages)}`;
    await waitFor(`${count} frames`, () => this.frames.length >= count, { withinMs: 60_000, everyMs: 20, details });
    return this.frames;
  }

  /** Waits for the end of the connection, and tells it. */
  async failure(): Promise<BusMessage> {
    return waitFor('an error or the end of the stream', () => this.messages.find(({ type }) => type !== 'warning'), {
      everyMs: 20,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#pipeline.close();
  }
}
