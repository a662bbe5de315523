import type { PlayerFailure } from '../../player/engine.ts';
import type { Playback, PlaybackState } from '../../player/playback/playback.ts';
import { correctionFor } from './steering.ts';

/** What is needed of a session of playback, which jumps over gaps. */
export interface Player
  extends Pick<Playback, 'seek' | 'play' | 'pause' | 'setRate' | 'step' | 'steer' | 'wallTimeMs'> {
  /** The picture asked for is there, and what follows it: nothing is on its way. */
  isSettled(): boolean;
}

/** What is to be said of one of several cameras. */
export type MemberView =
  | { state: 'loading' }
  | { state: 'shown' }
  /** Nothing is recorded until `untilMs`; backwards: since then. */
  | { state: 'gap'; untilMs: number }
  /** Nothing is recorded any more (backwards: earlier). */
  | { state: 'ended' }
  | { state: 'empty' }
  | { state: 'failed'; failure: PlayerFailure };

/** What a member is to the clock; `waiting`: its picture is of a moment to come. */
export type MemberKind = 'loading' | 'ready' | 'waiting' | 'over' | 'failed';

/** Less than this ahead is no gap worth a word, ms. */
const gapToMentionMs = 1_000;
/** Until a picture moves after it was told to play. */
const startMs = 30;
/** A picture on its way for longer than this holds the clock, ms. */
const stallMs = 250;
/** How often it is looked whether there is footage by now where there was none. */
const lookAgainMs = 5_000;
/** Of the newest measured lead, the rest of those before it: single ones are off by some milliseconds. */
const weight = 0.25;
const steerEveryMs = 200;
/** In step for this long, and it may hold the clock again. */
const trustedMs = 5_000;

/** One of several cameras in step: keeps its picture at the clock's time. */
export class Member {
  readonly player: Player;
  state: PlaybackState = { state: 'loading' };
  /** Stands because its picture is of a moment to come. */
  #parked = false;
  /** That moment is far enough away to be spoken of, or was when it began to stand. */
  #isInGap = false;
  /** The clock does not wait for it (again). */
  #leftBehind = false;
  #inStepSinceMs: number | null = null;
  #loadingSinceMs: number | null = null;
  #soughtMs: number | null = null;
  #soughtAtMs = 0;
  /** How long a jump takes, learned from those before. */
  #jumpTakesMs = 150;
  #jumping = false;
  #leadMs: number | null = null;
  #factor = 1;
  #steeredAtMs = 0;
  /** Its footage ends before the moment asked for. */
  #isShort = false;
  #wantsToPlay = false;
  /** What the player was told last. */
  #plays = false;

  constructor(player: Player) {
    this.player = player;
  }

