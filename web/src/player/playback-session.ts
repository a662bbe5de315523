import { retryDelayMs } from '../api/retry.ts';
import { type Engine, loadEngine, type PlayerFailure } from './engine.ts';
import { watchForStalls } from './stall-watch.ts';
import { positionOrEnd, wallEndOf } from './wall-time.ts';

export type PlaybackState =
  | { state: 'loading' }
  | { state: 'playing' }
  | { state: 'paused' }
  /** Playing is wanted, the picture is being fetched. */
  | { state: 'waiting' }
  /** The range has no footage. */
  | { state: 'empty' }
  /** The last recorded moment of the range was shown; wall time `atMs`. */
  | { state: 'ended'; atMs: number }
  | { state: 'retrying'; failure: PlayerFailure; retryAtMs: number };

/** Where playing jumped over a gap: from the last picture before it to the first after it, Unix ms. */
export interface SkippedGap {
  fromMs: number;
  toMs: number;
}

interface PlaybackSessionOptions {
  video: HTMLVideoElement;
  onState(state: PlaybackState): void;
  /** Often while playing (about 10 times a second), and once after each jump. */
  onPosition(wallMs: number): void;
  onSkippedGap(gap: SkippedGap): void;
  /** The video element is about to go blank: the last chance to keep its picture. */
  keepPicture(): void;
}

export interface PlaybackSource {
  /** Playlist of the range. */
  url: string;
  /** Wall time to begin at, Unix ms. */
  atMs: number;
}

const reportEveryMs = 100;
/** A step in wall time bigger than this while playing is a gap, not a rounding of fragment lengths. */
const gapToMentionMs = 2_000;

/**
 * Plays a range of one camera's footage by wall time in one video element. Survives failures by opening the playlist
 * anew at the same moment; where the same moment fails again, it goes on after it.
 */
export class PlaybackSession {
  readonly #options: PlaybackSessionOptions;
  readonly #listening = new AbortController();
  #source: PlaybackSource | undefined;
  #engine: Engine | undefined;
  /** Counts `open`s, so that an answer to an older one is recognised. */
  #opened = 0;
  #wantsToPlay = false;
  /** Wall time a seek is on its way to; null when the video shows what it should. */
  #targetMs: number | null = null;
  /** A first picture of the open playlist was there; during a seek there may be none for a moment. */
  #hasPicture = false;
  /** Sought before the first picture was there. */
  #seekWhenLoaded = false;
  #lastMs: number | null = null;
  #reportedAt = 0;
  #failures = 0;
  #retry: number | undefined;
  #rate = 1;
  #state: PlaybackState = { state: 'loading' };

