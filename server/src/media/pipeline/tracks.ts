import type { Clock } from '../../shared/clock.ts';
import type { AppSink, Pipeline, Sample } from '../gst/index.ts';
import { PacedQueue, Pacer, type SampleQueue } from '../source/pacer.ts';
import type { TrackPlan } from '../source/track-plan.ts';
import { NewestPackets } from './newest-packets.ts';
import { packetCounts } from './packet-counts.ts';

interface TracksOptions {
  pipeline: Pipeline;
  clock: Clock;
  plan: TrackPlan;
  /** Running time now, ns, for media that comes before its time; null: it comes as it happens. */
  paceBy: (() => number) | null;
}

/** The ends of a pipeline, also of one whose tracks show late. */
export class Tracks {
  readonly #options: TracksOptions;
  readonly #pacer = new Pacer();
  #picture: SampleQueue | null = null;
  #sound: SampleQueue | null = null;
  #packets: NewestPackets | null = null;
  #packetsCounted = 0;
  readonly #paced: PacedQueue[] = [];

  constructor(options: TracksOptions) {
    this.#options = options;
    this.find();
  }

  /** Finds those that have come since it was last called. */
  find(): void {
    const { pipeline, clock, plan } = this.#options;
    if (!this.#picture && plan.offered && pipeline.hasElement('video')) {
      this.#picture = this.#queue(pipeline.appSink('video'), (at, now) => this.#pacer.isPictureDue(at, now));
    }
    if (this.#sound || !plan.audio || !pipeline.hasElement('audio')) return;
    this.#sound = this.#queue(pipeline.appSink('audio'), (at, now) => this.#pacer.isSoundDue(at, now));
    if (pipeline.hasElement('audio-packets')) this.#packets = new NewestPackets(pipeline, clock);
  }

  get hasPicture(): boolean {
    return this.#picture !== null;
  }

  /** Something has come that is not due yet. */
  get waits(): boolean {
    return this.#paced.some(({ waits }) => waits);
  }

  picture(): Sample | null {
    return this.#picture?.pull() ?? null;
  }

  sound(): Sample | null {
    return this.#sound?.pull() ?? null;
  }

  /** What puts sound in step with the picture; see `LipSync`. */
  soundShiftNs(): number {
    return this.#packets?.soundShiftNs() ?? 0;
  }

  /** Whether packets of the picture have come since this was last asked; never where media does not come in RTP. */
  packetsCame(): boolean {
    const before = this.#packetsCounted;
    const { pipeline } = this.#options;
    this.#packetsCounted =
      this.#packets?.pictures() ?? packetCounts(pipeline.getStructures('rtpjitterbuffer', 'stats')).received;
    return this.#packetsCounted > before;
  }

  #queue(sink: AppSink, isDue: (mediaNs: number, nowNs: number) => boolean): SampleQueue {
    const { paceBy } = this.#options;
    if (!paceBy) return sink;
    const paced = new PacedQueue(sink, (mediaNs) => isDue(mediaNs, paceBy()));
    this.#paced.push(paced);
    return paced;
  }
}
