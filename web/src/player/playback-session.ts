import type { StreamName } from '@nightjar/contract';
import { ApiFailure } from '../api/client.ts';
import { retryDelayMs } from '../api/retry.ts';
import type { PlayerFailure } from './engine.ts';
import { canPlay, mediaSource } from './live/media-source.ts';
import { type Engine, type OpenEngine, soundIn } from './playback/engine.ts';
import { loadEngine } from './playback/load-engine.ts';
import { type Extension, extensionOf, type Opening, openingAt } from './playback/opening.ts';
import { before, type Gap, movedBy, type Piece } from './playback/pieces.ts';
import type { Gaps, Playback, PlaybackOptions, PlaybackState } from './playback/playback.ts';
import { SerialSeeks } from './playback/serial-seeks.ts';
import { FootageSource } from './playback/source.ts';
import { isSameFootage, type Playing, playingAt, still } from './playback/speeds.ts';
import { Steps } from './playback/steps.ts';
import { WallClock } from './playback/wall-clock.ts';
import { watchForStalls } from './stall-watch.ts';

export type { Gaps, PlaybackState, SkippedGap } from './playback/playback.ts';

const tickMs = 200;
const reportEveryMs = 100;
/** A step in wall time bigger than this while playing is a gap, not a rounding of fragment lengths. */
const gapToMentionMs = 2_000;
/** Until the picture that was sought is there, nothing else is loaded: it would compete for the processor. */
const seekingAheadS = 0.5;
/** So much before a gap's end its next picture is loaded. */
const gapLeadMs = 1_500;
/** Nearer to the end of what is there, nothing is left to be played. */
const endS = 0.3;
/** How often is asked whether more has been recorded. */
const growEveryMs = 1_500;
/** So long nothing newer came when the end is said to be reached. */
const endAfterMs = 4_000;

/**
 * Plays one camera's footage by wall time in one video element, from any moment on, forwards and backwards, slowly and
 * fast. Survives failures by opening the footage anew at the same moment; where that fails again, it goes on after it.
 */
export class PlaybackSession implements Playback {
  readonly #options: PlaybackOptions;
  readonly #stream: StreamName;
  readonly #listening = new AbortController();
  readonly #seeks = new SerialSeeks((wallMs) => this.#goTo(wallMs));
  #source: FootageSource;
  #steps: Steps;
  #engine: Engine | undefined;
  /** What the engine was opened for. */
  #playing: Playing = still;
  /** Counts what was opened, so that an answer to an older request is recognised. */
  #openings = 0;
  #wantsToPlay = false;
  #rate = 1;
  #factor = 1;
  #gaps: Gaps = 'jump';
  /** A seek is on its way to it; null when the video shows what it should. */
  #targetMs: number | null = null;
  /** When the frame that is shown was recorded. */
  #shownMs: number | null = null;
  /** The frame that a step led to, or leads to. */
  #frameMs: number | null = null;
  #stepsWanted = 0;
  /** What comes after the last piece, where it cannot be played without a break. */
  #next: { gap: Gap } | { seamMs: number } | null = null;
  #inGap: { gap: Gap; clock: WallClock; prepared: boolean } | null = null;
  /** Runs while frames are shown backwards by seeks. */
  #backwards: WallClock | null = null;
  #backwardsTimer: number | undefined;
  #extending = false;
  #extendAt = 0;
  /** Since when nothing newer is there. */
  #endSince: number | null = null;
  #reported: { wallMs: number; at: number } | null = null;
  #failures = 0;
  #retry: number | undefined;
  #state: PlaybackState = { state: 'loading' };

