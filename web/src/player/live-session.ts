import type { RecorderInfo, StreamName } from '@nightjar/contract';
import { request } from '../api/client.ts';
import { retryDelayMs } from '../api/retry.ts';
import type { PlayerFailure } from './engine.ts';
import type { RecorderClock } from './live/recorder-clock.ts';
import { type LiveSource, type LiveTransport, loadTransport, supportedWays, type Way } from './live/transport.ts';
import { chooseWay, everywhere, isAnyonesFault, judge, scopeOf, type WayMemory } from './live/ways.ts';

/** How the picture comes. */
export interface Showing {
  way: Way;
  stream: StreamName;
  /** By the recorder, to H.264, since this browser cannot decode what the camera sends. */
  converted: boolean;
}

export type LiveState =
  | { state: 'connecting' }
  | { state: 'playing'; showing: Showing }
  /** No new picture for a while; given up and begun anew soon. */
  | { state: 'stalled'; sinceMs: number }
  | { state: 'retrying'; failure: PlayerFailure; retryAtMs: number }
  /** The browser wants a click before it plays. */
  | { state: 'blocked' };

interface LiveSessionOptions {
  video: HTMLVideoElement;
  cameraId: string;
  /** Which stream is wanted; the other one is shown where there is no way to it. */
  stream: StreamName;
  hasSubstream: boolean;
  /** The camera sends what this browser cannot decode, as far as is known. */
  convert: boolean;
  withSound: boolean;
  /** The only way to try; null: the fastest that works. */
  onlyWay: Way | null;
  memory: WayMemory;
  clock: RecorderClock;
  onState(state: LiveState): void;
  /** The video element is about to go blank: the last chance to keep its picture. */
  keepPicture(): void;
}

interface Attempt {
  failure: PlayerFailure;
  hadPicture: boolean;
}

/** ms: a picture must come so soon after opening; one that stands for so long is given up. HLS comes in lumps. */
const patience: Record<Way, { firstMs: number; stoodMs: number }> = {
  webrtc: { firstMs: 6_000, stoodMs: 8_000 },
  ws: { firstMs: 12_000, stoodMs: 8_000 },
  'll-hls': { firstMs: 20_000, stoodMs: 15_000 },
  hls: { firstMs: 25_000, stoodMs: 15_000 },
};
const showStallMs = 2_500;
const watchEveryMs = 250;

/**
 * Keeps a live picture running in one video element until it is stopped: whatever ends it (camera gone, recorder
 * restarted, a decoder error, a stall), it begins anew, after 0.5 s at first and at most 8 s later. It takes the fastest way
 * that works; what does not, it leaves for the next one at once.
 */
export class LiveSession {
  readonly #options: LiveSessionOptions;
  readonly #stop = new AbortController();
  readonly #supported: Way[];
  #transport: LiveTransport | undefined;
  #showing: Showing | null = null;
  #blocked = false;

  constructor(options: LiveSessionOptions) {
    this.#options = options;
    this.#supported = options.onlyWay ? [options.onlyWay] : supportedWays();
    void this.#run();
  }

  /** The video element is free when this returns. */
  stop(): void {
    this.#stop.abort();
    this.#letGo();
  }

  /** How the picture comes; null while there is none. */
  get showing(): Showing | null {
    return this.#showing;
  }

  /** How old the picture shown is: ms since the recorder received it. null when unknown. */
  latencyMs(): number | null {
    const latencyMs = this.#showing && this.#transport?.latencyMs();
    return latencyMs == null ? null : Math.max(0, latencyMs);
  }

  receivedBytes(): number | null {
    return this.#transport?.receivedBytes() ?? null;
  }

