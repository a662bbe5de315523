import type { FromWorker } from '../media/protocol.ts';
import type { Clock } from '../shared/clock.ts';
import { LiveWindow } from './window.ts';

interface LiveHubParts {
  clock: Clock;
  /** Tells the camera's worker whether its chunks are wanted. */
  watch(cameraId: string, watched: boolean): void;
}

/** Without a request for this long nobody watches any more; players ask every few seconds. */
const idleMs = 60_000;
const checkEveryMs = 10_000;

/** The newest seconds of the cameras that are being watched. */
export class LiveHub {
  readonly #parts: LiveHubParts;
  readonly #windows = new Map<string, { window: LiveWindow; usedAtMs: number }>();
  readonly #timer: NodeJS.Timeout;

  constructor(parts: LiveHubParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.#dropIdle(), checkEveryMs).unref();
  }

  onMessage(message: Extract<FromWorker, { type: 'live-run' | 'chunk' | 'live-replayed' }>): void {
    const window = this.#windows.get(message.type === 'live-run' ? message.run.cameraId : message.cameraId)?.window;
    if (!window) return;
    if (message.type === 'live-run') window.onRun(message.run);
    else if (message.type === 'chunk') window.onChunk(message.runId, message.chunk);
    else window.onReplayed();
  }

  /** For whoever watches: asks the worker for the camera's media if nobody did, and keeps it coming for a minute. */
  window(cameraId: string): LiveWindow {
    const { clock, watch } = this.#parts;
    const usedAtMs = clock.monotonicMs();
    const existing = this.#windows.get(cameraId);
    if (existing) {
      existing.usedAtMs = usedAtMs;
      return existing.window;
    }
    // Segments last a second at least, so numbers by the clock stay ahead of those of an earlier window.
    const window = new LiveWindow(Math.floor(clock.nowMs() / 1000));
    this.#windows.set(cameraId, { window, usedAtMs });
    watch(cameraId, true);
    return window;
  }

  remove(cameraId: string): void {
    if (this.#windows.delete(cameraId)) this.#parts.watch(cameraId, false);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #dropIdle(): void {
    const nowMs = this.#parts.clock.monotonicMs();
    for (const [cameraId, { usedAtMs }] of this.#windows) if (nowMs - usedAtMs > idleMs) this.remove(cameraId);
  }
}
