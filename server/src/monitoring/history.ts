import { setImmediate as yieldToOthers } from 'node:timers/promises';
import {
  type CameraSeries,
  cameraSeries,
  type History,
  type RecorderSeries,
  recorderSeries,
  type TimeRange,
  type UnixMs,
} from '@nightjar/contract';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import { WriteQueue } from '../recording/write-queue.ts';
import type { Clock } from '../shared/clock.ts';
import type { Logger } from '../shared/logger.ts';

export type Series = CameraSeries | RecorderSeries;

/** The recorder's own series are under this subject. */
export const recorderSubject = '';

/** Of these the number in a minute is kept, of all others the mean. */
export const countedSeries: ReadonlySet<Series> = new Set<Series>(['packetsLost', 'packetsLate', 'reconnects']);

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const keptMs = 14 * 24 * hourMs;
const samplesPerHour = 60;

interface Hour {
  subject: string;
  series: Series;
  hourAt: number;
  /** One a minute; NaN: not measured, or not by this process. */
  samples: Float32Array;
}

interface HistoryStoreParts {
  db: Kysely<Tables>;
  clock: Clock;
  log: Logger;
  /** What a crash may take back. */
  intervalMs?: number;
}

/** Measured values, one a minute for each series: hours as rows of SQLite, the newest in memory first. */
export class HistoryStore {
  readonly #parts: HistoryStoreParts;
  readonly #queue: WriteQueue;
  readonly #hours = new Map<string, Hour>();

  constructor(parts: HistoryStoreParts) {
    const { db, log, intervalMs = 300_000 } = parts;
    this.#parts = parts;
    this.#queue = new WriteQueue({ db, log, intervalMs });
  }

  /** Replaces what the minute of `at` had before. */
  record(subject: string, series: Series, at: number, value: number): void {
    const hourAt = at - (at % hourMs);
    const key = `${subject} ${series} ${hourAt}`;
    const hour = this.#hours.get(key) ?? {
      ...{ subject, series, hourAt },
      samples: new Float32Array(samplesPerHour).fill(Number.NaN),
    };
    this.#hours.set(key, hour);
    hour.samples[Math.floor((at - hourAt) / minuteMs)] = value;
    this.#queue.put(
      key,
      (db) => saveHour(db, hour),
      () => this.#hours.delete(key),
    );
  }

  /**
   * @param points about how many steps are wanted; they get longer than asked for, not more.
   * @param cameraId one camera only; else all of `cameraIds`, in this order.
   */
  async read({ from, to }: TimeRange, points: number, cameraIds: readonly string[]): Promise<History> {
    const stepMs = Math.max(1, Math.ceil((to - from) / points / minuteMs)) * minuteMs;
    const start = Math.floor(from / stepMs) * stepMs;
    const count = Math.ceil((to - start) / stepMs);
    const steps: Steps = { start, stepMs, count };
    const recorder = await this.#readSubject(recorderSubject, recorderSeries, steps);
    const cameras: History['cameras'] = [];
    for (const cameraId of cameraIds) {
      cameras.push({ cameraId, series: await this.#readSubject(cameraId, cameraSeries, steps) });
      await yieldToOthers();
    }
    return { from: start as UnixMs, to: (start + count * stepMs) as UnixMs, stepMs, recorder, cameras };
  }

  /** Takes out what is older than 14 days. */
  async prune(): Promise<void> {
    const { db, clock } = this.#parts;
    await db
      .deleteFrom('history')
      .where('hour_at', '<', clock.nowMs() - keptMs)
      .execute();
  }

  /** Saves all. */
  async close(): Promise<void> {
    await this.#queue.close();
  }

  async #readSubject<S extends Series>(subject: string, all: readonly S[], steps: Steps) {
    // Before the rows are read: what is saved meanwhile is in both, which does no harm.
    const newest = [...this.#hours.values()].filter((hour) => hour.subject === subject);
    const rows = await this.#parts.db
      .selectFrom('history')
      .select(['series', 'hour_at', 'samples'])
      .where('subject', '=', subject)
      .where('hour_at', '>', steps.start - hourMs)
      .where('hour_at', '<', steps.start + steps.count * steps.stepMs)
      .execute();
    const bySeries = Map.groupBy(rows, (row) => row.series);
    return Object.fromEntries(
      all.map((series) => {
        const hours = new Map((bySeries.get(series) ?? []).map((row) => [row.hour_at, fromBlob(row.samples)]));
        for (const hour of newest) {
          if (hour.series === series) hours.set(hour.hourAt, merged(hours.get(hour.hourAt), hour.samples));
        }
        const sums = new StepSums(steps);
        for (const [hourAt, samples] of hours) sums.addHour(hourAt, samples);
        return [series, sums.points(countedSeries.has(series))];
      }),
    ) as Record<S, (number | null)[]>;
  }
}

/** Equal steps from `start` on, Unix milliseconds. */
interface Steps {
  start: number;
  stepMs: number;
  count: number;
}

class StepSums {
  readonly #steps: Steps;
  readonly #sums: Float64Array;
  readonly #counts: Uint32Array;

  constructor(steps: Steps) {
    this.#steps = steps;
    this.#sums = new Float64Array(steps.count);
    this.#counts = new Uint32Array(steps.count);
  }

  addHour(hourAt: number, samples: Float32Array): void {
    const { start, stepMs, count } = this.#steps;
    for (let minute = 0; minute < samples.length; minute += 1) {
      const value = samples[minute] ?? Number.NaN;
      const step = Math.floor((hourAt + minute * minuteMs - start) / stepMs);
      if (Number.isNaN(value) || step < 0 || step >= count) continue;
      this.#sums[step] = (this.#sums[step] ?? 0) + value;
      this.#counts[step] = (this.#counts[step] ?? 0) + 1;
    }
  }

  points(counted: boolean): (number | null)[] {
    return Array.from(this.#sums, (sum, step) => {
      const count = this.#counts[step] ?? 0;
      return count === 0 ? null : Math.round((counted ? sum : sum / count) * 1_000) / 1_000;
    });
  }
}

/** What was measured later holds; minutes that were measured before only stay. */
function merged(before: Float32Array | undefined, after: Float32Array): Float32Array {
  return after.map((value, minute) => (Number.isNaN(value) ? (before?.[minute] ?? Number.NaN) : value));
}

/** Keeps what another process has measured, or this one in the same hour before the clock was set. */
async function saveHour(db: Kysely<Tables>, { subject, series, hourAt, samples }: Hour): Promise<void> {
  const row = await db
    .selectFrom('history')
    .select('samples')
    .where('subject', '=', subject)
    .where('series', '=', series)
    .where('hour_at', '=', hourAt)
    .executeTakeFirst();
  const blob = new Uint8Array(merged(row && fromBlob(row.samples), samples).buffer);
  await db
    .insertInto('history')
    .values({ subject, series, hour_at: hourAt, samples: blob })
    .onConflict((conflict) => conflict.columns(['subject', 'series', 'hour_at']).doUpdateSet({ samples: blob }))
    .execute();
}

/** Little-endian float32, as all machines are that we run on. A copy: SQLite's bytes may lie at any offset. */
const fromBlob = (blob: Uint8Array): Float32Array => new Float32Array(Uint8Array.from(blob).buffer);
