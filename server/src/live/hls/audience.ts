import type { LiveViewers } from '../viewers.ts';

/** Who has not asked for a playlist for so long watches no more. */
const goneAfterMs = 10_000;
const countEveryMs = 2_000;

/** Counts viewers who come and go with each request. */
export class HlsAudience {
  readonly #viewers: LiveViewers;
  readonly #now: () => number;
  readonly #seenAtMs = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;

  /** @param now Monotonic milliseconds. */
  constructor(viewers: LiveViewers, now: () => number) {
    this.#viewers = viewers;
    this.#now = now;
    this.#timer = setInterval(() => this.#count(), countEveryMs).unref();
  }

  /** @param viewer Whatever tells one from another. */
  seen(viewer: string): void {
    const isNew = !this.#seenAtMs.has(viewer);
    this.#seenAtMs.set(viewer, this.#now());
    if (isNew) this.#count();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #count(): void {
    const now = this.#now();
    for (const [viewer, atMs] of this.#seenAtMs) if (now - atMs > goneAfterMs) this.#seenAtMs.delete(viewer);
    this.#viewers.set('hls', this.#seenAtMs.size);
  }
}
