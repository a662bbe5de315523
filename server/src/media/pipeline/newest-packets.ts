import type { Clock } from '../../shared/clock.ts';
import type { Pipeline } from '../gst/index.ts';
import { LipSync, RtpPositionReader } from './lip-sync.ts';

const sendersReportWithinMs = 60_000;
const laterEveryMs = 1_000;

/** The newest RTP packets of picture and sound, which a pipeline with sound keeps beside its frames. */
export class NewestPackets {
  readonly #clock: Clock;
  readonly #sync = new LipSync();
  readonly #picture: RtpPositionReader;
  readonly #sound: RtpPositionReader;
  readonly #startMs: number;
  #nextMs: number;

  constructor(pipeline: Pipeline, clock: Clock) {
    this.#clock = clock;
    this.#picture = new RtpPositionReader(pipeline.appSink('video-packets'));
    this.#sound = new RtpPositionReader(pipeline.appSink('audio-packets'));
    this.#startMs = clock.monotonicMs();
    this.#nextMs = this.#startMs;
  }

  /** How far sound is to be shifted; asked for each frame of it. */
  soundShiftNs(): number {
    const nowMs = this.#clock.monotonicMs();
    if (this.#sync.settled || nowMs < this.#nextMs) return this.#sync.shiftNs;
    // Sender reports that have not come by then hardly ever will.
    this.#nextMs = nowMs - this.#startMs < sendersReportWithinMs ? nowMs : nowMs + laterEveryMs;
    this.#sync.update(this.#picture.read(), this.#sound.read());
    return this.#sync.shiftNs;
  }

  /** A number that has grown when packets of the picture have come since it was last asked for. */
  pictures(): number {
    this.#picture.read();
    return this.#picture.packetsSeen;
  }
}
