import type { FromWorker } from '../media/protocol.ts';
import type { Clock } from '../shared/clock.ts';
import { LiveWindow } from './window.ts';

/** The newest seconds of all cameras. */
export class LiveHub {
  readonly #clock: Clock;
  readonly #windows = new Map<string, LiveWindow>();

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  onMessage(message: Extract<FromWorker, { type: 'run' | 'chunk' }>): void {
    if (message.type === 'run') this.#windowOf(message.run.cameraId).onRun(message.run);
    else this.#windows.get(message.cameraId)?.onChunk(message.runId, message.chunk);
  }

  /** The window stays while the camera is away, so that its last picture can be shown. Made on demand. */
  window(cameraId: string): LiveWindow {
    return this.#windowOf(cameraId);
  }

  remove(cameraId: string): void {
    this.#windows.delete(cameraId);
  }

  #windowOf(cameraId: string): LiveWindow {
    const existing = this.#windows.get(cameraId);
    if (existing) return existing;
    // Segments last a second at least, so numbers by the clock stay ahead of those of an earlier process.
    const window = new LiveWindow(Math.floor(this.#clock.nowMs() / 1000));
    this.#windows.set(cameraId, window);
    return window;
  }
}
