import { countedSeries, type HistoryStore, type Series } from './history.ts';

const minuteMs = 60_000;

interface Sum {
  subject: string;
  series: Series;
  sum: number;
  count: number;
}

/** Collects what is measured in the course of a minute, and hands its means, or numbers, to the history. */
export class Minute {
  readonly #history: Pick<HistoryStore, 'record'>;
  readonly #sums = new Map<string, Sum>();
  #startedAt = 0;

  constructor(history: Pick<HistoryStore, 'record'>) {
    this.#history = history;
  }

  /** A value of now; for a counted series, how many there were since the last time. */
  add(subject: string, series: Series, value: number): void {
    const key = `${subject} ${series}`;
    const entry = this.#sums.get(key) ?? { subject, series, sum: 0, count: 0 };
    this.#sums.set(key, entry);
    entry.sum += value;
    entry.count += 1;
  }

  /** Call every second or so. True when a minute has ended, and its values are in the history. */
  check(nowMs: number): boolean {
    const minuteAt = nowMs - (nowMs % minuteMs);
    if (minuteAt === this.#startedAt) return false;
    const ended = this.#startedAt;
    this.#startedAt = minuteAt;
    if (ended === 0) return false;
    this.#close(ended);
    return true;
  }

  /** The minute is not over, but the recorder stops. */
  end(): void {
    if (this.#startedAt > 0) this.#close(this.#startedAt);
  }

  #close(minuteAt: number): void {
    for (const { subject, series, sum, count } of this.#sums.values()) {
      this.#history.record(subject, series, minuteAt, countedSeries.has(series) ? sum : sum / count);
    }
    this.#sums.clear();
  }
}
