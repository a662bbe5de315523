import type { GapCause, Timeline, TimeRange, UnixMs } from '@nightjar/contract';
import type { Clock } from '../shared/clock.ts';

/** What is as old as this has its final place in the timeline: chunks are written, causes are known. */
const settledAfterMs = 60_000;

export interface CoverageCount {
  recordedMs: number;
  gapMs: Partial<Record<GapCause, number>>;
}

interface CoverageCountersParts {
  index: { timeline(cameraId: string, range: TimeRange): Promise<Timeline> };
  cameras: { list(): ReadonlyArray<{ id: string }> };
  clock: Clock;
}

/** Adds up the ledger as time goes by, since the recorder started; a minute behind. */
export class CoverageCounters {
  readonly #parts: CoverageCountersParts;
  readonly #counts = new Map<string, CoverageCount>();
  #countedUntil: number;

  constructor(parts: CoverageCountersParts) {
    this.#parts = parts;
    this.#countedUntil = parts.clock.nowMs();
  }

  of(cameraId: string): CoverageCount {
    return this.#counts.get(cameraId) ?? { recordedMs: 0, gapMs: {} };
  }

  /** Call every minute or so. */
  async count(): Promise<void> {
    const { index, cameras, clock } = this.#parts;
    const until = clock.nowMs() - settledAfterMs;
    const range = { from: this.#countedUntil, to: until } as TimeRange;
    if (until <= range.from) return;
    this.#countedUntil = until;
    for (const { id } of cameras.list()) this.#add(id, await index.timeline(id, range));
  }

  /** The system clock was set: what lies between is no time that passed. */
  restart(): void {
    this.#countedUntil = this.#parts.clock.nowMs() as UnixMs;
  }

  forget(cameraId: string): void {
    this.#counts.delete(cameraId);
  }

  #add(cameraId: string, { spans, gaps }: Timeline): void {
    const count = this.of(cameraId);
    this.#counts.set(cameraId, count);
    for (const { from, to } of spans) count.recordedMs += to - from;
    for (const { from, to, cause } of gaps) count.gapMs[cause] = (count.gapMs[cause] ?? 0) + to - from;
  }
}
