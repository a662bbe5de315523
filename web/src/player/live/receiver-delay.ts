/** What of `RTCInboundRtpStreamStats` is used (W3C WebRTC Statistics, 8.2.1); seconds, Chromium and Safari have all. */
export interface VideoReception {
  /** When the picture shown now was taken, by the sender's clock: NTP time in milliseconds. */
  estimatedPlayoutTimestamp?: number;
  /** Sum over `framesDecoded`: from a frame's first packet until it is decoded. */
  totalProcessingDelay?: number;
  framesDecoded?: number;
  /** Sum over `jitterBufferEmittedCount`: how long frames waited before they were decoded. */
  jitterBufferDelay?: number;
  jitterBufferEmittedCount?: number;
}

const ntpToUnixMs = 2_208_988_800_000;
/** An estimate beyond this is of a clock that has nothing to do with ours. */
const plausibleMs = 30_000;

/**
 * How old a picture is that came by WebRTC: by the time that the recorder gave it, where the browser tells; else the
 * time it took in the browser, and half a round trip.
 */
export class ReceiverDelay {
  #byClockMs: number | null = null;
  #processingMs: number | null = null;
  #halfTripMs = 0;
  #before: { delayS: number; frames: number } = { delayS: 0, frames: 0 };

  /** @param recorderNowMs The recorder's clock when the statistics were taken, Unix milliseconds. */
  onVideo(stats: VideoReception, recorderNowMs: number): void {
    const { estimatedPlayoutTimestamp: playoutMs } = stats;
    const ageMs = playoutMs === undefined ? Number.NaN : recorderNowMs - (playoutMs - ntpToUnixMs);
    this.#byClockMs = ageMs > 0 && ageMs < plausibleMs ? ageMs : null;
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
    return this.#byClockMs ?? (this.#processingMs === null ? null : this.#processingMs + this.#halfTripMs);
  }
}
