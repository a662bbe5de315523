import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Coverage, CoverageDays, Timeline, TimeRange, UnixMs } from '@nightjar/contract';
import type { Clock } from '../shared/clock.ts';
import type { LocalDay } from '../shared/local-days.ts';
import { localDaysOf } from '../shared/local-days.ts';
import { addedUp, type CoverageSum, cameraCoverage, dayOf, joined, nothing, sumOf, totalsOf } from './coverage-sum.ts';

interface CoverageBookParts {
  index: { timeline(cameraId: string, range: TimeRange): Promise<Timeline> };
  cameras: {
    list(): ReadonlyArray<{ id: string; name: string }>;
    /** @throws {NvrError} `camera_not_found` */
    require(id: string): { id: string; name: string };
  };
  clock: Clock;
  timeZone: string;
}

/** What arrives late is in the index by then. */
const finishedAfterMs = 600_000;
/** A day that is over is counted anew after this time, though nothing was heard to have changed in it. */
const trustedMs = 86_400_000;

interface KnownDay {
  sum: CoverageSum;
  countedAtMs: number;
}

/** Adds up timelines. Days that are over are counted once and remembered. */
export class CoverageBook {
  readonly #parts: CoverageBookParts;
  /** By camera, then by the beginning of the day. */
  readonly #known = new Map<string, Map<number, KnownDay>>();

  constructor(parts: CoverageBookParts) {
    this.#parts = parts;
  }

  /** @throws {NvrError} `camera_not_found` */
  async of(range: TimeRange, cameraId?: string): Promise<Coverage> {
    const { cameras, timeZone } = this.#parts;
    const asked = cameraId === undefined ? cameras.list() : [cameras.require(cameraId)];
    const days = localDaysOf(range, timeZone);
    const sums: CoverageSum[] = [];
    for (const { id } of asked) {
      let sum = nothing;
      for (const day of days) sum = joined(sum, await this.#sumOf(id, day, range));
      sums.push(sum);
    }
    return {
      ...range,
      cameras: asked.map((camera, at) => cameraCoverage(camera, sums[at] ?? nothing)),
      total: totalsOf(addedUp(sums)),
    };
  }

  /** Every local day that the range touches, whole. */
  async days(range: TimeRange): Promise<CoverageDays> {
    const { cameras, timeZone } = this.#parts;
    const days = localDaysOf(range, timeZone);
    const counted: CoverageDays['cameras'] = [];
    for (const { id, name } of cameras.list()) {
      const ofCamera = [];
      for (const day of days) ofCamera.push(dayOf(await this.#sumOf(id, day, day)));
      counted.push({ cameraId: id, name, days: ofCamera });
    }
    return { days, cameras: counted };
  }

  /**
   * Counts the days of a range that are over, so that the first who asks need not wait.
   *
   * @param goOn asked before each; false ends it.
   */
  async prepare(range: TimeRange, goOn: () => boolean): Promise<void> {
    const { cameras, timeZone } = this.#parts;
    for (const day of localDaysOf(range, timeZone).toReversed()) {
      for (const { id } of cameras.list()) {
        if (!goOn()) return;
        await this.#sumOf(id, day, day);
      }
    }
  }

  /** What was recorded, or is missing, in this range has changed; all of a camera, or of all, when left out. */
  forget(cameraId?: string, range?: TimeRange): void {
    if (cameraId === undefined) {
      this.#known.clear();
      return;
    }
    const days = this.#known.get(cameraId);
    // A new map also keeps what is being counted right now from being remembered.
    this.#known.delete(cameraId);
    if (!days || !range) return;
    const others = [...days].filter(([from]) => from >= range.to || from + 25 * 3_600_000 <= range.from);
    this.#known.set(cameraId, new Map(others));
  }

  async #sumOf(cameraId: string, day: LocalDay, range: TimeRange): Promise<CoverageSum> {
    const part = { from: Math.max(day.from, range.from) as UnixMs, to: Math.min(day.to, range.to) as UnixMs };
    const isWhole = part.from === day.from && part.to === day.to;
    const { clock } = this.#parts;
    if (!isWhole || day.to + finishedAfterMs > clock.nowMs()) return this.#count(cameraId, part);
    const known = this.#daysOf(cameraId);
    const before = known.get(day.from);
    if (before && clock.monotonicMs() - before.countedAtMs < trustedMs) return before.sum;
    const sum = await this.#count(cameraId, day);
    known.set(day.from, { sum, countedAtMs: clock.monotonicMs() });
    return sum;
  }

  async #count(cameraId: string, range: TimeRange): Promise<CoverageSum> {
    const sum = sumOf(await this.#parts.index.timeline(cameraId, range), range);
    // A month of many cameras takes a second or two to count: nobody else waits meanwhile.
    await yieldToOthers();
    return sum;
  }

  #daysOf(cameraId: string): Map<number, KnownDay> {
    const known = this.#known.get(cameraId) ?? new Map<number, KnownDay>();
    this.#known.set(cameraId, known);
    return known;
  }
}
