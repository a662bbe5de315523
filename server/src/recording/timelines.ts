import { setImmediate as othersFirst } from 'node:timers/promises';
import type { Day, Span, Timeline, TimeRange } from '@nightjar/contract';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import { coarsened } from './coarse.ts';
import { coverageOfDays, daysOfMonth } from './days.ts';
import type { GapLedger } from './ledger.ts';
import { removedIn } from './removed.ts';
import type { SegmentIndex } from './segment-index.ts';
import { widened } from './spans.ts';
import { aroundMs, timelineOf } from './timeline.ts';

interface TimelineParts {
  db: Kysely<Tables>;
  segments: Pick<SegmentIndex, 'extents'>;
  ledger: Pick<GapLedger, 'rows'>;
  /** IANA name, of days. */
  timeZone: string;
  /** From when on and until when it is known what became of the time; null for a camera that is not there any more. */
  known(cameraId: string): Span | null;
}

/** What is recorded and what is not, told from segments, ledger and what was cleaned away. */
export class Timelines {
  readonly #parts: TimelineParts;

  constructor(parts: TimelineParts) {
    this.#parts = parts;
  }

  /** As far as it shows at a resolution; see `coarsened`. */
  async of(cameraId: string, range: TimeRange, resolutionMs = 0): Promise<Timeline> {
    const { db, segments, ledger } = this.#parts;
    // Whether a span goes on over the range's ends shows only beyond them.
    const wider = widened(range, aroundMs);
    const known = this.#parts.known(cameraId) ?? { from: range.to, to: range.to };
    const [extents, rows, removed] = await Promise.all([
      segments.extents(cameraId, wider, { resolutionMs, within: range }),
      ledger.rows(cameraId, wider),
      removedIn(db, cameraId, wider),
    ]);
    return coarsened(timelineOf(range, { segments: extents, ledger: rows, removed, known }), resolutionMs);
  }

  /** In the order of `cameraIds`. What is recorded meanwhile waits for one camera at most. */
  async ofMany(cameraIds: readonly string[], range: TimeRange, resolutionMs: number): Promise<Timeline[]> {
    const timelines: Timeline[] = [];
    for (const cameraId of cameraIds) {
      timelines.push(await this.of(cameraId, range, resolutionMs));
      await othersFirst();
    }
    return timelines;
  }

  /** @param month `YYYY-MM` */
  async days(cameraId: string, month: string): Promise<Day[]> {
    const days = daysOfMonth(month, this.#parts.timeZone);
    const range = { from: days[0]?.from, to: days.at(-1)?.to } as TimeRange;
    return coverageOfDays(days, await this.of(cameraId, range));
  }
}
