import type { AudioConfig } from '../access-unit.ts';
import { type AppSink, type AppSrc, Pipeline } from '../gst/index.ts';
import type { LiveFrame } from '../live-frame.ts';
import type { OpusFrame } from './messages.ts';

const frameMs = 20;

const description = [
  'appsrc name=in is-live=true format=time max-bytes=0 ! avdec_aac',
  'audioconvert ! audioresample ! audio/x-raw,rate=48000,channels=[1,2]',
  `opusenc frame-size=${frameMs}`,
  'appsink name=out sync=false',
].join(' ! ');

/** Encodes a run's sound anew. */
export class SoundJob {
  readonly #pipeline = new Pipeline(description);
  readonly #source: AppSrc;
  readonly #sink: AppSink;
  readonly #rate: number;

  constructor({ sampleRate, channels, codecData }: AudioConfig) {
    this.#rate = sampleRate;
    this.#source = this.#pipeline.appSrc('in');
    this.#sink = this.#pipeline.appSink('out');
    this.#source.setCaps(
      `audio/mpeg,mpegversion=4,stream-format=raw,rate=${sampleRate},channels=${channels},codec_data=(buffer)${codecData.toString('hex')}`,
    );
  }

  /** @throws when the pipeline does not start. */
  async start(): Promise<void> {
    if ((await this.#pipeline.setState('playing')) === 'failure') throw this.#failure() ?? new Error('did not start');
  }

  push(frames: readonly LiveFrame[]): void {
    for (const { pts, data } of frames) this.#source.push(data, { ptsNs: Math.round((pts * 1e9) / this.#rate) });
  }

  /** What is there. @throws what an element reported. */
  take(): OpusFrame[] {
    const failure = this.#failure();
    if (failure) throw failure;
    const packets: OpusFrame[] = [];
    for (let sample = this.#sink.pull(); sample; sample = this.#sink.pull()) {
      const { ptsNs, durationNs, data } = sample;
      if (ptsNs === null) continue;
      // The first one is told to be shorter: it begins with what the encoder looks ahead (RFC 7845, pre-skip).
      const endMs = (ptsNs + (durationNs ?? frameMs * 1e6)) / 1e6;
      packets.push({ timeMs: endMs - frameMs, durationMs: frameMs, data });
    }
    return packets;
  }

  close(): Promise<void> {
    return this.#pipeline.close();
  }

  #failure(): Error | null {
    for (let message = this.#pipeline.pollBus(); message; message = this.#pipeline.pollBus()) {
      if (message.type === 'error') return new Error(`${message.element}: ${message.message} ${message.debug}`);
    }
    return null;
  }
}
