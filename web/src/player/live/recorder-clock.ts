interface Trip {
  tookMs: number;
  aheadMs: number;
}

const keptTrips = 6;
const keptMessages = 12;
const askEveryMs = 60_000;
const questions = 3;

/**
 * How far the recorder's clock is ahead of the browser's. Asked for once a minute while pictures run: an answer came
 * from halfway of its trip, so the shortest trip knows best. What the recorder says by itself travelled too, so the clock is
 * at least as far ahead as that says. Unix milliseconds.
 */
export class RecorderClock {
  readonly #ask: () => Promise<number>;
  #trips: Trip[] = [];
  #heard: number[] = [];
  #askedAtMs = Number.NEGATIVE_INFINITY;

  /** @param ask The recorder's clock, by a request of its own. */
  constructor(ask: () => Promise<number>) {
    this.#ask = ask;
  }

  /** The recorder said by itself what its clock showed. */
  hear(recorderMs: number, nowMs: number): void {
    this.#heard = [...this.#heard, recorderMs - nowMs].slice(-keptMessages);
  }

  /** 0 while nothing is known. */
  get aheadMs(): number {
    const shortest = this.#trips.reduce<Trip | null>(
      (best, trip) => (best && best.tookMs <= trip.tookMs ? best : trip),
      null,
    );
    if (!shortest) return this.#heard.length > 0 ? Math.max(...this.#heard) : 0;
    return Math.max(shortest.aheadMs, ...this.#heard);
  }

  /** The recorder's clock now. */
  get nowMs(): number {
    return Date.now() + this.aheadMs;
  }

  /** Asks again if the last time is long enough ago; failures are of no consequence. */
  async refresh(): Promise<void> {
    const now = Date.now();
    if (now - this.#askedAtMs < askEveryMs) return;
    this.#askedAtMs = now;
    for (let i = 0; i < questions; i++) {
      const sentMs = Date.now();
      const recorderMs = await this.#ask().catch(() => null);
      if (recorderMs === null) return;
      const receivedMs = Date.now();
      const trip = { tookMs: receivedMs - sentMs, aheadMs: recorderMs - (sentMs + receivedMs) / 2 };
      // Clocks are set now and then: a trip of long ago does not outweigh all that follow.
      this.#trips = [...this.#trips, trip].slice(-keptTrips);
    }
  }
}
