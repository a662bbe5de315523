/**
 * How far the recorder's clock is ahead of the browser's, from what it says of itself on its way here: at least so much as
 * the message that travelled fastest tells. Unix milliseconds.
 */
export class RecorderClock {
  #heard: number[] = [];

  /** @param recorderMs What the recorder's clock showed when it said so. */
  hear(recorderMs: number, nowMs: number): void {
    this.#heard.push(recorderMs - nowMs);
    // Clocks are set now and then: what was heard a minute ago may be wrong.
    if (this.#heard.length > keptMessages) this.#heard.shift();
  }

  /** @param estimateMs What half of a round trip suggests; the answer is never less than what was heard. */
  aheadMs(estimateMs: number): number {
    return Math.max(estimateMs, ...this.#heard);
  }
}

const keptMessages = 12;
