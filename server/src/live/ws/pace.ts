const minLimitBytes = 1024 * 1024;
const maxLimitBytes = 8 * 1024 * 1024;
/** A viewer that takes nothing for so long is not watching. */
const patienceMs = 30_000;

/**
 * Decides what a viewer gets who reads more slowly than the camera sends: whole groups of pictures are left out, so that
 * what waits for him stays about one of them and his delay does not grow.
 */
export class Pace {
  #limitBytes = minLimitBytes;
  #gopBytes = 0;
  #skippingSinceMs: number | null = null;

  /**
   * @param waitingBytes What was sent and not yet taken.
   * @returns `resume`: send, and tell that something was left out before.
   */
  admit(
    bytes: number,
    fromKeyframe: boolean,
    waitingBytes: number,
    nowMs: number,
  ): 'send' | 'resume' | 'skip' | 'stuck' {
    if (fromKeyframe) this.#gopBytes = 0;
    this.#gopBytes += bytes;
    this.#limitBytes = Math.min(Math.max(this.#limitBytes, 1.5 * this.#gopBytes), maxLimitBytes);
    if (this.#skippingSinceMs === null) {
      // Whoever waits for nothing gets it, however large.
      if (waitingBytes === 0 || waitingBytes + bytes <= this.#limitBytes) return 'send';
      this.#skippingSinceMs = nowMs;
      return 'skip';
    }
    if (fromKeyframe && waitingBytes <= this.#limitBytes / 4) {
      this.#skippingSinceMs = null;
      return 'resume';
    }
    return nowMs - this.#skippingSinceMs > patienceMs ? 'stuck' : 'skip';
  }
}
