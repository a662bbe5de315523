import { type AppSink, parseCaps, type Sample } from '../gst/index.ts';

/** One packet of a track, and what the camera said of the track when it began to play. */
export interface RtpPosition {
  /** RTP time stamp of the packet, counted from the moment at which the camera began to play. */
  ticks: number;
  /** Of the packet, in the pipeline. */
  runningTimeNs: number;
  /** Hz. */
  clockRate: number;
}

/** A difference as large is the camera's mistake; rtpbin corrects no larger one either. */
const maxShiftNs = 3e9;
/** rtpbin leaves smaller differences as they are. */
const minStepNs = 3e6;

/**
 * Keeps sound in step with the picture from the first packet on. Over TCP, rtspsrc takes the first packets of all tracks
 * for simultaneous, and over UDP for captured when they arrive; either is wrong by up to a frame of sound, or by as much as
 * sound begins later. Sender reports tell rtpbin better (GStreamer 1.22), but those of many cameras come after seconds or
 * never. Until then the answer to PLAY is to be trusted: it gives the RTP time stamps of all tracks for one moment.
 */
export class LipSync {
  #first: { video: number; audio: number } | null = null;
  #shiftNs = 0;
  #settled = false;

  /** What to add to the running time of sound. */
  get shiftNs(): number {
    return this.#shiftNs;
  }

  /** Sender reports have been heeded: nothing is to be shifted any more. */
  get settled(): boolean {
    return this.#settled;
  }

  /** @param video, audio null while nothing is known, or when the camera does not tell. */
  update(video: RtpPosition | null, audio: RtpPosition | null): void {
    if (this.#settled || video === null || audio === null) return;
    const now = { video: beginningNs(video), audio: beginningNs(audio) };
    this.#first ??= now;
    const stepNs = Math.max(Math.abs(now.video - this.#first.video), Math.abs(now.audio - this.#first.audio));
    this.#settled = stepNs > minStepNs;
    const shiftNs = now.video - now.audio;
    this.#shiftNs = this.#settled || Math.abs(shiftNs) > maxShiftNs ? 0 : shiftNs;
  }
}

/** Running time of the moment at which the camera began to play. */
const beginningNs = ({ ticks, runningTimeNs, clockRate }: RtpPosition): number =>
  runningTimeNs - (ticks * 1e9) / clockRate;

/** Counts RTP time stamps, which wrap at 2^32 (those of pictures each 13 h), from `base` on. */
export class RtpTicks {
  #last: number;
  #ticks = 0;

  constructor(base: number) {
    this.#last = base;
  }

  /** To be asked at least every 6 h. */
  at(timestamp: number): number {
    this.#ticks += (timestamp - this.#last) | 0;
    this.#last = timestamp;
    return this.#ticks;
  }
}

/** Reads where a track is from its newest packet. */
export class RtpPositionReader {
  readonly #packets: AppSink;
  #caps = '';
  #clock: { ticks: RtpTicks; clockRate: number } | null = null;
  #position: RtpPosition | null = null;
  #packetsSeen = 0;

  /** @param packets keeps the newest packet only. */
  constructor(packets: AppSink) {
    this.#packets = packets;
  }

  /** Not all that came: the newest whenever it was looked for. */
  get packetsSeen(): number {
    return this.#packetsSeen;
  }

  /** null before the first packet, and when the camera gave no RTP-Info. */
  read(): RtpPosition | null {
    const packet = this.#packets.pull();
    if (!packet) return this.#position;
    this.#packetsSeen += 1;
    this.#position = this.#positionOf(packet);
    return this.#position;
  }

  #positionOf({ caps, data, ptsNs }: Sample): RtpPosition | null {
    if (caps !== this.#caps) {
      this.#caps = caps;
      const { 'clock-base': clockBase, 'clock-rate': clockRate } = parseCaps(caps).fields;
      // `rtptime` of RTP-Info, RFC 2326 section 12.33.
      const isTold = typeof clockBase === 'number' && typeof clockRate === 'number';
      this.#clock = isTold ? { ticks: new RtpTicks(clockBase), clockRate } : null;
    }
    // The header of RFC 3550, section 5.1; a packet without a time tells nothing new.
    if (!this.#clock || ptsNs === null || data.length < 12) return this.#position;
    const { ticks, clockRate } = this.#clock;
    return { ticks: ticks.at(data.readUInt32BE(4)), clockRate, runningTimeNs: ptsNs };
  }
}
