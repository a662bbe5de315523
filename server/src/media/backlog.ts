import type { FromWorker } from './protocol.ts';

/** Some 10 s of six cameras. */
const maxBytes = 48 * 1024 * 1024;

/**
 * Keeps a main process that is stuck from filling a worker's memory with frames for live viewers: beyond a limit they are left
 * out. What was kept before somebody watched is no part of it, for a wall asks for that of all cameras at once.
 */
export class FrameBacklog {
  #bytes = 0;

  /** @returns what to call when the message has left; null when it is to be left out. */
  admit(message: FromWorker): (() => void) | null {
    if (message.type !== 'frames') return () => {};
    if (this.#bytes > maxBytes) return null;
    const bytes = message.frames.reduce((sum, { data }) => sum + data.length, 0);
    this.#bytes += bytes;
    return () => {
      this.#bytes -= bytes;
    };
  }
}
