import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { WebRtcConfig } from '../../config/index.ts';
import type { Logger } from '../../shared/logger.ts';
import type { FromThread, ToThread } from './protocol.ts';

interface ThreadParts {
  ice: WebRtcConfig;
  log: Logger;
  onMessage(message: FromThread): void;
  /** It is gone, and all its sessions with it. */
  onLost(): void;
}

/** Starting it takes a quarter of a second, keeping it some 40 MB. */
const idleMs = 10 * 60_000;
/** For viewers to be told that it ends. */
const farewellMs = 1_000;

/** The thread as main sees it: there when it is needed, and some time after. */
export class SendingThread {
  readonly #parts: ThreadParts;
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | null = null;

  constructor(parts: ThreadParts) {
    this.#parts = parts;
  }

  /** Ready before it is needed, so that the first viewer need not wait for it. */
  prepare(): void {
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = null;
    this.#worker ??= this.#start();
  }

  /** @param transfer Memory that the message takes along. */
  send(message: ToThread, transfer: ArrayBuffer[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }

  /** Nobody watches; it ends some time later unless somebody does. */
  rest(): void {
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.close(), idleMs).unref();
  }

  async close(): Promise<void> {
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = null;
    const worker = this.#worker;
    this.#worker = null;
    if (!worker) return;
    const exited = once(worker, 'exit');
    worker.postMessage({ type: 'stop' } satisfies ToThread);
    await Promise.race([exited, sleep(farewellMs, undefined, { ref: false })]);
    await worker.terminate();
  }

  #start(): Worker {
    const { ice, log, onMessage, onLost } = this.#parts;
    const worker = new Worker(new URL('thread.ts', import.meta.url), { workerData: ice });
    worker.on('message', onMessage);
    worker.on('error', (error) => log.error({ err: error }, 'WebRTC thread failed'));
    worker.on('exit', () => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      onLost();
    });
    return worker;
  }
}
