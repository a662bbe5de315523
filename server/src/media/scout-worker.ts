import { MediaWorker } from './media-worker.ts';
import type { FromWorker, StreamSettings, TriedInVain } from './protocol.ts';

interface ScoutWorkerOptions {
  timeZone: string;
  mediaDirs: readonly string[];
  log: { debug(fields: object, message: string): void; warn(fields: object, message: string): void };
  /** States and log lines of its cameras. */
  onMessage(message: FromWorker): void;
  /** The camera is there: it is to be recorded, and then `release`d. */
  onAnswered(settings: StreamSettings): void;
}

/** A process that dies at once is not started at once. */
const respawnAfterMs = 2_000;
/** A camera that answered, but whose recorder has not told of it by then, need not wait for that. */
const releaseAfterMs = 20_000;

interface Scouted {
  settings: StreamSettings;
  after: TriedInVain | null;
}

/**
 * One worker that asks cameras until they answer. Cameras that are not there cost a place in a recording worker each,
 * and each six of them a process (measured: 45 MB and half a second of CPU at the start); here they cost next to nothing.
 */
export class ScoutWorker {
  readonly #options: ScoutWorkerOptions;
  readonly #cameras = new Map<string, Scouted>();
  /** Recorded by now, or about to be: their connection here stays open for a moment. */
  readonly #answered = new Map<string, NodeJS.Timeout>();
  readonly #stopping = new Map<string, () => void>();
  #worker: MediaWorker | null = null;
  #respawn: NodeJS.Timeout | null = null;

  constructor(options: ScoutWorkerOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#worker?.pid;
  }

  get size(): number {
    return this.#cameras.size;
  }

  has(cameraId: string): boolean {
    return this.#cameras.has(cameraId);
  }

  add(settings: StreamSettings, after: TriedInVain | null): void {
    this.release(settings.cameraId);
    this.#cameras.set(settings.cameraId, { settings, after });
    if (this.#worker) this.#worker.send({ type: 'scout', settings, after });
    else if (!this.#respawn) this.#spawn();
  }

  update(settings: StreamSettings): void {
    this.#cameras.set(settings.cameraId, { settings, after: null });
    this.#worker?.send({ type: 'update', settings });
  }

  /** Resolves when nothing more is told of it. */
  async remove(cameraId: string): Promise<void> {
    this.#cameras.delete(cameraId);
    const worker = this.#worker;
    if (!worker) return;
    const stopped = new Promise<void>((resolve) => this.#stopping.set(cameraId, resolve));
    worker.send({ type: 'stop', cameraId });
    await stopped;
    this.#endWhenIdle();
  }

  /** A camera that answered is in other hands. */
  release(cameraId: string): void {
    const timer = this.#answered.get(cameraId);
    if (!timer) return;
    clearTimeout(timer);
    this.#answered.delete(cameraId);
    this.#worker?.send({ type: 'stop', cameraId });
    this.#endWhenIdle();
  }

  async close(): Promise<void> {
    if (this.#respawn) clearTimeout(this.#respawn);
    for (const timer of this.#answered.values()) clearTimeout(timer);
    this.#cameras.clear();
    this.#answered.clear();
    const worker = this.#worker;
    this.#worker = null;
    await worker?.shutdown();
  }

  #endWhenIdle(): void {
    if (this.#cameras.size === 0 && this.#answered.size === 0 && this.#stopping.size === 0) void this.close();
  }

  #spawn(): void {
    this.#respawn = null;
    const { timeZone, mediaDirs, log } = this.#options;
    const worker = new MediaWorker({
      volumes: { volumes: [], ifNone: { code: 'disk_error', message: 'This worker does not record.' } },
      timeZone,
      encoder: null,
      mediaDirs,
      onMessage: (message) => this.#onMessage(message),
      onExit: (reason) => this.#onExit(worker, reason),
      onOutput: (line) => log.debug({}, line),
    });
    this.#worker = worker;
    for (const { settings, after } of this.#cameras.values()) worker.send({ type: 'scout', settings, after });
  }

  #onMessage(message: FromWorker): void {
    if (message.type === 'stopped') this.#stopped(message.cameraId);
    else if (message.type === 'answered') this.#onAnswered(message.cameraId);
    else if (!('cameraId' in message) || message.cameraId === null || this.has(message.cameraId)) {
      this.#options.onMessage(message);
    }
  }

  #onAnswered(cameraId: string): void {
    const scouted = this.#cameras.get(cameraId);
    if (!scouted) return;
    this.#cameras.delete(cameraId);
    this.#answered.set(
      cameraId,
      setTimeout(() => this.release(cameraId), releaseAfterMs),
    );
    this.#options.onAnswered(scouted.settings);
  }

  #stopped(cameraId: string): void {
    this.#stopping.get(cameraId)?.();
    this.#stopping.delete(cameraId);
  }

  #onExit(worker: MediaWorker, reason: string): void {
    // One that was told to end.
    if (this.#worker !== worker) return;
    this.#worker = null;
    for (const cameraId of [...this.#stopping.keys()]) this.#stopped(cameraId);
    for (const cameraId of [...this.#answered.keys()]) this.release(cameraId);
    this.#options.log.warn({ reason }, 'the worker that asks for absent cameras died; it is started again');
    this.#respawn = setTimeout(() => this.#spawn(), respawnAfterMs);
  }
}