  constructor(options: PlaybackSessionOptions) {
    this.#options = options;
    const { video } = options;
    const { signal } = this.#listening;
    video.addEventListener('playing', () => this.#onPlaying(), { signal });
    video.addEventListener('pause', () => this.#onPause(), { signal });
    video.addEventListener('waiting', () => this.#setWaiting(), { signal });
    video.addEventListener('loadeddata', () => this.#onLoaded(), { signal });
    video.addEventListener('seeked', () => this.#onSeeked(), { signal });
    video.addEventListener('ended', () => this.#onEnded(), { signal });
    video.addEventListener('timeupdate', () => this.#report(), { signal });
    this.#followFrames();
    watchForStalls({
      video,
      signal,
      expectsProgress: () => this.#expectsProgress,
      onStall: () => this.#onFailure(this.#opened, { code: 'stalled', message: 'The picture stopped.' }),
    });
  }

  /** Plays another playlist, or the same one read again. A running picture goes on running, a paused one stays paused. */
  open(source: PlaybackSource): void {
    this.#failures = 0;
    void this.#load(source);
  }

  destroy(): void {
    this.#opened += 1;
    window.clearTimeout(this.#retry);
    this.#listening.abort();
    this.#engine?.destroy();
  }

  play(): void {
    this.#wantsToPlay = true;
    void this.#play();
  }

  pause(): void {
    this.#wantsToPlay = false;
    this.#options.video.pause();
    // A video that waits for data is not "playing" for the browser and sends no pause event.
    if (this.#state.state === 'waiting') this.#setState({ state: 'paused' });
  }

  get wantsToPlay(): boolean {
    return this.#wantsToPlay;
  }

  /** Shows `wallMs`, or the next recorded moment. After the last one: shows the last second. */
  seek(wallMs: number): void {
    this.#targetMs = wallMs;
    if (this.#hasPicture) this.#jump(wallMs);
    else this.#seekWhenLoaded = true;
    this.#options.onPosition(this.#targetMs);
  }

  /** Moves by media time, so that a step never ends inside a gap. Negative goes back. */
  seekBy(seconds: number): void {
    const { video } = this.#options;
    if (!this.#hasPicture) return;
    this.#targetMs = null;
    video.currentTime = Math.max(0, video.currentTime + seconds);
    this.#report(true);
    this.#playOnAfterEnd();
  }

  /** 1 is normal speed; 0.25 to 16. */
  setRate(rate: number): void {
    this.#rate = rate;
    this.#options.video.playbackRate = rate;
    this.#engine?.setAheadS(30 * Math.max(1, rate / 2));
  }

  /** Wall time of the picture shown, or of the one that was asked for and is still loading. null before the first. */
  wallTimeMs(): number | null {
    return this.#targetMs ?? this.#engine?.wallTimeMs() ?? this.#lastMs;
  }

  /** Wall time at which the playlist ends; null until it is known. */
  endMs(): number | null {
    return this.#engine ? wallEndOf(this.#engine.pieces) : null;
  }

  async #load(source: PlaybackSource): Promise<void> {
    window.clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#opened += 1;
    const opening = this.#opened;
    this.#letGo();
    this.#source = source;
    this.#targetMs = source.atMs;
    this.#lastMs = null;
    this.#setState({ state: 'loading' });
    try {
      const openEngine = await loadEngine();
      if (opening !== this.#opened) return;
      const events = {
        onReady: () => this.#onReady(opening),
        onFailure: (failure: PlayerFailure) => this.#onFailure(opening, failure),
      };
      const { video } = this.#options;
      this.#engine = openEngine({ video, url: source.url, startAtMs: source.atMs, events });
    } catch (error) {
      this.#onFailure(opening, { code: 'offline', message: error instanceof Error ? error.message : 'No answer.' });
    }
  }

  #onReady(opening: number): void {
    if (opening !== this.#opened || !this.#engine) return;
    // Tells at once where it will begin: in a gap, that is not where it was sent.
    const start = positionOrEnd(this.#engine.pieces, this.#targetMs ?? this.#source?.atMs ?? 0);
    if (start) {
      this.#targetMs = start.wallMs;
      this.#options.onPosition(start.wallMs);
    }
    this.#options.video.playbackRate = this.#rate;
    if (this.#wantsToPlay) void this.#play();
    else this.#setState({ state: 'paused' });
  }

  #onFailure(opening: number, failure: PlayerFailure): void {
    if (opening !== this.#opened || !this.#source) return;
    if (failure.code === 'footage_not_found') {
      this.#letGo();
      this.#setState({ state: 'empty' });
      return;
    }
    this.#failures += 1;
    const source = { ...this.#source, atMs: this.#resumeAtMs(failure) };
    const delayMs = failure.code === 'unsupported' ? 60_000 : retryDelayMs(this.#failures, 30_000);
    this.#setState({ state: 'retrying', failure, retryAtMs: Date.now() + delayMs });
    this.#retry = window.setTimeout(() => void this.#load(source), delayMs);
  }

  /** The moment to go on from; after two media errors in a row, the next piece: this one cannot be decoded. */
  #resumeAtMs(failure: PlayerFailure): number {
    const atMs = this.wallTimeMs() ?? this.#source?.atMs ?? 0;
    if (failure.code !== 'media' || this.#failures < 2) return atMs;
    const next = this.#engine?.pieces.find((piece) => (piece.programDateTime ?? 0) > atMs);
    return next?.programDateTime ?? atMs;
  }

  get #expectsProgress(): boolean {
    const isActive = this.#engine !== undefined && this.#retry === undefined;
    return isActive && !this.#options.video.ended && (this.#wantsToPlay || !this.#hasPicture);
  }

  #jump(wallMs: number): void {
    const position = this.#engine && positionOrEnd(this.#engine.pieces, wallMs);
    if (!this.#engine || !position) return;
    this.#targetMs = position.wallMs;
    this.#lastMs = null;
    this.#engine.seek(position.mediaS);
    this.#playOnAfterEnd();
  }

  /** A video that has ended is paused, and stays so when it is moved back. */
  #playOnAfterEnd(): void {
    if (this.#wantsToPlay && this.#options.video.paused) void this.#play();
  }

  #letGo(): void {
    if (!this.#engine) return;
    this.#options.keepPicture();
    this.#engine.destroy();
    this.#engine = undefined;
    this.#hasPicture = false;
  }

  #followFrames(): void {
    if (this.#listening.signal.aborted) return;
    // Not in every browser: `timeupdate` reports too, only four times a second.
    this.#options.video.requestVideoFrameCallback?.(() => {
      this.#report();
      this.#followFrames();
    });
  }

  #onLoaded(): void {
    if (!this.#engine) return;
    this.#hasPicture = true;
    if (this.#seekWhenLoaded) this.#jump(this.#targetMs ?? 0);
    else if (!this.#options.video.seeking) this.#onSeeked();
    this.#seekWhenLoaded = false;
  }

  #onPlaying(): void {
    this.#failures = 0;
    this.#setState({ state: 'playing' });
  }

  #onPause(): void {
    if (this.#options.video.ended || !this.#engine) return;
    this.#setState(this.#wantsToPlay ? { state: 'waiting' } : { state: 'paused' });
  }

  #setWaiting(): void {
    if (this.#wantsToPlay && this.#engine) this.#setState({ state: 'waiting' });
  }

  #onSeeked(): void {
    this.#targetMs = null;
    this.#report(true);
    if (this.#engine && !this.#wantsToPlay) this.#setState({ state: 'paused' });
  }

  #onEnded(): void {
    const atMs = this.endMs();
    if (atMs !== null) this.#setState({ state: 'ended', atMs });
  }

  #report(atOnce = false): void {
    const wallMs = this.#engine?.wallTimeMs() ?? null;
    if (wallMs === null || this.#targetMs !== null) return;
    const now = performance.now();
    if (!atOnce && now - this.#reportedAt < reportEveryMs) return;
    const stepMs = wallMs - (this.#lastMs ?? wallMs);
    const playedMs = (now - this.#reportedAt) * this.#rate;
    if (!atOnce && stepMs > playedMs + gapToMentionMs) {
      this.#options.onSkippedGap({ fromMs: this.#lastMs ?? wallMs, toMs: wallMs });
    }
    this.#reportedAt = now;
    this.#lastMs = wallMs;
    this.#options.onPosition(wallMs);
  }

  async #play(): Promise<void> {
    const { video } = this.#options;
    if (!this.#engine) return;
    this.#setState({ state: 'waiting' });
    try {
      await video.play();
    } catch (error) {
      // AbortError: a newer load or a pause took over. A refusal leaves the picture paused, with its play button.
      if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') return;
      this.#wantsToPlay = false;
      this.#setState({ state: 'paused' });
    }
  }

  #setState(state: PlaybackState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}
