import os from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type RecorderSeries, recorderSeries } from '@nightjar/contract';
import type { Clock } from '../shared/clock.ts';
import { recorderSubject } from './history.ts';
import type { Minute } from './minute.ts';
import { type Load, ProcessLoad } from './process-load.ts';

/** A timer that wakes ten times a second costs a tenth of a percent of a core. */
const loopResolutionMs = 100;

interface RecorderLoadParts {
  clock: Clock;
  minute: Pick<Minute, 'add'>;
  /** Process ids of the media workers. */
  workers(): number[];
  /** Rows that wait to be written to the index. */
  indexQueue(): number;
  writeBacklogBytes(): number;
  /** Of all volumes that take recordings; null when unknown. */
  freeBytes(): number | null;
}

export interface LoadNow extends Load {
  cores: number;
  totalMemoryBytes: number;
  workers: number;
  diskWriteBytesPerSecond: number | null;
  diskFreeBytes: number | null;
  writeBacklogBytes: number;
  indexQueue: number;
  eventLoopDelayMs: number;
}

/** What the recorder itself uses, and how far it lags. */
export class RecorderLoad {
  readonly #parts: RecorderLoadParts;
  readonly #processes: ProcessLoad;
  readonly #loop = monitorEventLoopDelay({ resolution: loopResolutionMs });
  #load: Load = { cpuSeconds: 0, cpuShare: null, memoryBytes: 0 };
  #eventLoopDelayMs = 0;
  #writtenBytes = 0;
  #countedBytes = 0;
  #sampledAtMs: number | null = null;
  #bytesPerSecond: number | null = null;

  constructor(parts: RecorderLoadParts) {
    this.#parts = parts;
    this.#processes = new ProcessLoad(() => [process.pid, ...parts.workers()]);
  }

  start(): void {
    this.#loop.enable();
  }

  stop(): void {
    this.#loop.disable();
  }

  /** Footage was written. */
  onWritten(bytes: number): void {
    this.#writtenBytes += bytes;
  }

  /** Footage written since the start. */
  get writtenBytes(): number {
    return this.#writtenBytes;
  }

  /** Call every 10 s or so. */
  async sample(): Promise<void> {
    const nowMs = this.#parts.clock.monotonicMs();
    this.#load = await this.#processes.sample(nowMs);
    this.#eventLoopDelayMs = Math.max(0, this.#loop.percentile(99) / 1e6 - loopResolutionMs);
    this.#loop.reset();
    if (this.#sampledAtMs !== null && nowMs > this.#sampledAtMs) {
      const bytes = this.#writtenBytes - this.#countedBytes;
      this.#bytesPerSecond = Math.round((bytes * 1_000) / (nowMs - this.#sampledAtMs));
    }
    this.#countedBytes = this.#writtenBytes;
    this.#sampledAtMs = nowMs;
    const measured: Record<RecorderSeries, number | null> = this.now();
    for (const series of recorderSeries) {
      const value = measured[series];
      if (value !== null) this.#parts.minute.add(recorderSubject, series, value);
    }
  }

  now(): LoadNow {
    const { workers, indexQueue, writeBacklogBytes, freeBytes } = this.#parts;
    return {
      ...this.#load,
      cores: os.availableParallelism(),
      totalMemoryBytes: os.totalmem(),
      workers: workers().length,
      diskWriteBytesPerSecond: this.#bytesPerSecond,
      diskFreeBytes: freeBytes(),
      writeBacklogBytes: writeBacklogBytes(),
      indexQueue: indexQueue(),
      eventLoopDelayMs: Math.round(this.#eventLoopDelayMs * 10) / 10,
    };
  }
}
