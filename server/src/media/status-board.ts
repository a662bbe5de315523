import type { CameraState, CameraStatus } from '@nightjar/contract';
import type { Clock } from '../shared/clock.ts';

/** What each camera does now, as its worker last told. */
export class StatusBoard {
  readonly #clock: Clock;
  readonly #states = new Map<string, CameraState>();

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  set(cameraId: string, state: CameraState): void {
    this.#states.set(cameraId, state);
  }

  /** `starting` for a camera that no worker has told of yet. */
  of(cameraId: string): CameraStatus {
    const state = this.#states.get(cameraId);
    if (state) return { cameraId, ...state };
    const starting: CameraState = { state: 'starting', since: this.#clock.nowMs() };
    this.#states.set(cameraId, starting);
    return { cameraId, ...starting };
  }

  remove(cameraId: string): void {
    this.#states.delete(cameraId);
  }

  get recordingCount(): number {
    return [...this.#states.values()].filter(({ state }) => state === 'recording').length;
  }
}
