import type { Loader, LoaderCallbacks, LoaderContext, LoaderStats, PlaylistLoaderConstructor } from 'hls.js/light';
import type { Reel } from './reel.ts';

/** Any address: hls.js wants one for the playlist, and resolves addresses in it against it. */
export const reelUrl = new URL('/reel.m3u8', location.href).href;

/** hls.js's way to a reel: its first request is answered at once, each further one when the reel has grown. */
export function reelLoader(reel: Reel): PlaylistLoaderConstructor {
  let answered = 0;
  class ReelLoader implements Loader<LoaderContext> {
    context: LoaderContext | null = null;
    stats: LoaderStats = noStats();
    #callbacks: LoaderCallbacks<LoaderContext> | null = null;

    load(context: LoaderContext, _: unknown, callbacks: LoaderCallbacks<LoaderContext>): void {
      this.context = context;
      this.#callbacks = callbacks;
      this.stats = noStats();
      reel.onChange(() => this.#answer());
      // Not at once: parts of hls.js are yet to hear that something is being loaded.
      if (reel.version !== answered) queueMicrotask(() => this.#answer());
    }

    abort(): void {
      this.#callbacks = null;
    }

    destroy(): void {
      this.#callbacks = null;
      this.context = null;
    }

    #answer(): void {
      const callbacks = this.#callbacks;
      if (!callbacks || !this.context) return;
      this.#callbacks = null;
      answered = reel.version;
      const data = reel.text();
      const now = performance.now();
      this.stats.loading = { start: now, first: now, end: now };
      this.stats.loaded = this.stats.total = data.length;
      callbacks.onSuccess({ url: reelUrl, data, code: 200 }, this.stats, this.context, null);
    }
  }
  return ReelLoader as unknown as PlaylistLoaderConstructor;
}

const noStats = (): LoaderStats => ({
  aborted: false,
  loaded: 0,
  retry: 0,
  total: 0,
  chunkCount: 0,
  bwEstimate: 0,
  loading: { start: performance.now(), first: 0, end: 0 },
  parsing: { start: 0, end: 0 },
  buffering: { start: 0, first: 0, end: 0 },
});