  /** After `blocked`: call it from the click. */
  resume(): void {
    void this.#play();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const { cameraId, stream, convert, memory, onlyWay } = this.#options;
    const wanted: LiveSource = { cameraId, stream, codec: convert ? 'h264' : 'any' };
    let source = wanted;
    let failures = 0;
    // What was tried since the last picture or pause: nothing twice, but for a connection that did not come about.
    let tried = new Map<string, number>();
    while (!signal.aborted) {
      const way = chooseWay(this.#supported, memory, source, Date.now());
      const { failure, hadPicture } = await this.#playOnce(way, source);
      if (signal.aborted) return;
      if (hadPicture) {
        failures = 0;
        tried = new Map();
      }
      const key = `${way} ${scopeOf(source)}`;
      tried.set(key, (tried.get(key) ?? 0) + 1);
      const next = await this.#afterFailure(failure, { way, source, hadPicture, times: tried.get(key) ?? 1 });
      if (signal.aborted) return;
      if (next) {
        source = next;
        const again = `${chooseWay(this.#supported, memory, source, Date.now())} ${scopeOf(source)}`;
        if ((tried.get(again) ?? 0) < (failure.code === 'offline' ? 2 : 1)) continue;
      }
      failures += 1;
      tried = new Map();
      source = { ...wanted, codec: source.codec };
      const isHopeless = failure.code === 'unsupported' || (onlyWay && failure.code === 'live_not_possible');
      const delayMs = isHopeless ? 60_000 : retryDelayMs(failures, 16_000) / 2;
      this.#options.onState({ state: 'retrying', failure, retryAtMs: Date.now() + delayMs });
      await wait(delayMs, signal);
    }
  }

  /** What to show at once; null: what was wanted, after a pause. Remembers what does not work. */
  async #afterFailure(
    failure: PlayerFailure,
    { way, source, hadPicture, times }: { way: Way; source: LiveSource; hadPicture: boolean; times: number },
  ): Promise<LiveSource | null> {
    const { hasSubstream, memory } = this.#options;
    const recorderAnswers = isAnyonesFault(failure) && !hadPicture ? await answers(this.#stop.signal) : true;
    switch (judge(failure, { source, hasSubstream, hadPicture, recorderAnswers })) {
      case 'retry':
        return null;
      case 'avoid-here':
        memory.avoid(way, scopeOf(source), Date.now());
        return source;
      case 'avoid-everywhere':
        // The recorder may have come back in this moment: a second time tells.
        if (failure.code !== 'offline' || times > 1) memory.avoid(way, everywhere, Date.now());
        return source;
      case 'convert':
        return { ...source, codec: 'h264' };
      case 'use-main':
        return { ...source, stream: 'main' };
      case 'use-sub':
        return { ...source, stream: 'sub' };
    }
  }

  /** Resolves with why the picture ended; when the session is stopped, at once. */
  async #playOnce(way: Way, source: LiveSource): Promise<Attempt> {
    const { signal } = this.#stop;
    const { video, memory, withSound, clock, onState } = this.#options;
    const { promise: ended, resolve: end } = Promise.withResolvers<PlayerFailure>();
    const aborted = () => end({ code: 'stalled', message: 'Stopped.' });
    let hadPicture = false;
    const onPicture = () => {
      if (hadPicture) return;
      hadPicture = true;
      memory.forgive(way, scopeOf(source));
      this.#showing = { way, stream: source.stream, converted: source.codec === 'h264' };
    };
    signal.addEventListener('abort', aborted);
    onState({ state: 'connecting' });
    const stopWatching = this.#watch(patience[way], onPicture, end);
    try {
      const open = await loadTransport(way);
      signal.throwIfAborted();
      const onReady = () => void this.#play();
      this.#transport = open({ video, source, withSound, clock, onReady, onFailure: end });
      return { failure: await ended, hadPicture };
    } catch (error) {
      // Its code could not be loaded: the recorder is away.
      const message = error instanceof Error ? error.message : 'The player could not be loaded.';
      return { failure: { code: 'offline', message }, hadPicture };
    } finally {
      stopWatching();
      signal.removeEventListener('abort', aborted);
      this.#letGo();
    }
  }

  #letGo(): void {
    if (!this.#transport) return;
    this.#options.keepPicture();
    this.#transport.destroy();
    this.#transport = undefined;
    this.#showing = null;
  }

  /** Follows the video's clock: says when it runs, when it stands, and ends the attempt when it stands too long. */
  #watch(
    { firstMs, stoodMs: mostMs }: { firstMs: number; stoodMs: number },
    onPicture: () => void,
    end: (failure: PlayerFailure) => void,
  ): () => void {
    const { video, clock, onState } = this.#options;
    let lastS = video.currentTime;
    let movedAt = performance.now();
    let shown: 'connecting' | 'playing' | 'stalled' = 'connecting';
    const onMoved = () => {
      movedAt = performance.now();
      if (shown === 'playing') return;
      onPicture();
      shown = 'playing';
      if (this.#showing) onState({ state: 'playing', showing: this.#showing });
    };
    const onSeen = () => {
      movedAt = performance.now();
    };
    const timer = window.setInterval(() => {
      if (this.#blocked) {
        movedAt = performance.now();
        return;
      }
      const ready = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !video.paused;
      if (ready && video.currentTime !== lastS) {
        lastS = video.currentTime;
        onMoved();
        void clock.refresh();
        return;
      }
      const stoodMs = performance.now() - movedAt;
      if (shown === 'playing' && stoodMs > showStallMs) {
        shown = 'stalled';
        onState({ state: 'stalled', sinceMs: Date.now() - stoodMs });
      }
      if (stoodMs > (shown === 'connecting' ? firstMs : mostMs) && !document.hidden) {
        end({ code: 'stalled', message: shown === 'connecting' ? 'No picture came.' : 'The picture stopped.' });
      }
    }, watchEveryMs);
    document.addEventListener('visibilitychange', onSeen);
    // The very first frame is not left waiting for the timer.
    const firstFrame = video.requestVideoFrameCallback?.(onMoved);
    return () => {
      window.clearInterval(timer);
      document.removeEventListener('visibilitychange', onSeen);
      if (firstFrame !== undefined) video.cancelVideoFrameCallback(firstFrame);
    };
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

/** Whether the recorder answers at all. */
const answers = (signal: AbortSignal): Promise<boolean> =>
  request<RecorderInfo>('/recorder', { signal: AbortSignal.any([signal, AbortSignal.timeout(3_000)]) }).then(
    () => true,
    () => false,
  );

/** A network that comes back ends it early. */
const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      window.clearTimeout(timer);
      window.removeEventListener('online', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = window.setTimeout(done, ms);
    window.addEventListener('online', done);
    signal.addEventListener('abort', done);
  });
