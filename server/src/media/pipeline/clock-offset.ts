/** The least delay of this much time decides: delay only ever makes a camera's clock look late. */
const windowMs = 5_000;
/** Share of each new window in the smoothed value. */
const weight = 0.3;
/** A clock that was set is believed at once. */
const stepMs = 1_000;

/** How far a camera's clock is ahead of ours, from the times it gives its frames and their arrival. */
export class ClockOffset {
  #smoothedMs: number | null = null;
  #windowStartMs: number | null = null;
  #mostMs = Number.NEGATIVE_INFINITY;

  /** Milliseconds; null until a window has passed, and for a camera that does not tell. */
  get ms(): number | null {
    return this.#smoothedMs === null ? null : Math.round(this.#smoothedMs);
  }

  /** Both Unix milliseconds: when the camera says it took the frame, and when it arrived here. */
  add(cameraMs: number, arrivedMs: number): void {
    this.#windowStartMs ??= arrivedMs;
    this.#mostMs = Math.max(this.#mostMs, cameraMs - arrivedMs);
    // Below 0: our own clock was set back.
    const windowAgeMs = arrivedMs - this.#windowStartMs;
    if (windowAgeMs >= 0 && windowAgeMs < windowMs) return;
    this.#take(this.#mostMs);
    this.#windowStartMs = arrivedMs;
    this.#mostMs = Number.NEGATIVE_INFINITY;
  }

  #take(offsetMs: number): void {
    const before = this.#smoothedMs;
    const isStep = before === null || Math.abs(offsetMs - before) > stepMs;
    this.#smoothedMs = isStep ? offsetMs : before + (offsetMs - before) * weight;
  }
}
