/** So many events of a kind, of one camera, are told one by one … */
const burst = 6;
/** … and then one in this time; those between are counted. */
const refillMs = 600_000;

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/** Keeps a camera that comes and goes every second from filling the log: a token bucket for each key. */
export class Damping {
  readonly #buckets = new Map<string, Bucket>();

  /** Whether an event of this key is to be told by itself. @param nowMs the monotonic clock. */
  admits(key: string, nowMs: number): boolean {
    const bucket = this.#buckets.get(key) ?? { tokens: burst, filledAtMs: nowMs };
    this.#buckets.set(key, bucket);
    const gained = Math.floor((nowMs - bucket.filledAtMs) / refillMs);
    bucket.tokens = Math.min(burst, bucket.tokens + gained);
    bucket.filledAtMs += gained * refillMs;
    if (bucket.tokens === 0) return false;
    bucket.tokens -= 1;
    return true;
  }

  /** Forgets keys that have been quiet long enough to be as new. */
  tidy(nowMs: number): void {
    for (const [key, { filledAtMs }] of this.#buckets) {
      if (nowMs - filledAtMs > burst * refillMs) this.#buckets.delete(key);
    }
  }
}
