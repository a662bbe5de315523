import type { CameraState, CameraStatus, SubstreamState } from '@nightjar/contract';
import type { Clock } from '../shared/clock.ts';
import { readStreamId } from '../shared/stream-id.ts';

/** What each camera and its substream do now, as their workers last told. */
export class StatusBoard {
  readonly #clock: Clock;
  readonly #states = new Map<string, CameraState>();
  /** By camera; of those that have a substream. */
  readonly #substreams = new Map<string, SubstreamState>();

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  set(streamId: string, state: CameraState): void {
    const { cameraId, stream } = readStreamId(streamId);
    (stream === 'sub' ? this.#substreams : this.#states).set(cameraId, state);
  }

  /** The camera has a substream that is not connected, for nobody watches it. */
  setIdle(cameraId: string): void {
    this.#substreams.set(cameraId, { state: 'idle', since: this.#clock.nowMs() });
  }

  /** `starting` for a camera that no worker has told of yet. */
  of(cameraId: string): CameraStatus {
    let state = this.#states.get(cameraId);
    if (!state) {
      state = { state: 'starting', since: this.#clock.nowMs() };
      this.#states.set(cameraId, state);
    }
    return { cameraId, substream: this.#substreams.get(cameraId) ?? null, ...state };
  }

  remove(streamId: string): void {
    const { cameraId, stream } = readStreamId(streamId);
    this.#substreams.delete(cameraId);
    if (stream === 'main') this.#states.delete(cameraId);
  }

  /** Of cameras; substreams do not count. */
  get recordingCount(): number {
    return [...this.#states.values()].filter(({ state }) => state === 'recording').length;
  }
}
