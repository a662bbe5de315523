import type { StreamName } from '@nightjar/contract';
import type { PlayerFailure } from './engine.ts';
import { mediaSource } from './live/media-source.ts';
import { Backwards } from './playback/backwards.ts';
import { type Engine, type OpenEngine, soundIn } from './playback/engine.ts';
import { delayMsAfter, failureOf, resumeAtMs, unplayable } from './playback/failures.ts';
import { GapWait } from './playback/gap-wait.ts';
import { loadEngine } from './playback/load-engine.ts';
import { LookAhead } from './playback/look-ahead.ts';
import { type Opening, openingAt } from './playback/opening.ts';
import { type Gap, movedBy, type Piece } from './playback/pieces.ts';
import type { Gaps, Playback, PlaybackOptions, PlaybackState } from './playback/playback.ts';
import { Reporter } from './playback/reporter.ts';
import { SerialSeeks } from './playback/serial-seeks.ts';
import { FootageSource } from './playback/source.ts';
import {
  aheadS,
  isSameFootage,
  type Playing,
  playingAt,
  seekingAheadS,
  still,
  wantedAheadS,
} from './playback/speeds.ts';
import { type Frame, Steps } from './playback/steps.ts';
import { watchForStalls } from './stall-watch.ts';

const tickMs = 200;
/** So long nothing newer came when the end is said to be reached. */
const endAfterMs = 4_000;
type FoundPieces = Extract<Opening, { found: 'pieces' }>;

/** A seek in the element shorter than this changes no picture. */
const leastSeekS = 0.002;

/**
 * Plays one camera's footage by wall time in one video element, from any moment on, forwards and backwards, slowly and
 * fast. Survives failures by opening the footage anew at the same moment; where that fails again, it goes on after it.
 */
