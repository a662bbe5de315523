import type { Gaps, PlaybackState, SkippedGap } from '../../player/playback/playback.ts';
import { Member, type MemberKind, type Player } from './member.ts';
import { SteadyClock } from './steady-clock.ts';
import { commonLagMs, isCoarse } from './steering.ts';

interface InStepOptions {
  /** Milliseconds that only grow. */
  now(): number;
  startMs: number;
  onPosition(wallMs: number): void;
  onSkippedGap(gap: SkippedGap): void;
}

/**
 * `holding`: the clock waits for pictures. `starting`: they were told to play, and the clock goes on when they do.
 * `stepping`: one camera looks for its next frame. `over`: none has footage from here on.
 */
type Mode = 'paused' | 'holding' | 'starting' | 'running' | 'stepping' | 'over';

/** For this long the clock waits for a slow camera; then it goes on, and that camera follows when it can. */
const patienceMs = 1_500;
/** A picture that was told to play moves by then. */
const startMs = 400;
/** A step takes no longer. */
const stepMs = 2_000;
/** Pictures this close to the paused clock stay. */
const exactMs = 2;

/**
 * Several cameras on one clock. The clock is no camera's: each camera's picture is kept at its time, where it has one.
 * `tick` does the work, as often as pictures change.
 */
export class InStep {
  readonly #options: InStepOptions;
  readonly #clock: SteadyClock;
  readonly #members = new Map<string, Member>();
  #mode: Mode = 'holding';
  #wantsToPlay = false;
  #gaps: Gaps = 'jump';
  #deadlineMs: number;
  /** Steps that are wanted, and what was shown when the last were asked for; null: none were yet. */
  #step: { leader: Member; frames: number; fromMs: number | null } | null = null;
  /** What each picture showed when it was told to play. */
  #startedFrom = new Map<Member, number | null>();

  constructor(options: InStepOptions) {
    this.#options = options;
    this.#clock = new SteadyClock(options.now, options.startMs);
    this.#deadlineMs = options.now() + patienceMs;
  }

  get members(): ReadonlyMap<string, Member> {
    return this.#members;
  }

  get wallMs(): number {
    return this.#clock.get();
  }

  get rate(): number {
    return this.#clock.rate;
  }

  get wantsToPlay(): boolean {
    return this.#wantsToPlay;
  }

