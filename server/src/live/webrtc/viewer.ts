import type { Offer } from './offer.ts';
import type { Outlet, Picture } from './outlet.ts';
import type { Peer } from './peer.ts';
import { PictureQueue } from './picture-queue.ts';
import type { RtpClock } from './rtp-clock.ts';
import { RtpTrack } from './rtp-track.ts';

const reportEveryMs = 1_000;
/** Whoever lost too much to go on gets the pictures since the newest keyframe once more, but not more often than this. */
const repeatEveryMs = 2_000;

/** Sends a stream to one viewer, from the moment that the way to it stands. */
export class Viewer {
  readonly #outlet: Outlet;
  readonly #clock: RtpClock;
  readonly #video: RtpTrack;
  readonly #audio: RtpTrack | null;
  readonly #queue: PictureQueue;
  readonly #leave: () => void;
  readonly #reports: NodeJS.Timeout;
  /** RTP time of the last picture that was sent. */
  #lastStamp: number | null = null;
  #needsKeyframe = true;
  #repeatedAtMs = performance.now();

  constructor(peer: Peer, outlet: Outlet, offer: Offer) {
    this.#outlet = outlet;
    this.#clock = peer.clock;
    this.#video = new RtpTrack(peer.video, offer.video, peer.playoutDelayId);
    this.#audio = peer.audio && offer.audio ? new RtpTrack(peer.audio, offer.audio, null) : null;
    this.#queue = new PictureQueue(this.#video);
    this.#catchUp();
    this.#leave = outlet.subscribe({ onPicture: (picture) => this.#onPicture(picture) });
    peer.video.onPictureLossIndication.subscribe(() => this.#onPictureLoss());
    this.#reports = setInterval(() => this.#report(), reportEveryMs);
    this.#report();
  }

  onSound(utcMs: number, data: Uint8Array): void {
    // Without a picture the clock is not set.
    if (!this.#audio || this.#lastStamp === null) return;
    const payload = Buffer.from(data.buffer, data.byteOffset, data.length);
    this.#audio.send({ payload, timestamp: this.#clock.stampOf('audio', utcMs), first: false, marker: false });
  }

  close(): void {
    this.#leave();
    clearInterval(this.#reports);
    this.#queue.clear();
  }

  #onPicture(picture: Picture): void {
    if (this.#queue.overfull) {
      this.#queue.clear();
      this.#needsKeyframe = true;
    }
    if (this.#needsKeyframe && !picture.keyframe) return;
    this.#needsKeyframe = false;
    this.#clock.follow(picture.utcMs, performance.now());
    this.#send(picture, this.#clock.stampOf('video', picture.utcMs));
  }

  /**
   * The pictures since the newest keyframe, all at once: stamped a tick apart, they are over as soon as they are decoded,
   * whether or not the browser knows the extension that says so.
   */
  #catchUp(): void {
    const { gop } = this.#outlet;
    const newest = gop.at(-1);
    if (!newest) return;
    this.#needsKeyframe = false;
    if (this.#lastStamp === null) this.#clock.follow(newest.utcMs, performance.now());
    const first = this.#lastStamp ?? this.#clock.stampOf('video', newest.utcMs) - gop.length;
    for (const [index, picture] of gop.entries()) this.#send(picture, (first + index + 1 + 2 ** 32) % 2 ** 32);
  }

  #send({ payloads }: Picture, timestamp: number): void {
    this.#lastStamp = timestamp;
    this.#queue.push(payloads, timestamp);
  }

  /** No camera can be asked for a keyframe through a recording; what follows the newest one is at hand. */
  #onPictureLoss(): void {
    const nowMs = performance.now();
    if (this.#video.losesMuch || nowMs - this.#repeatedAtMs < repeatEveryMs) return;
    this.#repeatedAtMs = nowMs;
    this.#queue.clear();
    this.#needsKeyframe = true;
    this.#catchUp();
  }

  #report(): void {
    if (this.#lastStamp === null) return;
    const utcMs = performance.timeOrigin + performance.now();
    this.#video.report(utcMs, this.#clock.stampOf('video', utcMs));
    this.#audio?.report(utcMs, this.#clock.stampOf('audio', utcMs));
  }
}
