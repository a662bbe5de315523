/** No frame for this long after the first one: the camera is frozen. GStreamer says nothing then (measured, 1.22). */
const stalledAfterMs = 5_000;
/** Until the first keyframe: RTSP set-up, then up to one GOP. */
const firstFrameWithinMs = 15_000;

/** Notices that access units stay away; the caller asks it now and then. */
export class Watchdog {
  #lastMs: number;
  #started = false;

  constructor(nowMs: number) {
    this.#lastMs = nowMs;
  }

  get started(): boolean {
    return this.#started;
  }

  /** A frame arrived. */
  feed(nowMs: number): void {
    this.#started = true;
    this.#lastMs = nowMs;
  }

  /** How long nothing has come, when that is too long; else null. */
  overdueMs(nowMs: number, startWithinMs = firstFrameWithinMs): number | null {
    const silentMs = nowMs - this.#lastMs;
    return silentMs > (this.#started ? stalledAfterMs : startWithinMs) ? silentMs : null;
  }
}
