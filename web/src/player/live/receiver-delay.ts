/** What of `RTCInboundRtpStreamStats` is used (W3C WebRTC Statistics, 8.2.1); sums in seconds over a number of frames. */
export interface VideoReception {
  /** From a frame's first packet until it is decoded; over `framesDecoded`. */
  totalProcessingDelay?: number;
  framesDecoded?: number;
  /** How long frames waited before they were decoded; over `jitterBufferEmittedCount`. */
  jitterBufferDelay?: number;
  jitterBufferEmittedCount?: number;
}

const ticksPerMs = 90;
const wrap = 2 ** 32;
const averaged = 4;
/** An age beyond this is of a clock that was set meanwhile. */
const plausibleMs = 60_000;

/** RTP time of the picture at the Unix epoch, as the recorder's answer has it (RFC 7273, 5.2); null when it says nothing. */
export function videoOffsetOf(answer: string): number | null {
  const [, offset] = /^m=video [\s\S]*?^a=mediaclk:direct=(\d+)/m.exec(answer) ?? [];
  return offset === undefined ? null : Number(offset);
}

/**
 * How old a picture is that came by WebRTC: by the time that the recorder gave it, where the browser tells; else the
 * time it took in the browser, and half a round trip.
 */
export class ReceiverDelay {
  #videoOffset: number | null = null;
  /** Of the newest frames that were looked at. */
  #agesMs: number[] = [];
  #processingMs: number | null = null;
  #halfTripMs = 0;
  #before: { delayS: number; frames: number } = { delayS: 0, frames: 0 };

  /** @param videoOffset As of `videoOffsetOf`. */
  onAnswer(videoOffset: number | null): void {
    this.#videoOffset = videoOffset;
  }

  /** @param recorderMs The recorder's clock when the frame with this RTP time is on the screen, Unix milliseconds. */
  onFrame(rtpTime: number, recorderMs: number): void {
    if (this.#videoOffset === null) return;
    const nowTicks = Math.round(recorderMs * ticksPerMs) + this.#videoOffset;
    // Times wrap around after 13 hours; a picture's is the last one before now.
    const ageTicks = (((nowTicks - rtpTime) % wrap) + wrap) % wrap;
    const ageMs = (ageTicks > wrap / 2 ? ageTicks - wrap : ageTicks) / ticksPerMs;
    this.#agesMs = Math.abs(ageMs) < plausibleMs ? [...this.#agesMs, ageMs].slice(-averaged) : [];
  }

  onStatistics(stats: VideoReception): void {
    const delayS = stats.totalProcessingDelay ?? stats.jitterBufferDelay;
    const frames = stats.totalProcessingDelay === undefined ? stats.jitterBufferEmittedCount : stats.framesDecoded;
    if (delayS === undefined || frames === undefined) return;
    const since = { delayS: delayS - this.#before.delayS, frames: frames - this.#before.frames };
    if (since.frames > 0) this.#processingMs = (since.delayS / since.frames) * 1000;
    this.#before = { delayS, frames };
  }

  /** @param roundTripS To the recorder and back. */
  onPath(roundTripS: number | undefined): void {
    this.#halfTripMs = ((roundTripS ?? 0) / 2) * 1000;
  }

  /** null before the first picture, and where the browser says nothing. */
  get latencyMs(): number | null {
    const receptionMs = this.#processingMs === null ? null : this.#processingMs + this.#halfTripMs;
    if (this.#agesMs.length === 0) return receptionMs;
    const ageMs = this.#agesMs.reduce((sum, age) => sum + age, 0) / this.#agesMs.length;
    // Clocks agree within some milliseconds only; it is not younger than the way here makes it.
    return Math.max(ageMs, receptionMs ?? 0);
  }
}
