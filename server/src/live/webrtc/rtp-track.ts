import { type RTCRtpSender, RtcpSenderInfo, RtcpSrPacket, RtpHeader, RtpPacket, wrapRtx } from 'werift';
import type { OfferedTrack } from './offer.ts';
import { ntpTime } from './rtp-clock.ts';

/** Packets that can be sent again, a power of two: a second at 10 Mbit/s. */
const historySize = 1_024;
/** Packets sent again may be this share of those sent, lest a path that is too narrow be filled with repetitions. */
const repeatShare = 0.25;
const maxRepeats = 200;

export interface OutgoingPacket {
  payload: Buffer;
  timestamp: number;
  /** The last one of its picture. */
  marker: boolean;
  /** The first one of its picture. */
  first: boolean;
}

/**
 * One track to one viewer: numbers packets, repeats what got lost (RFC 4585, RFC 4588), reports. Takes from werift the way
 * out with its encryption, not its sender: that copies each packet, keeps but 128 of them, and dates reports by when it sent.
 */
export class RtpTrack {
  readonly #sender: RTCRtpSender;
  readonly #format: OfferedTrack;
  /** Number of the header extension that asks to show pictures at once; null when it was not offered. */
  readonly #playoutDelayId: number | null;
  #sequence = Math.floor(Math.random() * 2 ** 15);
  #repeatSequence = Math.floor(Math.random() * 2 ** 15);
  readonly #history: { header: RtpHeader; payload: Buffer }[] = [];
  #repeats = maxRepeats;
  #packets = 0;
  #octets = 0;
  /** Handed to the kernel, and not yet taken by it. */
  #underWay = 0;

  constructor(sender: RTCRtpSender, format: OfferedTrack, playoutDelayId: number | null) {
    this.#sender = sender;
    this.#format = format;
    this.#playoutDelayId = playoutDelayId;
    sender.onGenericNack.subscribe(({ lost }) => this.#repeat(lost));
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** So much gets lost that sending more would make it worse. */
  get losesMuch(): boolean {
    return this.#repeats < 1;
  }

  send({ payload, timestamp, marker, first }: OutgoingPacket): void {
    const header = new RtpHeader({
      payloadType: this.#format.payloadType,
      sequenceNumber: this.#sequence,
      timestamp,
      marker,
      ssrc: this.#sender.ssrc,
      // Least and most delay 0: as soon as it is decoded.
      extensions:
        first && this.#playoutDelayId !== null ? [{ id: this.#playoutDelayId, payload: Buffer.alloc(3) }] : [],
    });
    this.#history[this.#sequence % historySize] = { header, payload };
    this.#sequence = (this.#sequence + 1) % 2 ** 16;
    this.#packets += 1;
    this.#octets += payload.length;
    this.#repeats = Math.min(this.#repeats + repeatShare, maxRepeats);
    this.#pass(payload, header);
  }

  /** Tells which RTP time is which UTC (RFC 3550 section 6.4.1). */
  report(utcMs: number, timestamp: number): void {
    const senderInfo = new RtcpSenderInfo({
      ntpTimestamp: ntpTime(utcMs),
      rtpTimestamp: timestamp,
      packetCount: this.#packets % 2 ** 32,
      octetCount: this.#octets % 2 ** 32,
    });
    // A way that has just closed is told of by the connection's state.
    void this.#sender.dtlsTransport
      .sendRtcp([new RtcpSrPacket({ ssrc: this.#sender.ssrc, senderInfo })])
      .catch(() => {});
  }

  #repeat(lost: readonly number[]): void {
    for (const sequence of lost) {
      const packet = this.#history[sequence % historySize];
      if (packet?.header.sequenceNumber !== sequence || this.#repeats < 1) continue;
      this.#repeats -= 1;
      const { retransmissionType } = this.#format;
      if (retransmissionType === null) {
        this.#pass(packet.payload, packet.header);
        continue;
      }
      const original = new RtpPacket(packet.header, packet.payload);
      const { header, payload } = wrapRtx(original, retransmissionType, this.#repeatSequence, this.#sender.rtxSsrc);
      this.#repeatSequence = (this.#repeatSequence + 1) % 2 ** 16;
      this.#pass(payload, header);
    }
  }

  #pass(payload: Buffer, header: RtpHeader): void {
    this.#underWay += 1;
    // werift answers failures with 0 bytes sent.
    void this.#sender.dtlsTransport.sendRtp(payload, header).finally(() => {
      this.#underWay -= 1;
    });
  }
}
