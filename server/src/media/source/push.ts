import { setTimeout as sleep } from 'node:timers/promises';
import type { AppSrc, Pipeline } from '../gst/index.ts';

/** More is not read ahead; a segment of a playlist is pushed whole. */
const aheadBytes = 4 * 1024 * 1024;
const lookEveryMs = 20;

/** An appsrc named `src`, fed no faster than the pipeline takes it. */
export class Pusher {
  readonly #pipeline: Pipeline;
  readonly #source: AppSrc;
  readonly #signal: AbortSignal;

  constructor(pipeline: Pipeline, signal: AbortSignal) {
    this.#pipeline = pipeline;
    this.#source = pipeline.appSrc('src');
    this.#signal = signal;
  }

  /** For what is stamped as it arrives. */
  async untilPlaying(): Promise<void> {
    while (!this.#signal.aborted && !this.#pipeline.isPlaying) await sleep(lookEveryMs);
  }

  /** Resolves when more may come; false when no more is wanted. */
  async push(bytes: Uint8Array): Promise<boolean> {
    if (this.#signal.aborted || this.#source.push(bytes) !== 'ok') return false;
    while (!this.#signal.aborted && this.#pipeline.getNumber('src', 'current-level-bytes') > aheadBytes) {
      await sleep(lookEveryMs);
    }
    return !this.#signal.aborted;
  }

  end(): void {
    if (!this.#signal.aborted) this.#source.endOfStream();
  }
}
