import type { OutgoingPacket, RtpTrack } from './rtp-track.ts';

/** What goes out at once: most pictures whole, and what the buffers of receivers hold. */
const burstBytes = 64 * 1024;
const bytesPerMs = 8 * 1024;
const tickMs = 2;
const maxUnderWay = 256;
/** More than this waits only for a viewer whose way out is stuck. */
const maxWaitingBytes = 8 * 1024 * 1024;

/** Sends a viewer's pictures, large ones and those of the past spread over some milliseconds. */
export class PictureQueue {
  readonly #track: RtpTrack;
  #waiting: OutgoingPacket[] = [];
  #next = 0;
  #waitingBytes = 0;
  #credit = burstBytes;
  #creditAtMs = performance.now();
  #timer: NodeJS.Timeout | null = null;

  constructor(track: RtpTrack) {
    this.#track = track;
  }

  /** More is waiting than will ever be of use; what comes next should be a keyframe, after `clear`. */
  get overfull(): boolean {
    return this.#waitingBytes > maxWaitingBytes;
  }

  push(payloads: readonly Buffer[], timestamp: number): void {
    for (const [index, payload] of payloads.entries()) {
      this.#waiting.push({ payload, timestamp, first: index === 0, marker: index === payloads.length - 1 });
      this.#waitingBytes += payload.length;
    }
    if (this.#timer === null) this.#send();
  }

  clear(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#waiting = [];
    this.#next = 0;
    this.#waitingBytes = 0;
  }

  #send(): void {
    this.#timer = null;
    const nowMs = performance.now();
    this.#credit = Math.min(burstBytes, this.#credit + (nowMs - this.#creditAtMs) * bytesPerMs);
    this.#creditAtMs = nowMs;
    while (this.#credit > 0 && this.#track.underWay < maxUnderWay) {
      const packet = this.#waiting[this.#next];
      if (!packet) {
        this.clear();
        return;
      }
      this.#next += 1;
      this.#waitingBytes -= packet.payload.length;
      this.#credit -= packet.payload.length;
      this.#track.send(packet);
    }
    this.#timer = setTimeout(() => this.#send(), tickMs);
  }
}
