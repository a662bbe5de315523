/** What became of something that was asked for. `value` stays while it is read again, and when that fails. */
export interface Entry<Value> {
  value: Value | undefined;
  /** When `value` was asked for, by the clock given. */
  readAt: number;
  error: Error | undefined;
  failedAt: number;
  isLoading: boolean;
}

export interface Wish<Request> {
  request: Request;
  /** What was read longer ago is read again; Infinity: never. */
  maxAgeMs: number;
}

interface LoaderOptions<Request, Value> {
  keyOf(request: Request): string;
  load(request: Request, signal: AbortSignal): Promise<Value>;
  onChange(): void;
  /** Unix ms. */
  now(): number;
  /** How many answers are kept; the least recently wished for go first. */
  keep: number;
}

const atOnce = 4;
const retryAfterMs = 10_000;

/**
 * Reads what is wished for, the first first, a few at a time. Every call of `want` replaces the wishes before: what
 * nobody waits for any more is not begun.
 */
export class Loader<Request, Value> {
  readonly #options: LoaderOptions<Request, Value>;
  /** In the order they were last wished for. */
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #stop = new AbortController();
  #queue: Request[] = [];
  #running = 0;

  constructor(options: LoaderOptions<Request, Value>) {
    this.#options = options;
  }

  entry(request: Request): Entry<Value> | undefined {
    return this.#entries.get(this.#options.keyOf(request));
  }

  want(wishes: ReadonlyArray<Wish<Request>>): void {
    const now = this.#options.now();
    this.#queue = [];
    for (const { request, maxAgeMs } of wishes) {
      const key = this.#options.keyOf(request);
      const entry = this.#entries.get(key) ?? newEntry<Value>();
      this.#entries.delete(key);
      this.#entries.set(key, entry);
      const isOld = entry.value === undefined || now - entry.readAt > maxAgeMs;
      if (isOld && !entry.isLoading && now - entry.failedAt > retryAfterMs) this.#queue.push(request);
    }
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= this.#options.keep) break;
      if (!entry.isLoading) this.#entries.delete(key);
    }
    this.#next();
  }

  /** What was read is to be read again when it is next wished for; shown until then. What failed is tried again. */
  expire(): void {
    for (const entry of this.#entries.values()) {
      entry.readAt = Number.NEGATIVE_INFINITY;
      entry.failedAt = Number.NEGATIVE_INFINITY;
    }
  }

  destroy(): void {
    this.#stop.abort();
    this.#queue = [];
  }

  #next(): void {
    while (this.#running < atOnce) {
      const request = this.#queue.shift();
      if (request === undefined) return;
      const entry = this.entry(request);
      if (entry && !entry.isLoading) void this.#read(request, entry);
    }
  }

  async #read(request: Request, entry: Entry<Value>): Promise<void> {
    const { load, now, onChange } = this.#options;
    this.#running += 1;
    entry.isLoading = true;
    const askedAt = now();
    try {
      entry.value = await load(request, this.#stop.signal);
      entry.readAt = askedAt;
      entry.error = undefined;
    } catch (error) {
      entry.error = error instanceof Error ? error : new Error(String(error));
      entry.failedAt = now();
    }
    entry.isLoading = false;
    this.#running -= 1;
    if (this.#stop.signal.aborted) return;
    onChange();
    this.#next();
  }
}

const newEntry = <Value>(): Entry<Value> => ({
  value: undefined,
  readAt: Number.NEGATIVE_INFINITY,
  error: undefined,
  failedAt: Number.NEGATIVE_INFINITY,
  isLoading: false,
});
