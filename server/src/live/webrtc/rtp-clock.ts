import { randomInt } from 'node:crypto';

/** UTC beyond what has passed since the last picture means that the system clock was set. */
const stepMs = 2_000;
/** From 1900, where NTP begins, to 1970. */
const ntpOffsetSeconds = 2_208_988_800;

/** The times of a viewer's packets: picture and sound by the same clock, so that sender reports keep them in step. */
export class RtpClock {
  readonly #random = { video: randomInt(2 ** 31), audio: randomInt(2 ** 31) };
  /** Added to UTC; changes when UTC leaps, for RTP time must not. */
  #shiftMs = 0;
  #last: { ms: number; atMs: number } | null = null;

  /** RTP time of the picture at 1970-01-01T00:00:00Z, as long as the system clock is not set. */
  get videoOffset(): number {
    return this.#random.video;
  }

  /**
   * To be told of each picture, in order.
   * @param nowMs Monotonic.
   */
  follow(utcMs: number, nowMs: number): void {
    if (this.#last) {
      const expectedMs = this.#last.ms + nowMs - this.#last.atMs;
      if (Math.abs(utcMs + this.#shiftMs - expectedMs) > stepMs) this.#shiftMs = expectedMs - utcMs;
    }
    this.#last = { ms: utcMs + this.#shiftMs, atMs: nowMs };
  }

  stampOf(track: 'video' | 'audio', utcMs: number): number {
    const ticks = Math.round((utcMs + this.#shiftMs) * (track === 'video' ? 90 : 48));
    return (ticks + this.#random[track]) % 2 ** 32;
  }
}

/** NTP's 64 bits: seconds since 1900 and their fraction. */
export const ntpTime = (utcMs: number): bigint =>
  (BigInt(Math.floor(utcMs / 1_000) + ntpOffsetSeconds) << 32n) |
  BigInt(Math.floor(((utcMs % 1_000) / 1_000) * 2 ** 32));
