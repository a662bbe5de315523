import type { Sample } from '../gst/index.ts';
import { ClockOffset } from './clock-offset.ts';
import { Meter } from './meter.ts';

/** What is measured of the pictures of one connection. */
export class Figures {
  readonly #meter = new Meter();
  readonly #clockOffset = new ClockOffset();
  #keyframePtsNs: number | null = null;
  #keyframeIntervalMs: number | null = null;
  #lastFrameAt = 0;

  /** @param nowMs Unix milliseconds. */
  take({ data, keyframe, ptsNs, ntpUnixMs }: Sample, nowMs: number): void {
    this.#lastFrameAt = nowMs;
    this.#meter.add(1, data.length);
    if (ntpUnixMs !== null) this.#clockOffset.add(ntpUnixMs, nowMs);
    if (!keyframe || ptsNs === null) return;
    const intervalNs = ptsNs - (this.#keyframePtsNs ?? ptsNs);
    // A camera whose time jumps back has no interval to tell.
    if (intervalNs > 0) this.#keyframeIntervalMs = Math.round(intervalNs / 1e6);
    this.#keyframePtsNs = ptsNs;
  }

  /** Call about once a second. @param nowMs Monotonic milliseconds. */
  mark(nowMs: number): void {
    this.#meter.mark(nowMs);
  }

  /** Unix milliseconds; 0 before the first. */
  get lastFrameAt(): number {
    return this.#lastFrameAt;
  }

  /** Over the last seconds; null until known. */
  get fps(): number | null {
    return this.#meter.rates()?.fps ?? null;
  }

  get bitrateKbps(): number | null {
    return this.#meter.rates()?.bitrateKbps ?? null;
  }

  /** Between the newest two keyframes, media time; null before there are two. */
  get keyframeIntervalMs(): number | null {
    return this.#keyframeIntervalMs;
  }

  /** The camera's clock against ours, positive when it is ahead; null when it does not tell. */
  get clockOffsetMs(): number | null {
    return this.#clockOffset.ms;
  }
}