  constructor(options: PlaybackOptions) {
    this.#options = options;
    this.#stream = options.stream ?? 'main';
    this.#source = new FootageSource(options.cameraId, this.#stream);
    this.#steps = new Steps(this.#source);
    const { video } = options;
    const { signal } = this.#listening;
    video.addEventListener('playing', () => this.#onPlaying(), { signal });
    video.addEventListener('waiting', () => this.#onWaiting(), { signal });
    video.addEventListener('loadeddata', () => this.#onPicture(), { signal });
    video.addEventListener('seeked', () => this.#onPicture(), { signal });
    video.addEventListener('ended', () => this.#onEnded(), { signal });
    video.addEventListener('timeupdate', () => this.#report(), { signal });
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
    this.#frameMs = null;
    this.#seekTo(wallMs);
    this.#options.onPosition(wallMs);
  }

  play(): void {
    this.#wantsToPlay = true;
    this.#frameMs = null;
    if (this.#inGap) this.#inGap.clock.resume();
    else this.#run();
  }

  pause(): void {
    this.#wantsToPlay = false;
    this.#stopBackwards();
    this.#options.video.pause();
    if (this.#inGap) this.#inGap.clock.pause();
    else if (this.#engine && this.#targetMs === null) this.#setState({ state: 'paused' });
  }

  get wantsToPlay(): boolean {
    return this.#wantsToPlay;
  }

  get isSeeking(): boolean {
    return this.#targetMs !== null && this.#backwards?.isRunning !== true;
  }

  get rate(): number {
    return this.#rate;
  }

  setRate(rate: number): void {
    const turned = rate < 0 !== this.#rate < 0;
    this.#rate = rate;
    if (this.#inGap && turned) this.seek(this.#inGap.clock.get());
    else if (this.#inGap) this.#inGap.clock.setRate(rate);
    else if (this.#wantsToPlay) this.#run();
  }

  setGaps(gaps: Gaps): void {
    if (gaps === this.#gaps) return;
    this.#gaps = gaps;
    const atMs = this.#inGap?.gap.toMs ?? this.wallTimeMs();
    // What was loaded goes on over gaps, or ends at one.
    if (atMs !== null && this.#engine) void this.#open(atMs);
  }

  step(frames: number): void {
    this.pause();
    const isUnderWay = this.#stepsWanted !== 0;
    this.#stepsWanted += frames;
    if (!isUnderWay) void this.#step();
  }

  seekBy(seconds: number): void {
    const fromMs = this.wallTimeMs();
    if (fromMs !== null) this.seek(movedBy(this.#engine?.pieces ?? [], fromMs, seconds * 1_000));
  }

  steer(factor: number): void {
    this.#factor = factor;
    const { elementRate } = this.#playing;
    if (elementRate !== null) this.#options.video.playbackRate = elementRate * factor;
  }

  wallTimeMs(): number | null {
    if (this.#inGap) return this.#inGap.clock.get();
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
    this.#stopBackwards();
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
    this.#inGap = null;
    this.#backwards?.pause();
    this.#targetMs = wallMs;
    this.#seeks.want(wallMs);
  }

  #goTo(wallMs: number): void {
    this.#targetMs = wallMs;
    const playing = this.#wanted;
    const position = this.#engine?.positionOf(wallMs);
    if (position?.wallMs === wallMs && isSameFootage(playing.fast, this.#playing.fast)) this.#moveTo(position.mediaS);
    else void this.#open(wallMs);
  }

  #moveTo(mediaS: number): void {
    const { video } = this.#options;
    this.#engine?.setAheadS(seekingAheadS);
    // The first picture is where the engine begins by itself.
    if (video.readyState === HTMLMediaElement.HAVE_NOTHING) return;
    video.currentTime = mediaS;
  }

  async #open(wallMs: number): Promise<void> {
    window.clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#openings += 1;
    const opening = this.#openings;
    const playing = this.#wanted;
    this.#targetMs = wallMs;
    this.#next = null;
    if (!this.#engine) this.#setState({ state: 'loading' });
    else if (this.#wantsToPlay && !this.#inGap) this.#setState({ state: 'waiting' });
    try {
      const wish = { source: this.#source, playing, gaps: this.#gaps, sound: this.#engine?.hasSound ?? false };
      const [openEngine, found] = await Promise.all([
        loadEngine(),
        openingAt(wallMs, { ...wish, long: mediaSource() === undefined }),
      ]);
      if (opening === this.#openings) this.#show(found, playing, openEngine);
    } catch (error) {
      this.#onFailure(opening, failureOf(error));
    }
  }

  #show(found: Opening, playing: Playing, openEngine: OpenEngine): void {
    if (found.found === 'gap') this.#enterGap(found.gap);
    else if (found.found === 'nothing') this.#onNothing(playing);
    else {
      const { pieces, startMs, gap } = found;
      this.#next = gap && { gap };
      this.#endSince = null;
      this.#extendAt = 0;
      this.#targetMs = startMs;
      if (!this.#inGap) this.#options.onPosition(startMs);
      const codecs = pieces.find((piece) => piece.codecs)?.codecs;
      if (codecs && mediaSource() && !canPlay(`video/mp4; codecs="${codecs}"`)) {
        this.#onFailure(this.#openings, { code: 'unsupported', message: unplayable(codecs) });
      } else if (this.#engine && this.#takes(pieces, playing)) {
        this.#engine.jump(pieces);
        this.#playing = playing;
        this.#moveTo(this.#engine.positionOf(startMs)?.mediaS ?? 0);
      } else this.#start(pieces, startMs, playing, openEngine);
    }
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
    const engine = openEngine({
      video: this.#options.video,
      pieces,
      address: this.#source.address(pieces, playing.fast),
      startMs,
      events: {
        onExact: () => this.#correct(),
        onFailure: (failure) => {
          if (engine === this.#engine) this.#onFailure(this.#openings, failure);
        },
      },
    });
    this.#engine = engine;
    engine.setAheadS(seekingAheadS);
    this.#options.video.playbackRate = (playing.elementRate ?? 1) * this.#factor;
  }

  /** A seek went where a picture was thought to be; now that is known to the frame. */
  #correct(): void {
    const { video } = this.#options;
    if (this.#targetMs === null || video.readyState === HTMLMediaElement.HAVE_NOTHING) return;
    const position = this.#engine?.positionOf(this.#targetMs);
    if (position && Math.abs(position.mediaS - video.currentTime) > 0.002) video.currentTime = position.mediaS;
  }

  /** The picture that was asked for is there. */
  #onPicture(): void {
    const { video } = this.#options;
    if (!this.#engine || video.seeking || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    const targetMs = this.#targetMs;
    this.#targetMs = null;
    this.#engine.setAheadS(aheadS(this.#wanted));
    this.#shownMs = this.#frameMs ?? this.#engine.wallTimeAt(video.currentTime) ?? targetMs;
    if (!this.#inGap) {
      this.#report(true);
      this.#run();
    }
    this.#seeks.done();
  }

  /** Does what is wanted with the picture that is there. */
  #run(): void {
    const { video } = this.#options;
    if (!this.#engine || this.#targetMs !== null || this.#inGap) return;
    if (!this.#wantsToPlay) {
      video.pause();
      this.#setState({ state: 'paused' });
      return;
    }
    const playing = playingAt(this.#rate);
    if (!isSameFootage(playing.fast, this.#playing.fast)) {
      this.#seekTo(this.wallTimeMs() ?? 0);
      return;
    }
    this.#playing = playing;
    if (playing.elementRate === null) {
      video.pause();
      this.#backwards ??= new WallClock(this.wallTimeMs() ?? 0, this.#rate);
      this.#backwards.setRate(this.#rate);
      this.#backwards.resume();
      this.#setState({ state: 'playing' });
      this.#goBackwards();
      return;
    }
    this.#stopBackwards();
    video.playbackRate = playing.elementRate * this.#factor;
    if (video.paused) void this.#play();
  }

  /** Shows the frame of the moment that the clock has come to, as soon as the one before is on the screen. */
  #goBackwards(): void {
    window.clearTimeout(this.#backwardsTimer);
    const [clock, engine] = [this.#backwards, this.#engine];
    if (!clock?.isRunning || !engine || this.#targetMs !== null) return;
    const again = (ms: number) => {
      this.#backwardsTimer = window.setTimeout(() => this.#goBackwards(), ms);
    };
    const wallMs = clock.get();
    const position = engine.positionOf(wallMs);
    if (position?.wallMs === wallMs) {
      if (wallMs < (this.#shownMs ?? 0) - 5) {
        this.#targetMs = wallMs;
        this.#moveTo(position.mediaS);
      } else again(10);
      return;
    }
    const endMs = before(engine.pieces, wallMs);
    if (endMs === null || endMs === wallMs) {
      clock.pause();
      this.#seekTo(wallMs);
    } else if (this.#gaps === 'jump') {
      this.#tellOfGap(this.#shownMs ?? wallMs, endMs);
      clock.set(endMs - 1);
      again(0);
    } else this.#enterGap({ fromMs: wallMs, toMs: endMs - 1 });
  }

  #stopBackwards(): void {
    window.clearTimeout(this.#backwardsTimer);
    this.#backwards = null;
  }

  async #step(): Promise<void> {
    try {
      while (this.#stepsWanted !== 0) {
        const fromMs = this.#frameMs ?? this.wallTimeMs();
        const count = this.#stepsWanted;
        const frame = fromMs === null ? null : await this.#steps.from(fromMs, count);
        this.#stepsWanted -= count;
        if (!frame) return;
        this.#frameMs = frame.atMs;
        this.#seekTo(frame.middleMs);
        this.#options.onPosition(frame.atMs);
      }
    } catch (error) {
      this.#stepsWanted = 0;
      this.#onFailure(this.#openings, failureOf(error));
    }
  }

  #enterGap(gap: Gap): void {
    const clock = new WallClock(gap.fromMs, this.#rate);
    if (!this.#wantsToPlay) clock.pause();
    this.#options.video.pause();
    this.#stopBackwards();
    this.#inGap = { gap, clock, prepared: false };
    this.#next = null;
    this.#targetMs = null;
    this.#seeks.done();
    this.#options.onPosition(gap.fromMs);
    this.#setState({ state: 'gap', ...gap });
  }

  #tick(): void {
    if (this.#inGap) this.#followGap(this.#inGap);
    else if (this.#engine && this.#wantsToPlay && this.#targetMs === null && this.#playing.elementRate !== null) {
      this.#lookAhead(this.#engine);
    }
  }

  /** Loads the picture at a gap's end before its time, and goes on when that has come. */
  #followGap(wait: { gap: Gap; clock: WallClock; prepared: boolean }): void {
    const { gap, clock } = wait;
    if (!clock.isRunning) return;
    const wallMs = clock.get();
    this.#options.onPosition(wallMs);
    if (!wait.prepared && Math.abs(gap.toMs - wallMs) <= gapLeadMs * Math.abs(this.#rate)) {
      wait.prepared = true;
      void this.#open(gap.toMs);
    }
    if (!clock.hasReached(gap.toMs)) return;
    this.#inGap = null;
    // Its picture may still be on its way: then that goes on by itself.
    this.#setState({ state: 'waiting' });
    this.#run();
  }

  /** Sees to it that there is always something to play, and notices where there is nothing. */
  #lookAhead(engine: Engine): void {
    const { video } = this.#options;
    const leftS = engine.endS() - video.currentTime;
    const wantedS = this.#playing.fast ? 20 : 25 * Math.max(1, this.#rate);
    if (leftS < wantedS && this.#next === null && engine.canGrow) void this.#extend(engine);
    if (leftS > endS || video.readyState > HTMLMediaElement.HAVE_CURRENT_DATA) return;
    if (this.#next && 'gap' in this.#next) this.#enterGap(this.#next.gap);
    else if (this.#next) this.#seekTo(this.#next.seamMs);
    else if (this.#endSince !== null) this.#onEnd(engine);
  }

  async #extend(engine: Engine): Promise<void> {
    const last = engine.pieces.at(-1);
    if (!last || this.#extending || performance.now() < this.#extendAt) return;
    this.#extending = true;
    const opening = this.#openings;
    const wish = { source: this.#source, playing: this.#playing, gaps: this.#gaps, sound: engine.hasSound };
    try {
      const more = await extensionOf(last, wish);
      if (opening === this.#openings) this.#goOn(engine, more);
    } catch {
      // What is loaded can be played; later it is tried again.
      this.#extendAt = performance.now() + growEveryMs;
    } finally {
      this.#extending = false;
    }
  }

  #goOn(engine: Engine, more: Extension): void {
    this.#extendAt = performance.now() + (more.found === 'end' ? growEveryMs : 0);
    if (more.found === 'end') {
      this.#endSince ??= performance.now();
      return;
    }
    this.#endSince = null;
    if (more.found === 'gap') {
      this.#next = { gap: more.gap };
      return;
    }
    const [first] = more.pieces;
    if (first && !engine.hasSound && soundIn(more.pieces)) this.#next = { seamMs: first.fromMs };
    else {
      engine.append(more.pieces);
      this.#next = more.gap && { gap: more.gap };
    }
  }

  /** All that is recorded has been shown. */
  #onEnd(engine: Engine): void {
    const atMs = engine.pieces.at(-1)?.toMs ?? this.wallTimeMs() ?? 0;
    if (this.#playing.fast) this.#onFastEnd(atMs);
    else if (performance.now() - (this.#endSince ?? 0) > endAfterMs && this.#state.state !== 'ended') {
      this.#setState({ state: 'ended', atMs });
    }
  }

  #onFastEnd(atMs: number): void {
    if (this.#playing.fast?.reverse) {
      this.#wantsToPlay = false;
      this.#options.video.pause();
      this.#setState({ state: 'ended', atMs });
    } else {
      this.#rate = 1;
      this.#options.onRate?.(1);
      this.#run();
    }
  }

  #onNothing({ fast, elementRate }: Playing): void {
    const atMs = this.#targetMs ?? 0;
    this.#targetMs = null;
    this.#seeks.done();
    if (fast && !fast.reverse) {
      this.#rate = 1;
      this.#options.onRate?.(1);
      this.#seekTo(atMs);
    } else if (fast || elementRate === null) {
      this.pause();
      this.#setState({ state: 'ended', atMs: this.#shownMs ?? atMs });
    } else {
      this.#letGo();
      this.#setState({ state: 'empty' });
    }
  }

  #onFailure(opening: number, failure: PlayerFailure): void {
    if (opening !== this.#openings) return;
    this.#failures += 1;
    const atMs = this.#resumeAtMs(failure);
    const delayMs = this.#retryDelayMs(failure);
    this.#inGap = null;
    this.#seeks.done();
    this.#targetMs = atMs;
    this.#setState({ state: 'retrying', failure, retryAtMs: Date.now() + delayMs });
    window.clearTimeout(this.#retry);
    this.#retry = window.setTimeout(() => {
      this.#letGo();
      void this.#open(atMs);
    }, delayMs);
  }

  #retryDelayMs({ code }: PlayerFailure): number {
    if (code === 'unsupported') return 60_000;
    // Footage may have been cleaned away since its playlist was read: what is left is there at once.
    return code !== 'offline' && this.#failures === 1 ? 0 : retryDelayMs(this.#failures, 30_000);
  }

  /** The moment to go on from; after two media errors in a row, the next piece: this one cannot be decoded. */
  #resumeAtMs(failure: PlayerFailure): number {
    const atMs = this.wallTimeMs() ?? 0;
    if (failure.code !== 'media' || this.#failures < 2) return atMs;
    return this.#engine?.pieces.find(({ fromMs }) => fromMs > atMs)?.fromMs ?? atMs;
  }

  get #expectsProgress(): boolean {
    if (!this.#engine || this.#retry !== undefined || this.#inGap || this.#endSince !== null) return false;
    return this.#targetMs !== null || (this.#wantsToPlay && this.#playing.elementRate !== null);
  }

  #letGo(): void {
    if (!this.#engine) return;
    this.#options.keepPicture();
    this.#engine.destroy();
    this.#engine = undefined;
    this.#backwards?.pause();
  }

  #followFrames(): void {
    if (this.#listening.signal.aborted) return;
    // Not in every browser: `timeupdate` reports too, only four times a second.
    this.#options.video.requestVideoFrameCallback?.((_, { mediaTime }) => {
      this.#report(false, mediaTime);
      this.#followFrames();
    });
  }

  #onPlaying(): void {
    this.#failures = 0;
    if (!this.#inGap) this.#setState({ state: 'playing' });
  }

  #onWaiting(): void {
    const isPlaying = this.#wantsToPlay && this.#playing.elementRate !== null;
    if (isPlaying && this.#engine && !this.#inGap) this.#setState({ state: 'waiting' });
  }

  /** Only of an engine that cannot grow. */
  #onEnded(): void {
    const endMs = this.endMs();
    if (endMs !== null && this.#wantsToPlay && !this.#engine?.canGrow) this.#seekTo(endMs + 1);
  }

  #report(atOnce = false, mediaS = this.#options.video.currentTime): void {
    const wallMs = this.#engine?.wallTimeAt(mediaS) ?? null;
    if (wallMs === null || this.#targetMs !== null || this.#inGap) return;
    this.#shownMs = this.#frameMs ?? wallMs;
    const at = performance.now();
    const before = this.#reported;
    if (!atOnce && before && at - before.at < reportEveryMs) return;
    if (!atOnce && before) {
      const playedMs = (at - before.at) * this.#rate;
      const skippedMs = (this.#shownMs - before.wallMs - playedMs) * Math.sign(this.#rate);
      if (skippedMs > gapToMentionMs * Math.max(Math.abs(this.#rate), 1)) this.#tellOfGap(before.wallMs, this.#shownMs);
    }
    this.#reported = { wallMs: this.#shownMs, at };
    this.#options.onPosition(this.#shownMs);
  }

  #tellOfGap(fromMs: number, toMs: number): void {
    if (Math.abs(toMs - fromMs) > gapToMentionMs) this.#options.onSkippedGap({ fromMs, toMs });
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

const failureOf = (error: unknown): PlayerFailure => ({
  code: error instanceof ApiFailure ? error.code : 'offline',
  message: error instanceof Error ? error.message : 'The recorder does not answer.',
});

const unplayable = (codecs: string): string =>
  /hvc1|hev1/.test(codecs)
    ? 'This browser cannot play H.265. Another browser, or one with hardware decoding, may play it.'
    : 'This browser cannot play the camera’s video format.';

/** How much is loaded ahead, seconds of playing. */
const aheadS = ({ fast, elementRate }: Playing): number =>
  fast || elementRate === null ? 15 : 30 * Math.max(1, elementRate / 2);