  get state(): PlaybackState {
    const states = [...this.#members.values()].map(({ state }) => state);
    if (states.length > 0 && states.every(({ state }) => state === 'empty')) return { state: 'empty' };
    const failed = states.find((state) => state.state === 'retrying');
    if (failed && states.every(({ state }) => state === 'retrying')) return failed;
    const kinds = this.#kinds();
    if (this.#mode === 'over') return { state: 'ended', atMs: this.wallMs };
    if (this.#mode === 'holding') return { state: kinds.includes('ready') ? 'waiting' : 'loading' };
    if (!kinds.includes('ready') && kinds.includes('waiting')) {
      return { state: 'gap', fromMs: this.wallMs, toMs: this.#nextRecorded() };
    }
    return { state: this.#wantsToPlay ? 'playing' : 'paused' };
  }

  /** While the others play, it joins them where they are by then. */
  add(cameraId: string, player: Player): Member {
    const member = new Member(player);
    const nowMs = this.#options.now();
    this.#members.set(cameraId, member);
    player.setRate(this.rate);
    if (this.#clock.runs) {
      member.join(this.wallMs, this.rate, nowMs);
      member.play();
    } else {
      member.seek(this.wallMs, nowMs);
    }
    return member;
  }

  /** Unless another has taken its place by now. */
  remove(cameraId: string, member: Member): void {
    if (this.#members.get(cameraId) === member) this.#members.delete(cameraId);
  }

  play(): void {
    this.#wantsToPlay = true;
    this.#hold();
  }

  pause(): void {
    this.#wantsToPlay = false;
    this.#clock.stop();
    this.#mode = 'paused';
    for (const member of this.#members.values()) {
      member.pause();
      member.settleAt(this.wallMs, this.rate, this.#options.now(), exactMs);
    }
  }

  seek(wallMs: number): void {
    this.#clock.stop();
    this.#clock.set(wallMs);
    // Paused or playing first: that decides what is opened.
    this.#hold();
    this.#each((member) => member.seek(wallMs, this.#options.now()));
    this.#options.onPosition(wallMs);
  }

  setRate(rate: number): void {
    const before = this.rate;
    this.#clock.rate = rate;
    for (const member of this.#members.values()) member.setRate(rate);
    // Other playlists are opened then, each from where its own picture was.
    if (isCoarse(rate) || isCoarse(before)) this.seek(this.wallMs);
  }

  setGaps(gaps: Gaps): void {
    this.#gaps = gaps;
  }

  /** By frames of `cameraId` if it has a picture, else of any; the others show what they had at that frame's time. */
  step(frames: number, cameraId: string): void {
    if (this.#mode === 'stepping' && this.#step) {
      this.#step.frames += frames;
      return;
    }
    if (this.#mode !== 'paused') this.pause();
    const isReady = (member: Member | undefined) => member?.kind(this.#options.now()) === 'ready';
    const chosen = this.#members.get(cameraId);
    const leader = isReady(chosen) ? chosen : [...this.#members.values()].find(isReady);
    if (!leader) return;
    this.#step = { leader, frames, fromMs: null };
    this.#mode = 'stepping';
    this.#deadlineMs = this.#options.now() + stepMs;
  }

  tick(): void {
    const nowMs = this.#options.now();
    if (this.#mode === 'running') this.#followClock(nowMs);
    else if (this.#mode !== 'stepping' && this.#mode !== 'starting') this.#look(nowMs);
    if (this.#mode === 'holding') this.#goOnWhenReady(nowMs);
    else if (this.#mode === 'starting') this.#runWhenMoving(nowMs);
    else if (this.#mode === 'stepping') this.#takeStep(nowMs);
    else if (this.#mode === 'over') this.#goOnAfterEnd();
    this.#options.onPosition(this.wallMs);
  }

  #look(nowMs: number): void {
    this.#each((member) => member.look(this.wallMs, this.rate, nowMs));
  }

  #followClock(nowMs: number): void {
    this.#giveWay(nowMs);
    this.#each((member) => member.follow(this.wallMs, this.rate, nowMs));
    const kinds = this.#kinds();
    const isHeld = [...this.#members.values()].some((member) => member.holdsClock(nowMs));
    const nothingToSee = !kinds.includes('ready') && (kinds.includes('loading') || this.#gaps === 'jump');
    if (isHeld || nothingToSee || kinds.every((kind) => kind === 'over')) this.#hold();
  }

  /**
   * What the machine was too busy for, most pictures are late by: the clock gives way. They stay in step, and to stand is
   * less work for those ahead than to jump is for the many behind.
   */
  #giveWay(nowMs: number): void {
    const ready = [...this.#members.values()].filter((member) => member.kind(nowMs) === 'ready');
    const commonMs = commonLagMs(ready.map((member) => -member.leadMs(this.wallMs, this.rate)));
    if (commonMs > 0 && !isCoarse(this.rate)) this.#clock.set(this.wallMs - commonMs);
  }

  /** Stops the clock until it can go on. */
  #hold(): void {
    this.#clock.stop();
    this.#mode = 'holding';
    this.#step = null;
    this.#deadlineMs = this.#options.now() + patienceMs;
    // What plays keyframes only is opened when it is told to play; to play a little ahead does no harm then.
    const playsOn = this.#wantsToPlay && isCoarse(this.rate);
    this.#each((member) => (playsOn ? member.play() : member.pause()));
  }

  #goOnWhenReady(nowMs: number): void {
    const awaited = [...this.#members.values()].filter((member) => member.holdsClock(nowMs));
    if (awaited.length > 0 && nowMs < this.#deadlineMs) return;
    for (const member of awaited) member.leaveBehind();
    const kinds = this.#kinds();
    if (!kinds.includes('ready') && kinds.some((kind) => kind === 'loading' || kind === 'failed')) return;
    if (!this.#wantsToPlay) this.pause();
    else if (kinds.includes('ready')) this.#start(nowMs);
    else if (kinds.includes('waiting')) this.#overGap(nowMs);
    else this.#end();
  }

  #overGap(nowMs: number): void {
    const toMs = this.#nextRecorded();
    if (this.#gaps === 'jump' && toMs !== null) {
      this.#options.onSkippedGap({ fromMs: this.wallMs, toMs });
      this.#clock.set(toMs);
      this.#look(nowMs);
    }
    this.#start(nowMs);
  }

  #start(nowMs: number): void {
    this.#mode = 'starting';
    this.#deadlineMs = nowMs + startMs;
    const ready = [...this.#members.values()].filter((member) => member.kind(nowMs) === 'ready');
    this.#startedFrom = new Map(ready.map((member) => [member, member.wallMs]));
    this.#each((member) => member.play());
    if (isCoarse(this.rate)) this.#clock.set(this.#slowest(ready));
    if (ready.length === 0 || isCoarse(this.rate)) this.#run();
  }

  #slowest(members: readonly Member[]): number {
    const shown = members.flatMap(({ wallMs }) => wallMs ?? []);
    if (shown.length === 0) return this.wallMs;
    return this.rate > 0 ? Math.min(...shown) : Math.max(...shown);
  }

  /** Pictures begin to move some time after they were told to; the clock begins with them, or they would lag at once. */
  #runWhenMoving(nowMs: number): void {
    const started = [...this.#startedFrom.keys()];
    const moving = started.filter((member) => member.wallMs !== this.#startedFrom.get(member));
    if (moving.length < started.length && nowMs < this.#deadlineMs) return;
    const shown = moving.map(({ wallMs }) => wallMs ?? 0).sort((a, b) => a - b);
    const middle = shown[shown.length >> 1];
    if (middle !== undefined && Math.abs(middle - this.wallMs) < startMs * Math.abs(this.rate)) this.#clock.set(middle);
    this.#run();
  }

  #run(): void {
    this.#mode = 'running';
    this.#clock.run();
  }

  /** Told to play nevertheless: a camera goes on by itself when more has been recorded. */
  #end(): void {
    this.#mode = 'over';
    const shown = [...this.#members.values()].flatMap(({ wallMs }) => wallMs ?? []);
    const lastMs = this.rate > 0 ? Math.max(...shown) : Math.min(...shown);
    if (shown.length > 0 && (this.wallMs - lastMs) * Math.sign(this.rate) > 0) this.#clock.set(lastMs);
    this.#each((member) => member.play());
  }

  #goOnAfterEnd(): void {
    if (this.#kinds().every((kind) => kind === 'over' || kind === 'failed')) return;
    const on = [...this.#members.values()].filter((member) => member.kind(this.#options.now()) !== 'over');
    this.#clock.set(this.#slowest(on));
    this.#hold();
  }

  /** From the picture that is there, to another that is there. */
  #takeStep(nowMs: number): void {
    const step = this.#step;
    if (!step) return;
    const { leader, fromMs } = step;
    const isOver = nowMs >= this.#deadlineMs;
    if (!isOver && (!leader.player.isSettled() || leader.wallMs === fromMs)) return;
    if (fromMs !== null && leader.wallMs !== null) this.#clock.set(leader.wallMs);
    if (step.frames !== 0 && !isOver) {
      this.#step = { leader, frames: 0, fromMs: leader.wallMs };
      leader.player.step(step.frames);
      this.#deadlineMs = nowMs + stepMs;
      return;
    }
    this.#each((member) => {
      if (member !== leader) member.seek(this.wallMs, nowMs);
    });
    this.#step = null;
    this.#mode = 'paused';
  }

  /** The next moment of which there is a picture, in the direction of playing. */
  #nextRecorded(): number | null {
    const nowMs = this.#options.now();
    const waiting = [...this.#members.values()].filter((member) => member.kind(nowMs) === 'waiting');
    return waiting.length === 0 ? null : this.#slowest(waiting);
  }

  #kinds(): MemberKind[] {
    const nowMs = this.#options.now();
    return [...this.#members.values()].map((member) => member.kind(nowMs));
  }

  #each(act: (member: Member) => void): void {
    for (const member of this.#members.values()) act(member);
  }
}
