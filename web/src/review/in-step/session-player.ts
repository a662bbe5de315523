import type { StreamName } from '@nightjar/contract';
import type { Playback } from '../../player/playback/playback.ts';
import type { ShownPicture } from '../snapshot/snapshot.ts';
import type { Player } from './member.ts';

/** A session of playback and its video, as the clock sees them. */
export class SessionPlayer implements Player {
  readonly #session: Playback;
  readonly #video: HTMLVideoElement;
  readonly #cameraId: string;
  readonly #stream: StreamName;
  #isShown = false;

  constructor(session: Playback, video: HTMLVideoElement, source: { cameraId: string; stream: StreamName }) {
    this.#session = session;
    this.#video = video;
    this.#cameraId = source.cameraId;
    this.#stream = source.stream;
  }

  /** What is shown, to be saved; null when that is not known yet. */
  get picture(): ShownPicture | null {
    const atMs = this.wallTimeMs();
    if (atMs === null) return null;
    return { cameraId: this.#cameraId, atMs, video: this.#stream === 'main' ? this.#video : null };
  }

  seek(wallMs: number): void {
    if (this.#isShown) this.#session.seek(wallMs);
    else this.#session.show(this.#cameraId, wallMs);
    this.#isShown = true;
  }

  play(): void {
    this.#session.play();
  }

  pause(): void {
    this.#session.pause();
  }

  setRate(rate: number): void {
    this.#session.setRate(rate);
  }

  steer(factor: number): void {
    this.#session.steer(factor);
  }

  step(frames: number): void {
    this.#session.step(frames);
  }

  wallTimeMs(): number | null {
    return this.#session.wallTimeMs();
  }

  isSettled(): boolean {
    return !this.#session.isSeeking;
  }
}
