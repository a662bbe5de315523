import { retryDelayMs } from '../api/retry.ts';
import { type Engine, loadEngine, type PlayerFailure } from './engine.ts';

export type LiveState =
  | { state: 'connecting' }
  | { state: 'playing' }
  /** No new picture for a while; given up and begun anew soon. */
  | { state: 'stalled'; sinceMs: number }
  | { state: 'retrying'; failure: PlayerFailure; retryAtMs: number }
  /** The browser wants a click before it plays. */
  | { state: 'blocked' };

interface LiveSessionOptions {
  video: HTMLVideoElement;
  url: string;
  onState(state: LiveState): void;
  /** The video element is about to go blank: the last chance to keep its picture. */
  keepPicture(): void;
}

/** A picture must come within this time after opening, ms. */
const firstPictureMs = 15_000;
const showStallMs = 2_500;
const giveUpMs = 8_000;
const watchEveryMs = 250;

/**
 * Keeps a live picture running in one video element until it is stopped: whatever ends it (camera gone, recorder
 * restarted, a decoder error, a stall), it begins anew, after 0.5 s at first and at most 8 s later.
 */
export class LiveSession {
  readonly #options: LiveSessionOptions;
  readonly #stop = new AbortController();
  #engine: Engine | undefined;
  #blocked = false;

  constructor(options: LiveSessionOptions) {
    this.#options = options;
    void this.#run();
  }

  /** The video element is free when this returns. */
  stop(): void {
    this.#stop.abort();
    this.#letGo();
  }

  /** Wall time of the picture shown, Unix ms of the recorder's clock; null when unknown. */
  wallTimeMs(): number | null {
    return this.#engine?.wallTimeMs() ?? null;
  }

  /** After `blocked`: call it from the click. */
  resume(): void {
    void this.#play();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    let failures = 0;
    while (!signal.aborted) {
      this.#options.onState({ state: 'connecting' });
      const failure = await this.#playOnce(signal, () => {
        failures = 0;
      });
      if (signal.aborted) return;
      failures += 1;
      const delayMs = failure.code === 'unsupported' ? 60_000 : retryDelayMs(failures, 16_000) / 2;
      this.#options.onState({ state: 'retrying', failure, retryAtMs: Date.now() + delayMs });
      await wait(delayMs, signal);
    }
  }

  /** Resolves with why the picture ended; when `signal` aborts, at once. */
  async #playOnce(signal: AbortSignal, onFirstPicture: () => void): Promise<PlayerFailure> {
    const { promise: ended, resolve: end } = Promise.withResolvers<PlayerFailure>();
    const aborted = () => end({ code: 'stalled', message: 'Stopped.' });
    signal.addEventListener('abort', aborted);
    const stopWatching = this.#watch(end, onFirstPicture);
    try {
      const { video, url } = this.#options;
      const openEngine = await loadEngine();
      signal.throwIfAborted();
      const events = { onReady: () => void this.#play(), onFailure: end };
      this.#engine = openEngine({ kind: 'live', video, url, events });
      return await ended;
    } catch (error) {
      // hls.js itself could not be loaded: the recorder is away.
      return { code: 'offline', message: error instanceof Error ? error.message : 'The player could not be loaded.' };
    } finally {
      stopWatching();
      signal.removeEventListener('abort', aborted);
      this.#letGo();
    }
  }

  #letGo(): void {
    if (!this.#engine) return;
    this.#options.keepPicture();
    this.#engine.destroy();
    this.#engine = undefined;
  }

  /** Follows the video's clock: says when it runs, when it stands, and ends the attempt when it stands too long. */
  #watch(end: (failure: PlayerFailure) => void, onFirstPicture: () => void): () => void {
    const { video, onState } = this.#options;
    let lastS = video.currentTime;
    let movedAt = performance.now();
    let shown: 'connecting' | 'playing' | 'stalled' = 'connecting';
    const timer = window.setInterval(() => {
      const now = performance.now();
      if (this.#blocked) {
        movedAt = now;
        return;
      }
      const ready = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !video.paused;
      if (ready && video.currentTime !== lastS) {
        lastS = video.currentTime;
        movedAt = now;
        if (shown !== 'playing') onState({ state: 'playing' });
        if (shown === 'connecting') onFirstPicture();
        shown = 'playing';
        return;
      }
      const stoodMs = now - movedAt;
      if (shown === 'playing' && stoodMs > showStallMs) {
        shown = 'stalled';
        onState({ state: 'stalled', sinceMs: Date.now() - stoodMs });
      }
      if (stoodMs > (shown === 'connecting' ? firstPictureMs : giveUpMs) && !document.hidden) {
        end({ code: 'stalled', message: 'The picture stopped.' });
      }
    }, watchEveryMs);
    return () => window.clearInterval(timer);
  }

  async #play(): Promise<void> {
    try {
      await this.#options.video.play();
      this.#blocked = false;
    } catch (error) {
      // AbortError: a newer load took over. Only a refusal to play without a click needs a person.
      if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') return;
      this.#blocked = true;
      this.#options.onState({ state: 'blocked' });
    }
  }
}

const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      window.clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = window.setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
