import { stat } from 'node:fs/promises';
import path from 'node:path';
import { type Recording, type Span, type TimeRange, type UnixMs, wholeWeek } from '@nightjar/contract';
import { type RecordedCamera, RecordingIndex } from '../recording/index.ts';
import { complement, totalMs } from '../recording/spans.ts';
import { duration } from '../shared/amounts.ts';
import { systemClock } from '../shared/clock.ts';
import { createLogger } from '../shared/logger.ts';
import { mergeNear } from '../shared/ranges.ts';
import type { CheckContext } from './context.ts';
import type { Finding } from './finding.ts';

/** Looked at in pieces of this length, so that years of a camera fit into memory. */
const pieceMs = 31 * 86_400_000;
/** What happened later may still be on its way into the ledger. */
const lagMs = 60_000;
/** Less than this is the grain of timestamps. */
const shortMs = 1_000;

/** Rows of the ledger that cannot be: ends before beginnings, or two gaps of a camera that both go on. */
export async function judgeLedgerRows({ database: { db } }: CheckContext): Promise<Finding[]> {
  const backwards = await db.selectFrom('gaps').selectAll().whereRef('to_at', '<', 'from_at').execute();
  const openTwice = await db
    .selectFrom('gaps')
    .select(['camera_id', (eb) => eb.fn.countAll<number>().as('count')])
    .where('to_at', 'is', null)
    .groupBy('camera_id')
    .having((eb) => eb.fn.countAll(), '>', 1)
    .execute();
  return [
    ...backwards.map(
      (row): Finding => ({ kind: 'ledger_row', where: row.camera_id, what: `gap ${row.id} ends before it begins` }),
    ),
    ...openTwice.map(
      (row): Finding => ({ kind: 'ledger_row', where: row.camera_id, what: `${row.count} gaps go on at once` }),
    ),
  ];
}

/** For each camera: recorded time and gaps are the time since it was added, and what of the gaps nobody can explain. */
export async function judgeCoverage(context: CheckContext): Promise<Finding[]> {
  const { db } = context.database;
  const rows = await db.selectFrom('cameras').select(['id', 'created_at']).where('deleted_at', 'is', null).execute();
  // What is wanted does not matter to one who only reads.
  const recording: Recording = { mode: 'continuous', schedule: { week: wholeWeek(), exceptions: [] }, override: null };
  const cameras = rows.map((row): RecordedCamera => {
    return { id: row.id, createdAt: row.created_at as UnixMs, recording };
  });
  const index = indexOf(context, cameras);
  const until = (await knownUntil(context.dataDir)) - lagMs;
  const findings: Finding[] = [];
  for (const { id, createdAt } of cameras) {
    let unexplainedMs = 0;
    for (let from: number = createdAt; from < until; from += pieceMs) {
      const range = { from, to: Math.min(from + pieceMs, until) } as TimeRange;
      const { spans, gaps } = await index.timeline(id, range);
      if (!isPartition(range, [...spans, ...gaps])) {
        findings.push({ kind: 'not_accounted', where: id, what: `from ${day(range.from)} to ${day(range.to)}` });
      }
      const dropped = gaps.filter(({ cause, from, to }) => cause === 'dropped' && to - from >= shortMs);
      for (const gap of dropped) unexplainedMs += totalMs(await withoutRow(context, id, gap));
    }
    if (unexplainedMs > 0) findings.push({ kind: 'unexplained', where: id, what: duration(unexplainedMs / 1_000) });
  }
  return findings;
}

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The recorder's own index, over the database alone: what it says is what people see. */
function indexOf({ database, dataDir, timeZone, volumes }: CheckContext, cameras: RecordedCamera[]): RecordingIndex {
  const byId = new Map(volumes.map((volume) => [volume.id, volume]));
  const createdAt = new Map(cameras.map((camera) => [camera.id, camera]));
  return new RecordingIndex({
    ...{ db: database.db, clock: systemClock, dataDir, timeZone },
    log: createLogger({ level: 'silent' }),
    cameras: { list: () => cameras, get: (id) => createdAt.get(id), onChange: () => () => {} },
    volumes: {
      list: () => volumes,
      rootOf: (id) => byId.get(id)?.root ?? '',
      isPresent: (id) => byId.get(id)?.missing === null,
    },
  });
}

/** When the recorder was last alive: the time since is entered at its next start. Unix milliseconds. */
async function knownUntil(dataDir: string): Promise<number> {
  const alive = await stat(path.join(dataDir, 'alive')).catch(() => null);
  return Math.min(Date.now(), alive?.mtimeMs ?? Number.POSITIVE_INFINITY);
}

/** What of a gap no row of the ledger covers. */
async function withoutRow({ database: { db } }: CheckContext, cameraId: string, gap: Span): Promise<Span[]> {
  const rows = await db
    .selectFrom('gaps')
    .select(['from_at', 'to_at'])
    .where('camera_id', '=', cameraId)
    .where('from_at', '<', gap.to)
    .where((eb) => eb.or([eb('to_at', 'is', null), eb('to_at', '>', gap.from)]))
    .execute();
  const covered = mergeNear(rows.map((row) => ({ from: row.from_at, to: row.to_at ?? gap.to })));
  return complement(covered, gap).filter(({ from, to }) => to - from >= shortMs);
}

/** Whether the parts, in any order, cover the range exactly once. */
export function isPartition(range: Span, parts: readonly Span[]): boolean {
  let at = range.from;
  for (const { from, to } of parts.toSorted((a, b) => a.from - b.from)) {
    if (from !== at || to <= from) return false;
    at = to;
  }
  return at === range.to;
}