export class PlaybackSession implements Playback {
  readonly #options: PlaybackOptions;
  readonly #stream: StreamName;
  readonly #listening = new AbortController();
  readonly #seeks = new SerialSeeks((wallMs) => this.#goTo(wallMs));
  readonly #ahead = new LookAhead();
  readonly #reporter: Reporter;
  readonly #backwards = new Backwards({
    show: (mediaS, wallMs) => {
      this.#targetMs = wallMs;
      this.#moveTo(mediaS);
    },
    onBeginning: (wallMs) => this.#seekTo(wallMs),
    onGap: (gap) => this.#meetGap(gap),
  });
  #source: FootageSource;
  #steps: Steps;
  #engine: Engine | undefined;
  /** What the engine was opened for. */
  #playing: Playing = still;
  /** What is loaded treats gaps otherwise than is wanted now. */
  #isStale = false;
  /** Counts what was opened, so that an answer to an older request is recognised. */
  #openings = 0;
  #wantsToPlay = false;
  #rate = 1;
  #factor = 1;
  #gaps: Gaps = 'jump';
  #gapWait: GapWait | null = null;
  /** A seek is on its way to it; null when the video shows what it should. */
  #targetMs: number | null = null;
  /** When the frame that is shown was recorded. */
  #shownMs: number | null = null;
  /** The frame that a step led to, or leads to. */
  #frame: Frame | null = null;
  #failures = 0;
  #retry: number | undefined;
  #state: PlaybackState = { state: 'loading' };

  constructor(options: PlaybackOptions) {
    this.#options = options;
    this.#stream = options.stream ?? 'main';
    this.#reporter = new Reporter(options);
    this.#source = new FootageSource(options.cameraId, this.#stream);
    this.#steps = new Steps(this.#source);
    const { video } = options;
    const { signal } = this.#listening;
    video.addEventListener('playing', () => this.#onPlaying(), { signal });
    video.addEventListener('waiting', () => this.#onWaiting(), { signal });
    video.addEventListener('loadeddata', () => this.#onPicture(), { signal });
    video.addEventListener('seeked', () => this.#onPicture(), { signal });
    video.addEventListener('ended', () => this.#onEnded(), { signal });
    video.addEventListener('timeupdate', () => this.#report(video.currentTime), { signal });
    const timer = window.setInterval(() => this.#tick(), tickMs);
    signal.addEventListener('abort', () => window.clearInterval(timer), { once: true });
    this.#followFrames();
    watchForStalls({
      video,
      signal,
      expectsProgress: () => this.#expectsProgress,
      onStall: () => this.#onFailure(this.#openings, { code: 'stalled', message: 'The picture stopped.' }),
    });
  }

  show(cameraId: string, wallMs: number): void {
    if (cameraId !== this.#source.cameraId) {
      this.#openings += 1;
      this.#source.close();
      this.#source = new FootageSource(cameraId, this.#stream);
      this.#steps = new Steps(this.#source);
      this.#letGo();
      this.#seeks.clear();
    }
    this.seek(wallMs);
  }

  seek(wallMs: number): void {
    this.#failures = 0;
    this.#frame = null;
    this.#backwards.stop();
    this.#seekTo(wallMs);
    this.#reporter.at(wallMs);
  }

  seekBy(seconds: number): void {
    const fromMs = this.wallTimeMs();
    if (fromMs !== null) this.seek(movedBy(this.#engine?.pieces ?? [], fromMs, seconds * 1_000));
  }

  play(): void {
    this.#wantsToPlay = true;
    this.#frame = null;
    if (this.#gapWait) this.#gapWait.resume();
    else this.#run();
  }

  pause(): void {
    this.#wantsToPlay = false;
    this.#backwards.stop();
    this.#options.video.pause();
    if (this.#gapWait) this.#gapWait.pause();
    else if (this.#engine && this.#targetMs === null) {
      this.#report(this.#options.video.currentTime);
      this.#setState({ state: 'paused' });
    }
  }

  get wantsToPlay(): boolean {
    return this.#wantsToPlay;
  }

  get isSeeking(): boolean {
    return this.#targetMs !== null && !this.#backwards.isRunning;
  }

  get rate(): number {
    return this.#rate;
  }

  setRate(rate: number): void {
    const turned = rate < 0 !== this.#rate < 0;
    this.#rate = rate;
    if (turned) this.#backwards.stop();
    if (this.#gapWait && turned) this.seek(this.#gapWait.wallMs);
    else if (this.#gapWait) this.#gapWait.setRate(rate);
    else if (this.#wantsToPlay) this.#run();
  }

  setGaps(gaps: Gaps): void {
    if (gaps === this.#gaps) return;
    this.#gaps = gaps;
    this.#isStale = true;
    const atMs = this.wallTimeMs();
    if (atMs !== null) this.#seekTo(atMs);
  }

  step(frames: number): void {
    this.pause();
    const shown = () => this.#frame?.atMs ?? this.wallTimeMs();
    const show = (frame: Frame) => {
      this.#seekTo(frame.middleMs);
      this.#frame = frame;
      this.#reporter.at(frame.atMs);
    };
    this.#steps.step(frames, shown, show).catch((error) => this.#onFailure(this.#openings, failureOf(error)));
  }

  steer(factor: number): void {
    this.#factor = factor;
    const { elementRate } = this.#playing;
    if (elementRate !== null) this.#options.video.playbackRate = elementRate * factor;
  }

  wallTimeMs(): number | null {
    if (this.#gapWait) return this.#gapWait.wallMs;
    if (this.#targetMs !== null) return this.#targetMs;
    const { video } = this.#options;
    return (video.paused ? this.#shownMs : null) ?? this.#engine?.wallTimeAt(video.currentTime) ?? this.#shownMs;
  }

  endMs(): number | null {
    return this.#engine?.pieces.at(-1)?.toMs ?? null;
  }

  destroy(): void {
    this.#openings += 1;
    window.clearTimeout(this.#retry);
    this.#backwards.stop();
    this.#listening.abort();
    this.#source.close();
    this.#engine?.destroy();
    this.#seeks.clear();
  }

  /** Paused, a picture is looked for among all frames, whatever the speed is. */
  get #wanted(): Playing {
    return this.#wantsToPlay ? playingAt(this.#rate) : still;
  }

  #seekTo(wallMs: number): void {
    this.#gapWait = null;
    this.#frame = null;
    this.#targetMs = wallMs;
    this.#seeks.want(wallMs);
  }

  #goTo(wallMs: number): void {
    this.#targetMs = wallMs;
    const position = this.#isStale ? null : this.#engine?.positionOf(wallMs);
    const isThere = position?.wallMs === wallMs && isSameFootage(this.#wanted.fast, this.#playing.fast);
    if (isThere) this.#moveTo(position.mediaS);
    else void this.#open(wallMs);
  }

  #moveTo(mediaS: number): void {
    const { video } = this.#options;
    this.#engine?.setAheadS(seekingAheadS);
    // The first picture is where the engine begins by itself.
    if (video.readyState > HTMLMediaElement.HAVE_NOTHING) video.currentTime = mediaS;
  }

  async #open(wallMs: number): Promise<void> {
    window.clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#openings += 1;
    const opening = this.#openings;
    const playing = this.#wanted;
    this.#targetMs = wallMs;
    if (!this.#engine) this.#setState({ state: 'loading' });
    else if (this.#wantsToPlay && !this.#gapWait) this.#setState({ state: 'waiting' });
    const wish = { source: this.#source, playing, gaps: this.#gaps, sound: this.#engine?.hasSound ?? false };
    try {
      const [openEngine, found] = await Promise.all([
        loadEngine(),
        openingAt(wallMs, { ...wish, long: mediaSource() === undefined }),
      ]);
      if (opening !== this.#openings) return;
      this.#isStale = false;
      this.#show(found, playing, openEngine);
    } catch (error) {
      this.#onFailure(opening, failureOf(error));
    }
  }

  #show(found: Opening, playing: Playing, openEngine: OpenEngine): void {
    if (found.found === 'nothing') this.#onNothing(playing);
    else if (found.found === 'gap') this.#enterGap(found.gap);
    else {
      const failure = unplayable(found.pieces);
      if (failure) this.#onFailure(this.#openings, failure);
      else this.#showPieces(found, playing, openEngine);
    }
  }

  #showPieces({ pieces, startMs, gap }: FoundPieces, playing: Playing, openEngine: OpenEngine): void {
    this.#ahead.begin(gap);
    this.#targetMs = startMs;
    if (!this.#gapWait) this.#reporter.at(startMs);
    if (this.#takes(pieces, playing)) {
      this.#engine?.jump(pieces);
      this.#playing = playing;
      this.#moveTo(this.#engine?.positionOf(startMs)?.mediaS ?? 0);
    } else this.#start(pieces, startMs, playing, openEngine);
  }

  /** Whether the engine that there is can play these too. */
  #takes(pieces: readonly Piece[], playing: Playing): boolean {
    const engine = this.#engine;
    if (!engine?.canGrow || !isSameFootage(playing.fast, this.#playing.fast)) return false;
    return engine.hasSound || !soundIn(pieces);
  }

  #start(pieces: readonly Piece[], startMs: number, playing: Playing, openEngine: OpenEngine): void {
    this.#letGo();
    this.#playing = playing;
    const { video } = this.#options;
    const engine = openEngine({
      ...{ video, pieces, startMs },
      address: this.#source.address(pieces, playing.fast),
      events: {
        onExact: () => this.#correct(),
        onFailure: (failure) => {
          if (engine === this.#engine) this.#onFailure(this.#openings, failure);
        },
      },
    });
    engine.setAheadS(seekingAheadS);
    video.playbackRate = (playing.elementRate ?? 1) * this.#factor;
    this.#engine = engine;
  }

  /** A seek went where a picture was thought to be; now that is known to the frame. */
  #correct(): void {
    const { video } = this.#options;
    if (this.#targetMs === null || video.readyState === HTMLMediaElement.HAVE_NOTHING) return;
    const mediaS = this.#engine?.positionOf(this.#targetMs)?.mediaS ?? video.currentTime;
    if (Math.abs(mediaS - video.currentTime) > leastSeekS) video.currentTime = mediaS;
  }

  /** The picture that was asked for is there. */
  #onPicture(): void {
    const { video } = this.#options;
    if (!this.#engine || video.seeking || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    const targetMs = this.#targetMs;
    this.#targetMs = null;
    this.#engine.setAheadS(aheadS(this.#wanted));
    this.#shownMs = this.#frame?.atMs ?? this.#engine.wallTimeAt(video.currentTime) ?? targetMs;
    if (!this.#gapWait) {
      if (this.#shownMs !== null) this.#reporter.at(this.#shownMs);
      this.#run();
    }
    this.#seeks.done();
  }

  /** Does what is wanted with the picture that is there. */
  #run(): void {
    const { video } = this.#options;
    if (!this.#engine || this.#targetMs !== null || this.#gapWait) return;
    const playing = playingAt(this.#rate);
    const wallMs = this.wallTimeMs() ?? 0;
    if (!this.#wantsToPlay) {
      video.pause();
      this.#setState({ state: 'paused' });
    } else if (!isSameFootage(playing.fast, this.#playing.fast)) {
      this.#seekTo(wallMs);
    } else if (playing.elementRate === null) {
      this.#playing = playing;
      video.pause();
      if (this.#state.state !== 'playing') this.#setState({ state: 'playing' });
      this.#backwards.run(this.#engine, wallMs, this.#rate);
    } else {
      this.#playing = playing;
      video.playbackRate = playing.elementRate * this.#factor;
      if (video.paused) void this.#play();
    }
  }

  #meetGap(gap: Gap): boolean {
    if (this.#gaps === 'wait') this.#enterGap(gap);
    else this.#reporter.skipped(this.#shownMs ?? gap.fromMs, gap.toMs);
    return this.#gaps === 'jump';
  }

  #enterGap(gap: Gap): void {
    this.#options.video.pause();
    this.#backwards.stop();
    this.#gapWait = new GapWait(gap, this.#rate, this.#wantsToPlay);
    this.#targetMs = null;
    this.#seeks.done();
    this.#options.onPosition(gap.fromMs);
    this.#setState({ state: 'gap', ...gap });
  }

  #tick(): void {
    const { elementRate, fast } = this.#playing;
    if (this.#gapWait) this.#followGap(this.#gapWait);
    else if (this.#engine && this.#wantsToPlay && this.#targetMs === null && elementRate !== null) {
      const options = () => ({ source: this.#source, playing: this.#playing, gaps: this.#gaps });
      const end = this.#ahead.check(this.#engine, this.#options.video, wantedAheadS(this.#playing), options);
      if (end === 'nothing newer') this.#onEnd(fast?.reverse ?? null);
      else if (end && 'gap' in end) this.#enterGap(end.gap);
      else if (end) this.#seekTo(end.seamMs);
    }
  }

  #followGap(wait: GapWait): void {
    const next = wait.check(this.#rate);
    this.#options.onPosition(wait.wallMs);
    if (next === 'prepare') void this.#open(wait.gap.toMs);
    if (next !== 'over') return;
    this.#gapWait = null;
    this.#setState({ state: 'waiting' });
    // Its picture is there, or on its way: then it goes on by itself.
    this.#run();
  }

  /** All that is recorded has been shown. `reverse`: backwards; null when all frames are played. */
  #onEnd(reverse: boolean | null): void {
    const atMs = this.endMs() ?? this.wallTimeMs() ?? 0;
    if (reverse !== null) this.#onFastEnd(reverse, atMs);
    else if (this.#ahead.endedForMs > endAfterMs && this.#state.state !== 'ended')
      this.#setState({ state: 'ended', atMs });
  }

  /** Forwards, what is being recorded now is next. */
  #onFastEnd(reverse: boolean, atMs: number): void {
    if (reverse) {
      this.pause();
      this.#setState({ state: 'ended', atMs });
    } else {
      this.#rate = 1;
      this.#options.onRate?.(1);
      this.#seekTo(atMs);
    }
  }

  #onNothing({ fast, elementRate }: Playing): void {
    const atMs = this.#targetMs ?? 0;
    this.#targetMs = null;
    this.#seeks.done();
    if (fast || elementRate === null) this.#onFastEnd(fast?.reverse ?? true, this.#shownMs ?? atMs);
    else {
      this.#letGo();
      this.#setState({ state: 'empty' });
    }
  }

  #onFailure(opening: number, failure: PlayerFailure): void {
    if (opening !== this.#openings) return;
    this.#failures += 1;
    const atMs = resumeAtMs(this.wallTimeMs() ?? 0, failure, this.#failures, this.#engine?.pieces ?? []);
    const delayMs = delayMsAfter(failure, this.#failures);
    this.#gapWait = null;
    this.#seeks.done();
    this.#targetMs = atMs;
    if (delayMs > 0) this.#setState({ state: 'retrying', failure, retryAtMs: Date.now() + delayMs });
    window.clearTimeout(this.#retry);
    this.#retry = window.setTimeout(() => {
      this.#letGo();
      void this.#open(atMs);
    }, delayMs);
  }

  get #expectsProgress(): boolean {
    if (!this.#engine || this.#retry !== undefined || this.#gapWait || this.#ahead.endedForMs > 0) return false;
    return this.#targetMs !== null || (this.#wantsToPlay && this.#playing.elementRate !== null);
  }

  #letGo(): void {
    if (!this.#engine) return;
    this.#options.keepPicture();
    this.#engine.destroy();
    this.#engine = undefined;
  }

  #followFrames(): void {
    if (this.#listening.signal.aborted) return;
    // Not in every browser: `timeupdate` reports too, only four times a second.
    this.#options.video.requestVideoFrameCallback?.((_, { mediaTime }) => {
      this.#report(mediaTime);
      this.#followFrames();
    });
  }

  #report(mediaS: number): void {
    const { video } = this.#options;
    // A pause may come before a frame that was told of is on the screen: then its time has not come either.
    const wallMs = this.#frame?.atMs ?? this.#engine?.wallTimeAt(video.paused ? video.currentTime : mediaS) ?? null;
    if (wallMs === null || this.#targetMs !== null || this.#gapWait) return;
    this.#shownMs = wallMs;
    if (this.#wantsToPlay) this.#reporter.playing(wallMs, this.#rate);
    else this.#reporter.at(wallMs);
  }

  #onPlaying(): void {
    this.#failures = 0;
    if (!this.#gapWait) this.#setState({ state: 'playing' });
  }

  #onWaiting(): void {
    const isPlaying = this.#wantsToPlay && this.#playing.elementRate !== null;
    if (isPlaying && this.#engine && !this.#gapWait) this.#setState({ state: 'waiting' });
  }

  /** Only of an engine that cannot grow. */
  #onEnded(): void {
    const endMs = this.endMs();
    if (endMs !== null && this.#wantsToPlay && !this.#engine?.canGrow) this.#seekTo(endMs + 1);
  }

  async #play(): Promise<void> {
    this.#setState({ state: 'waiting' });
    try {
      await this.#options.video.play();
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
