import { Backwards } from './backwards.ts';
import type { Deck } from './deck.ts';
import { GapWait } from './gap-wait.ts';
import { LookAhead } from './look-ahead.ts';
import type { Gap } from './pieces.ts';
import type { Gaps, PlaybackOptions, PlaybackState } from './playback.ts';
import type { Reporter } from './reporter.ts';
import type { Screen } from './screen.ts';
import { aheadS, isSameFootage, type Playing, pausedAheadS, playingAt, still, wantedAheadS } from './speeds.ts';

/** So long nothing newer came when the end is said to be reached. */
const endAfterMs = 4_000;

interface CourseParts {
  options: PlaybackOptions;
  deck: Deck;
  screen: Screen;
  reporter: Reporter;
  /** Shows another moment. */
  seekTo(wallMs: number): void;
  /** Loads the picture of a moment that will soon be wanted. */
  prepare(wallMs: number): void;
  /** What was sought is there, or will not come. */
  onSettled(): void;
}

/** Goes on from the picture that is there, as it is wanted: at which speed and in which direction, over gaps, to the end. */
export class Course {
  readonly #parts: CourseParts;
  readonly #ahead = new LookAhead();
  readonly #backwards: Backwards;
  #wantsToPlay = false;
  #rate = 1;
  #factor = 1;
  #gaps: Gaps = 'jump';
  #gapWait: GapWait | null = null;
  #state: PlaybackState = { state: 'loading' };