  kind(nowMs: number): MemberKind {
    const { state } = this.state;
    if (state === 'retrying') return 'failed';
    if (state === 'empty' || state === 'ended' || this.#isShort) return 'over';
    if (this.#parked) return 'waiting';
    return this.#isLoading(nowMs) ? 'loading' : 'ready';
  }

  /** Of the picture shown. */
  get wallMs(): number | null {
    return this.player.wallTimeMs();
  }

  /** How far it is ahead of `clockMs` in the direction of playing, ms; negative: behind. */
  leadMs(clockMs: number, rate: number): number {
    return ((this.player.wallTimeMs() ?? clockMs) - clockMs) * Math.sign(rate);
  }

  view(nowMs: number): MemberView {
    const { state } = this;
    if (state.state === 'retrying') return { state: 'failed', failure: state.failure };
    if (state.state === 'empty') return { state: 'empty' };
    const kind = this.kind(nowMs);
    if (kind === 'over') return { state: 'ended' };
    const wallMs = this.player.wallTimeMs();
    if (kind === 'waiting' && wallMs !== null && this.#isInGap) return { state: 'gap', untilMs: wallMs };
    return { state: kind === 'loading' ? 'loading' : 'shown' };
  }

  /** Whether the clock should wait for it. */
  holdsClock(nowMs: number): boolean {
    if (this.#leftBehind || this.kind(nowMs) !== 'loading') return false;
    return nowMs - (this.#loadingSinceMs ?? nowMs) >= (this.#wantsToPlay ? stallMs : 0);
  }

  leaveBehind(): void {
    this.#leftBehind = true;
  }

  play(): void {
    this.#wantsToPlay = true;
    this.#steer(1, 0);
    this.#tellPlayer();
  }

  pause(): void {
    this.#wantsToPlay = false;
    this.#tellPlayer();
  }

  /** To a moment that a person asked for; the clock waits for it. */
  seek(wallMs: number, nowMs: number): void {
    this.#leftBehind = false;
    this.#jumping = false;
    this.#seek(wallMs, nowMs);
  }

  /** The running clock, which does not wait for it. */
  join(clockMs: number, rate: number, nowMs: number): void {
    this.#jump(clockMs, rate, nowMs);
  }

  setRate(rate: number): void {
    this.#parked = false;
    this.#isInGap = false;
    this.#isShort = false;
    this.#leftBehind = false;
    this.#leadMs = null;
    this.player.setRate(rate);
  }

  /** A picture of a moment to come stands until then; where there was no footage, there may be some by now. */
  look(clockMs: number, rate: number, nowMs: number): void {
    const lead = this.leadMs(clockMs, rate);
    const kind = this.kind(nowMs);
    if (kind === 'over' && nowMs - this.#soughtAtMs > lookAgainMs && this.#isShort) this.#seek(clockMs, nowMs);
    if (kind !== 'ready' && kind !== 'waiting') return;
    this.#parked = this.#parked ? lead > startMs * Math.abs(rate) : correctionFor(lead, rate).do === 'wait';
    this.#isInGap = this.#parked && (this.#isInGap || lead > gapToMentionMs * Math.max(1, Math.abs(rate)));
    if (kind === 'ready' && this.#soughtMs !== null) this.#onSettled(rate, nowMs);
  }

  /** Brings the picture to the running clock. */
  follow(clockMs: number, rate: number, nowMs: number): void {
    this.look(clockMs, rate, nowMs);
    if (this.#tellPlayer()) this.#leadMs = null;
    if (this.kind(nowMs) !== 'ready') return;
    const lead = this.leadMs(clockMs, rate);
    this.#leadMs = this.#leadMs === null ? lead : this.#leadMs + (lead - this.#leadMs) * weight;
    const correction = correctionFor(this.#leadMs, rate);
    if (correction.do === 'jump') this.#jump(clockMs, rate, nowMs);
    else if (correction.do === 'steer') this.#steer(correction.factor, nowMs);
    this.#trust(correction.do === 'steer', nowMs);
  }

  /** Where the paused clock stands, to the frame. */
  settleAt(clockMs: number, rate: number, nowMs: number, exactMs: number): void {
    if (this.kind(nowMs) === 'ready' && Math.abs(this.leadMs(clockMs, rate)) > exactMs) this.#seek(clockMs, nowMs);
  }

  /** A little further than the clock is, for it goes on meanwhile: arriving early only means to wait. */
  #jump(clockMs: number, rate: number, nowMs: number): void {
    this.#leftBehind = true;
    this.#jumping = true;
    this.#seek(clockMs + rate * this.#jumpTakesMs * 1.3, nowMs);
  }

  #seek(wallMs: number, nowMs: number): void {
    this.#parked = false;
    this.#isInGap = false;
    this.#isShort = false;
    this.#leadMs = null;
    this.#soughtMs = wallMs;
    this.#soughtAtMs = nowMs;
    this.player.seek(wallMs);
    this.#loadingSinceMs = nowMs;
  }

  #onSettled(rate: number, nowMs: number): void {
    const sought = this.#soughtMs ?? 0;
    this.#soughtMs = null;
    if (this.#jumping) this.#jumpTakesMs += (Math.min(2_000, nowMs - this.#soughtAtMs) - this.#jumpTakesMs) * 0.5;
    this.#jumping = false;
    const short = (sought - (this.player.wallTimeMs() ?? sought)) * Math.sign(rate);
    this.#isShort = short > gapToMentionMs * Math.max(1, Math.abs(rate));
  }

  /** true when there was something to tell. */
  #tellPlayer(): boolean {
    const plays = this.#wantsToPlay && !this.#parked;
    if (plays === this.#plays) return false;
    this.#plays = plays;
    if (plays) this.player.play();
    else this.player.pause();
    return true;
  }

  #isLoading(nowMs: number): boolean {
    const { state } = this.state;
    const isLoading = state === 'loading' || state === 'waiting' || !this.player.isSettled();
    if (!isLoading) this.#loadingSinceMs = null;
    else this.#loadingSinceMs ??= nowMs;
    return isLoading;
  }

  #steer(factor: number, nowMs: number): void {
    if (factor === this.#factor || (nowMs !== 0 && nowMs - this.#steeredAtMs < steerEveryMs)) return;
    this.#factor = factor;
    this.#steeredAtMs = nowMs;
    this.player.steer(factor);
  }

  #trust(inStep: boolean, nowMs: number): void {
    if (!inStep) this.#inStepSinceMs = null;
    else this.#inStepSinceMs ??= nowMs;
    if (this.#inStepSinceMs !== null && nowMs - this.#inStepSinceMs > trustedMs) this.#leftBehind = false;
  }
}
