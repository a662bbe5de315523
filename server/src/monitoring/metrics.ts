import type { Coverage, TimeRange } from '@nightjar/contract';
import { Counter, Gauge, Registry } from 'prom-client';
import type { Clock } from '../shared/clock.ts';
import { type Facts, type Metric, metricList } from './metric-list.ts';

interface MetricsParts {
  clock: Clock;
  coverage(range: TimeRange): Promise<Coverage>;
  /** @param coverage shares of 24 hours by camera. */
  facts(coverage: Map<string, number | null>): Promise<Facts>;
}

const dayMs = 86_400_000;
/** A day of all cameras takes tens of milliseconds to add up, and changes little in a minute. */
const coverageKeptMs = 60_000;

/** What a recorder tells Prometheus. */
export class Metrics {
  readonly #parts: MetricsParts;
  readonly #registry = new Registry();
  readonly #told: Array<{ metric: Metric; told: Gauge | Counter }>;
  #coverage: { shares: Map<string, number | null>; atMs: number } | null = null;

  constructor(parts: MetricsParts) {
    this.#parts = parts;
    this.#told = metricList.map((metric) => {
      const { name, help, labels, kind } = metric;
      const options = { name, help, labelNames: [...labels], registers: [this.#registry] };
      return { metric, told: kind === 'gauge' ? new Gauge(options) : new Counter(options) };
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** As of now, in the text format of Prometheus. */
  async text(): Promise<string> {
    const facts = await this.#parts.facts(await this.#coverageShares());
    this.#registry.resetMetrics();
    for (const { metric, told } of this.#told) {
      for (const { labels, value } of metric.samples(facts)) {
        if (typeof value === 'number') told.inc(labels, value);
        // Without labels it would be told as 0.
        else if (metric.labels.length === 0) told.remove();
      }
    }
    return this.#registry.metrics();
  }

  async #coverageShares(): Promise<Map<string, number | null>> {
    const { clock, coverage } = this.#parts;
    const nowMs = clock.monotonicMs();
    if (this.#coverage && nowMs - this.#coverage.atMs < coverageKeptMs) return this.#coverage.shares;
    const to = clock.nowMs();
    const { cameras } = await coverage({ from: to - dayMs, to } as TimeRange);
    const shares = new Map(cameras.map(({ cameraId, wantedShare }) => [cameraId, wantedShare]));
    this.#coverage = { shares, atMs: nowMs };
    return shares;
  }
}
