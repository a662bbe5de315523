import type { PlayerFailure } from './engine.ts';
import { Course } from './playback/course.ts';
import { Deck } from './playback/deck.ts';
import { failureOf, unplayable } from './playback/failures.ts';
import type { Opening } from './playback/opening.ts';
import { movedBy } from './playback/pieces.ts';
import type { Gaps, Playback, PlaybackOptions } from './playback/playback.ts';
import { Reporter } from './playback/reporter.ts';
import { Retries } from './playback/retries.ts';
import { followFrames, Screen } from './playback/screen.ts';
import { SerialSeeks } from './playback/serial-seeks.ts';
import { type Playing, seekingAheadS } from './playback/speeds.ts';
import { type Frame, Steps } from './playback/steps.ts';
import { watchForStalls } from './stall-watch.ts';

const tickMs = 200;

/**
 * Plays one camera's footage by wall time in one video element, from any moment on, forwards and backwards, slowly and
 * fast. Survives failures by opening the footage anew at the same moment; where that fails again, it goes on after it.
 */
export class PlaybackSession implements Playback {
  readonly #options: PlaybackOptions;
  readonly #listening = new AbortController();
  readonly #seeks = new SerialSeeks((wallMs) => this.#goTo(wallMs));
  readonly #retries: Retries;
  readonly #reporter: Reporter;
  readonly #deck: Deck;
  readonly #screen: Screen;
  readonly #course: Course;
  #steps: Steps;