  constructor(parts: CourseParts) {
    this.#parts = parts;
    this.#backwards = new Backwards({
      show: (mediaS, wallMs) => {
        parts.screen.aim(wallMs);
        parts.screen.moveTo(mediaS);
      },
      onBeginning: parts.seekTo,
      onGap: (gap) => this.#meetGap(gap),
    });
  }

  get wantsToPlay(): boolean {
    return this.#wantsToPlay;
  }

  get rate(): number {
    return this.#rate;
  }

  get gaps(): Gaps {
    return this.#gaps;
  }

  /** The moment that time has come to in the gap that is waited in; null: it is in none. */
  get gapMs(): number | null {
    return this.#gapWait?.wallMs ?? null;
  }

  /** It shows one frame after the other by seeks. */
  get isBackwards(): boolean {
    return this.#backwards.isRunning;
  }

  /** How it is to be played. Paused, a picture is looked for among all frames, whatever the speed is. */
  get wanted(): Playing {
    return this.#wantsToPlay ? playingAt(this.#rate) : still;
  }

  play(): void {
    this.#wantsToPlay = true;
    if (this.#gapWait) this.#gapWait.resume();
    else this.run();
  }

  pause(): void {
    const { options, deck, screen, seekTo } = this.#parts;
    const wasPlaying = !options.video.paused;
    this.#wantsToPlay = false;
    this.#backwards.stop();
    options.video.pause();
    if (this.#gapWait) this.#gapWait.pause();
    else if (deck.engine && screen.targetMs === null) {
      screen.report(options.video.currentTime, null);
      this.setState({ state: 'paused' });
      // A busy browser may show another frame than that of the time at which it stopped.
      if (wasPlaying && screen.shownMs !== null) seekTo(screen.shownMs);
    }
  }

  setRate(rate: number): void {
    const turned = rate < 0 !== this.#rate < 0;
    this.#rate = rate;
    if (turned) this.#backwards.stop();
    if (this.#gapWait && turned) this.#parts.seekTo(this.#gapWait.wallMs);
    else if (this.#gapWait) this.#gapWait.setRate(rate);
    else if (this.#wantsToPlay) this.run();
  }

  steer(factor: number): void {
    this.#factor = factor;
    this.#setElementRate();
  }

  /** @returns whether that is a change; what is loaded does not serve then. */
  setGaps(gaps: Gaps): boolean {
    const changes = gaps !== this.#gaps;
    this.#gaps = gaps;
    return changes;
  }

  /** Another moment is wanted. */
  leave(): void {
    this.#gapWait = null;
  }

  stop(): void {
    this.#backwards.stop();
  }

  /** Other pieces are played, in the engine there was or in a new one; `gap`: where they end, if something is waited for there. */
  begin(gap: Gap | null): void {
    this.#ahead.begin(gap);
    this.#setElementRate();
  }

  /** The picture that was wanted is there. */
  arrive(): void {
    const { deck, screen, reporter } = this.#parts;
    deck.engine?.setAheadS(this.#wantsToPlay ? aheadS(this.wanted) : pausedAheadS);
    if (this.#gapWait) return;
    if (screen.shownMs !== null) reporter.at(screen.shownMs);
    this.run();
  }

  /** Does what is wanted with the picture that is there. */
  run(): void {
    const { options, deck, screen, seekTo } = this.#parts;
    const { engine } = deck;
    if (!engine || screen.targetMs !== null || this.#gapWait) return;
    const playing = playingAt(this.#rate);
    const wallMs = screen.wallMs ?? 0;
    if (!this.#wantsToPlay) {
      options.video.pause();
      this.setState({ state: 'paused' });
      return;
    }
    if (!isSameFootage(playing.fast, deck.playing.fast)) {
      seekTo(wallMs);
      return;
    }
    deck.playing = playing;
    engine.setAheadS(aheadS(playing));
    this.#setElementRate();
    if (playing.elementRate === null) {
      options.video.pause();
      if (this.#state.state !== 'playing') this.setState({ state: 'playing' });
      this.#backwards.run(engine, wallMs, this.#rate);
    } else if (options.video.paused) void this.#play();
  }

  #setElementRate(): void {
    const { options, deck } = this.#parts;
    if (deck.playing.elementRate !== null) options.video.playbackRate = deck.playing.elementRate * this.#factor;
  }

  async #play(): Promise<void> {
    this.setState({ state: 'waiting' });
    try {
      await this.#parts.options.video.play();
    } catch (error) {
      // AbortError: a newer load or a pause took over. A refusal leaves the picture paused, with its play button.
      if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') return;
      this.#wantsToPlay = false;
      this.setState({ state: 'paused' });
    }
  }

  #meetGap(gap: Gap): boolean {
    const { reporter, screen } = this.#parts;
    if (this.#gaps === 'wait') this.enterGap(gap);
    else reporter.skipped(screen.shownMs ?? gap.fromMs, gap.toMs);
    return this.#gaps === 'jump';
  }

  enterGap(gap: Gap): void {
    const { options, screen, onSettled } = this.#parts;
    options.video.pause();
    this.#backwards.stop();
    this.#gapWait = new GapWait(gap, this.#rate, this.#wantsToPlay);
    screen.giveUp();
    onSettled();
    options.onPosition(gap.fromMs);
    this.setState({ state: 'gap', ...gap });
  }

  /** To be called again and again. */
  tick(): void {
    const { options, deck, seekTo } = this.#parts;
    const { engine, playing, source } = deck;
    if (this.#gapWait) this.#followGap(this.#gapWait);
    else if (engine && this.#playsInElement && this.#parts.screen.targetMs === null) {
      const wish = { source, playing, gaps: this.#gaps };
      const end = this.#ahead.check(engine, options.video, wantedAheadS(playing), wish);
      if (end === 'nothing newer') this.#onEnd(playing);
      else if (end && 'gap' in end) this.enterGap(end.gap);
      else if (end) seekTo(end.seamMs);
    }
  }

  #followGap(wait: GapWait): void {
    const { options, prepare } = this.#parts;
    const next = wait.check(this.#rate);
    options.onPosition(wait.wallMs);
    if (next === 'prepare') prepare(wait.gap.toMs);
    if (next !== 'over') return;
    this.#gapWait = null;
    this.setState({ state: 'waiting' });
    // Its picture is there, or on its way: then it goes on by itself.
    this.run();
  }

  /** All that is recorded has been shown. */
  #onEnd({ fast }: Playing): void {
    const atMs = this.#parts.deck.endMs ?? this.#parts.screen.wallMs ?? 0;
    if (fast) this.#onFastEnd(fast.reverse, atMs);
    else if (this.#ahead.endedForMs > endAfterMs && this.#state.state !== 'ended')
      this.setState({ state: 'ended', atMs });
  }

  /** Forwards, what is being recorded now is next. */
  #onFastEnd(reverse: boolean, atMs: number): void {
    if (reverse) {
      this.pause();
      this.setState({ state: 'ended', atMs });
    } else {
      this.#rate = 1;
      this.#parts.options.onRate?.(1);
      this.#parts.seekTo(atMs);
    }
  }

  /** There is no footage in the direction of `playing`. */
  onNothing({ fast, elementRate }: Playing): void {
    const { deck, screen, onSettled } = this.#parts;
    const atMs = screen.targetMs ?? 0;
    screen.giveUp();
    onSettled();
    if (fast || elementRate === null) this.#onFastEnd(fast?.reverse ?? true, screen.shownMs ?? atMs);
    else {
      deck.empty();
      this.setState({ state: 'empty' });
    }
  }

  get #playsInElement(): boolean {
    return this.#wantsToPlay && this.#parts.deck.playing.elementRate !== null;
  }

  /** The picture ought to move, or one to come. */
  get expectsProgress(): boolean {
    if (this.#gapWait || this.#ahead.endedForMs > 0) return false;
    return this.#parts.screen.targetMs !== null || this.#playsInElement;
  }

  onPlaying(): void {
    if (!this.#gapWait) this.setState({ state: 'playing' });
  }

  onWaiting(): void {
    if (this.#playsInElement && this.#parts.deck.engine && !this.#gapWait) this.setState({ state: 'waiting' });
  }

  setState(state: PlaybackState): void {
    this.#state = state;
    this.#parts.options.onState(state);
  }
}
