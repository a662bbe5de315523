import type { DailyReport, StorageForecast, Timeline, TimeRange } from '@nightjar/contract';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import type { Clock } from '../shared/clock.ts';
import type { LocalDay } from '../shared/local-days.ts';
import type { CoverageBook } from './coverage.ts';
import { unwantedHoles } from './coverage-sum.ts';
import type { EventLog } from './event-log.ts';
import { type MissingStretch, reportText } from './report-text.ts';

export interface ReportParts {
  db: Kysely<Tables>;
  clock: Clock;
  /** IANA name. */
  timeZone: string;
  coverage: Pick<CoverageBook, 'of'>;
  events: Pick<EventLog, 'list' | 'count'>;
  index: { timeline(cameraId: string, range: TimeRange): Promise<Timeline> };
  /** Of all volumes that take recordings; null when unknown. */
  freeBytes(): number | null;
  /** null while nothing is known. */
  forecast(): Promise<Pick<StorageForecast, 'fullInDays'> | null>;
}

/** More than a person reads; the report counts them all. */
const maxWorrying = 500;

/** The report of a local day, from what is known now. */
export async function makeReport(parts: ReportParts, day: LocalDay): Promise<DailyReport> {
  const { clock, timeZone, coverage, events, freeBytes, forecast } = parts;
  const range: TimeRange = { from: day.from, to: day.to };
  const [covered, counts, told, writtenBytes, ahead] = await Promise.all([
    coverage.of(range),
    events.count(range),
    events.list({ ...range, level: 'warning', limit: maxWorrying }),
    writtenIn(parts, range),
    forecast(),
  ]);
  const report = {
    date: day.date,
    ...range,
    complete: clock.nowMs() >= day.to,
    coverage: covered,
    events: { warnings: counts.warning, alerts: counts.alert },
    writtenBytes,
    freeBytes: freeBytes(),
    fullInDays: ahead?.fullInDays ?? null,
  };
  const worrying = told.filter(({ kind }) => kind !== 'daily_report').toReversed();
  const missing = await missingIn(parts, report.coverage.cameras, range);
  return { ...report, text: reportText({ ...report, timeZone, missing, worrying }) };
}

async function missingIn(
  { index }: ReportParts,
  cameras: DailyReport['coverage']['cameras'],
  range: TimeRange,
): Promise<MissingStretch[]> {
  const missing: MissingStretch[] = [];
  for (const { cameraId, wantedGapMs } of cameras) {
    if (wantedGapMs === 0) continue;
    const { gaps } = await index.timeline(cameraId, range);
    for (const hole of unwantedHoles(gaps)) missing.push({ cameraId, ...hole });
  }
  return missing;
}

/** Segments that begin in the range. Camera by camera, for that is how the index lies. */
async function writtenIn({ db }: ReportParts, { from, to }: TimeRange): Promise<number> {
  const cameras = await db.selectFrom('cameras').select('id').execute();
  let written = 0;
  for (const { id } of cameras) {
    const sum = await db
      .selectFrom('segments')
      .select((eb) => eb.fn.sum<number | null>('size_bytes').as('bytes'))
      .where('camera_id', '=', id)
      .where('start_at', '>=', from)
      .where('start_at', '<', to)
      .where('state', '<>', 'deleting')
      .executeTakeFirst();
    written += sum?.bytes ?? 0;
  }
  return written;
}