  constructor(options: PlaybackOptions) {
    const { video, cameraId, stream = 'main' } = options;
    this.#options = options;
    this.#reporter = new Reporter(options);
    this.#deck = new Deck({
      ...{ video, cameraId, stream },
      keepPicture: () => options.keepPicture(),
      onExact: () => this.#screen.correct(),
      onFailure: (failure) => {
        this.#onFailure(failure);
        // Who seeks before it is tried again must not be given an engine that plays no more.
        this.#deck.empty();
      },
    });
    this.#screen = new Screen(video, this.#deck, this.#reporter);
    this.#steps = new Steps(this.#deck.source);
    this.#course = new Course({
      ...{ options, deck: this.#deck, screen: this.#screen, reporter: this.#reporter },
      seekTo: (wallMs) => this.#seekTo(wallMs),
      prepare: (wallMs) => void this.#open(wallMs),
      onSettled: () => this.#seeks.done(),
    });
    this.#retries = new Retries((wallMs) => {
      this.#deck.empty();
      void this.#open(wallMs);
    });
    this.#listen(this.#listening.signal);
  }

  #listen(signal: AbortSignal): void {
    const { video } = this.#options;
    video.addEventListener('playing', () => this.#onPlaying(), { signal });
    video.addEventListener('waiting', () => this.#course.onWaiting(), { signal });
    video.addEventListener('loadeddata', () => this.#onPicture(), { signal });
    video.addEventListener('seeked', () => this.#onPicture(), { signal });
    video.addEventListener('ended', () => this.#onEnded(), { signal });
    followFrames(video, signal, (mediaS) => this.#onFrame(mediaS));
    const timer = window.setInterval(() => this.#course.tick(), tickMs);
    signal.addEventListener('abort', () => window.clearInterval(timer), { once: true });
    watchForStalls({
      ...{ video, signal },
      expectsProgress: () =>
        this.#deck.engine !== undefined && !this.#retries.isWaiting && this.#course.expectsProgress,
      onStall: () => this.#onFailure({ code: 'stalled', message: 'The picture stopped.' }),
    });
  }

  show(cameraId: string, wallMs: number): void {
    if (cameraId !== this.#deck.source.cameraId) {
      this.#deck.changeCamera(cameraId);
      this.#steps = new Steps(this.#deck.source);
      this.#seeks.clear();
    }
    this.seek(wallMs);
  }

  seek(wallMs: number): void {
    this.#retries.forget();
    this.#course.stop();
    this.#seekTo(wallMs);
    this.#reporter.at(wallMs);
  }

  seekBy(seconds: number): void {
    const fromMs = this.wallTimeMs();
    if (fromMs !== null) this.seek(movedBy(this.#deck.engine?.pieces ?? [], fromMs, seconds * 1_000));
  }

  play(): void {
    this.#screen.forgetFrame();
    this.#course.play();
  }

  pause(): void {
    this.#course.pause();
  }

  get wantsToPlay(): boolean {
    return this.#course.wantsToPlay;
  }

  get isSeeking(): boolean {
    return this.#screen.targetMs !== null && !this.#course.isBackwards;
  }

  get rate(): number {
    return this.#course.rate;
  }

  setRate(rate: number): void {
    this.#course.setRate(rate);
  }

  setGaps(gaps: Gaps): void {
    if (!this.#course.setGaps(gaps)) return;
    this.#deck.expire();
    const atMs = this.wallTimeMs();
    if (atMs !== null) this.#seekTo(atMs);
  }

  step(frames: number): void {
    this.pause();
    const shown = () => this.#screen.frame?.atMs ?? this.wallTimeMs();
    const show = (frame: Frame) => {
      this.#seekTo(frame.middleMs, frame);
      this.#reporter.at(frame.atMs);
    };
    this.#steps.step(frames, shown, show).catch((error) => this.#onFailure(failureOf(error)));
  }

  steer(factor: number): void {
    this.#course.steer(factor);
  }

  wallTimeMs(): number | null {
    return this.#course.gapMs ?? this.#screen.wallMs;
  }

  endMs(): number | null {
    return this.#deck.endMs;
  }

  destroy(): void {
    this.#retries.cancel();
    this.#course.stop();
    this.#listening.abort();
    this.#deck.destroy();
    this.#seeks.clear();
  }

  #seekTo(wallMs: number, frame: Frame | null = null): void {
    this.#course.leave();
    this.#screen.aim(wallMs, frame);
    this.#seeks.want(wallMs);
  }

  #goTo(wallMs: number): void {
    this.#screen.aim(wallMs);
    // What was loaded ahead of the picture before would compete with this one.
    this.#deck.engine?.setAheadS(seekingAheadS);
    const position = this.#deck.positionOf(wallMs, this.#course.wanted);
    if (position) this.#screen.moveTo(position.mediaS);
    else void this.#open(wallMs);
  }

  async #open(wallMs: number): Promise<void> {
    const course = this.#course;
    this.#retries.cancel();
    this.#screen.aim(wallMs);
    if (!this.#deck.engine) course.setState({ state: 'loading' });
    else if (course.wantsToPlay && course.gapMs === null) course.setState({ state: 'waiting' });
    const playing = course.wanted;
    try {
      const found = await this.#deck.find(wallMs, playing, course.gaps);
      if (found) this.#show(found, playing);
    } catch (error) {
      this.#onFailure(failureOf(error));
    }
  }

  #show(found: Opening, playing: Playing): void {
    if (found.found === 'nothing') this.#course.onNothing(playing);
    else if (found.found === 'gap') this.#course.enterGap(found.gap);
    else {
      const failure = unplayable(found.pieces);
      if (failure) this.#onFailure(failure);
      else this.#showPieces(found, playing);
    }
  }

  #showPieces({ pieces, startMs, gap }: FoundPieces, playing: Playing): void {
    this.#screen.aim(startMs);
    if (this.#course.gapMs === null) this.#reporter.at(startMs);
    const mediaS = this.#deck.insert(pieces, startMs, playing);
    this.#course.begin(gap);
    if (mediaS !== null) this.#screen.moveTo(mediaS);
  }

  /** The picture that was asked for may be there. */
  #onPicture(): void {
    if (!this.#screen.arrive()) return;
    this.#course.arrive();
    this.#seeks.done();
  }

  #onFrame(mediaS: number): void {
    const { gapMs, wantsToPlay, rate } = this.#course;
    if (gapMs === null) this.#screen.report(mediaS, wantsToPlay ? rate : null);
  }

  #onPlaying(): void {
    this.#retries.forget();
    this.#course.onPlaying();
  }

  /** Only of an engine that cannot grow. */
  #onEnded(): void {
    const { endMs, engine } = this.#deck;
    if (endMs !== null && this.wantsToPlay && !engine?.canGrow) this.#seekTo(endMs + 1);
  }

  #onFailure(failure: PlayerFailure): void {
    const atMs = this.wallTimeMs() ?? 0;
    this.#course.leave();
    this.#seeks.done();
    const { wallMs, delayMs } = this.#retries.after(failure, atMs, this.#deck.engine?.pieces ?? []);
    this.#screen.aim(wallMs);
    if (delayMs > 0) this.#course.setState({ state: 'retrying', failure, retryAtMs: Date.now() + delayMs });
  }
}

type FoundPieces = Extract<Opening, { found: 'pieces' }>;
