import type { PlaybackState } from '../../player/playback/playback.ts';
import type { Player } from './member.ts';

export interface SimulatedCamera {
  /** What is recorded, oldest first. */
  spans: ReadonlyArray<{ from: number; to: number }>;
  /** From being told to play until the picture moves. */
  startMs?: number;
  /** How long a seek takes. */
  seekMs?: number;
  /** How fast its clock runs. */
  drift?: number;
  fps?: number;
}

/** Plays footage that does not exist, as a session of playback would, for tests: time passes when it is told to. */
export class SimulatedPlayer implements Player {
  readonly #camera: SimulatedCamera;
  readonly #onState: (state: PlaybackState) => void;
  #wallMs: number | null = null;
  #targetMs: number | null = null;
  #busyMs = 0;
  #startsInMs = 0;
  #stalledMs = 0;
  #failedMs = 0;
  #plays = false;
  #ended = false;
  #rate = 1;
  #factor = 1;

  constructor(camera: SimulatedCamera, onState: (state: PlaybackState) => void) {
    this.#camera = camera;
    this.#onState = onState;
  }

  seek(wallMs: number): void {
    this.#targetMs = wallMs;
    this.#ended = false;
    this.#busyMs = this.#camera.seekMs ?? 100;
    this.#tell();
  }

  play(): void {
    if (!this.#plays) this.#startsInMs = this.#camera.startMs ?? 50;
    this.#plays = true;
    this.#tell();
  }

  pause(): void {
    this.#plays = false;
    this.#tell();
  }

  setRate(rate: number): void {
    this.#rate = rate;
  }

  steer(factor: number): void {
    this.#factor = factor;
  }

  step(frames: number): void {
    const frameMs = 1_000 / (this.#camera.fps ?? 25);
    const frame = Math.floor((this.#wallMs ?? 0) / frameMs + 1e-6);
    this.seek((frame + frames) * frameMs);
  }

  wallTimeMs(): number | null {
    return this.#targetMs ?? this.#wallMs;
  }

  isSettled(): boolean {
    return this.#targetMs === null && this.#stalledMs <= 0;
  }

  /** No data come for so long. */
  stall(ms: number): void {
    this.#stalledMs = ms;
    this.#tell();
  }

  fail(ms: number): void {
    this.#failedMs = ms;
    this.#tell();
  }

  pass(ms: number): void {
    this.#failedMs -= ms;
    this.#stalledMs -= ms;
    if (this.#failedMs <= 0 && this.#stalledMs <= 0) this.#passUndisturbed(ms);
    this.#tell();
  }

  #passUndisturbed(ms: number): void {
    if (this.#targetMs !== null) {
      this.#busyMs -= ms;
      if (this.#busyMs <= 0) this.#arrive(this.#targetMs);
    } else if (this.#plays) {
      this.#startsInMs -= ms;
      if (this.#startsInMs < 0) this.#move(ms * this.#rate * this.#factor * (this.#camera.drift ?? 1));
    }
  }

  #arrive(targetMs: number): void {
    this.#targetMs = null;
    const next = this.#recordedFrom(targetMs);
    this.#ended = next === null;
    this.#wallMs = next ?? this.#lastMs();
  }

  #move(ms: number): void {
    const next = this.#recordedFrom((this.#wallMs ?? 0) + ms);
    this.#ended = next === null;
    this.#wallMs = next ?? this.#lastMs();
  }

  /** That moment, or where a gap ends in the direction of playing. */
  #recordedFrom(wallMs: number): number | null {
    const { spans } = this.#camera;
    if (spans.some(({ from, to }) => from <= wallMs && wallMs < to)) return wallMs;
    if (this.#rate > 0) return spans.find(({ from }) => from > wallMs)?.from ?? null;
    return spans.findLast(({ to }) => to <= wallMs)?.to ?? null;
  }

  #lastMs(): number {
    const { spans } = this.#camera;
    return this.#rate > 0 ? (spans.at(-1)?.to ?? 0) : (spans[0]?.from ?? 0);
  }

  #tell(): void {
    this.#onState(this.#state());
  }

  #state(): PlaybackState {
    const failure = { code: 'offline', message: 'No answer.' } as const;
    if (this.#failedMs > 0) return { state: 'retrying', failure, retryAtMs: 0 };
    if (!this.isSettled()) return { state: this.#plays ? 'waiting' : 'loading' };
    if (this.#ended) return { state: 'ended', atMs: this.#wallMs ?? 0 };
    return { state: this.#plays ? 'playing' : 'paused' };
  }
}
