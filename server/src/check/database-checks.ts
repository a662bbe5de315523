import { isDamaged } from '../database/index.ts';
import type { CheckContext } from './context.ts';
import type { Finding } from './finding.ts';

/** SQLite stops looking for damage after so much of it. */
const maxMessages = 20;

/** SQLite's own opinion of its file; [] when it is well. @param full compares indexes with their tables, too. */
export function judgeDatabase({ database: { sqlite } }: Pick<CheckContext, 'database'>, full: boolean): Finding[] {
  const found = (what: string): Finding => ({ kind: 'database_damaged', where: 'nightjar.sqlite', what });
  try {
    const rows = sqlite.prepare(`PRAGMA ${full ? 'integrity' : 'quick'}_check(${maxMessages})`).all();
    const messages = rows.map((row) => String(Object.values(row)[0]));
    return messages.filter((message) => message !== 'ok').map(found);
  } catch (error) {
    if (isDamaged(error)) return [found((error as Error).message)];
    throw error;
  }
}

/** Rows that refer to others which are not there; a run or a camera, mostly. */
export async function judgeReferences({ database: { sqlite } }: CheckContext): Promise<Finding[]> {
  const rows = sqlite.prepare('PRAGMA foreign_key_check').all();
  return rows.map(({ table, rowid, parent }) => ({
    kind: 'broken_reference',
    where: `${table}${rowid === null ? '' : ` ${rowid}`}`,
    what: `of the table "${parent}"`,
  }));
}

/** What cameras are said to have on volumes, against what they have. */
export async function judgeSums({ database: { sqlite } }: CheckContext): Promise<Finding[]> {
  // One statement, so that nothing is recorded between two looks.
  const rows = sqlite
    .prepare(`
      WITH counted AS (
        SELECT camera_id, volume_id, count(*) AS segments, sum(size_bytes) AS size_bytes,
          coalesce(sum(size_bytes) FILTER (WHERE state = 'deleting'), 0) AS deleting_bytes
        FROM segments GROUP BY camera_id, volume_id
      ), different AS (
        SELECT camera_id, volume_id FROM (SELECT * FROM counted EXCEPT SELECT * FROM footage_totals)
        UNION SELECT camera_id, volume_id FROM (SELECT * FROM footage_totals EXCEPT SELECT * FROM counted)
      )
      SELECT camera_id, coalesce(volumes.name, volume_id) AS volume, totals.segments, totals.size_bytes,
        counted.segments AS counted_segments, counted.size_bytes AS counted_bytes
      FROM different LEFT JOIN volumes ON volumes.id = volume_id
        LEFT JOIN footage_totals AS totals USING (camera_id, volume_id) LEFT JOIN counted USING (camera_id, volume_id)`)
    .all();
  return rows.map((row) => ({
    kind: 'sums_wrong',
    where: `${row.camera_id} on volume "${row.volume}"`,
    what: `${row.segments ?? 0} segments of ${row.size_bytes ?? 0} bytes instead of ${row.counted_segments ?? 0} of ${row.counted_bytes ?? 0}`,
  }));
}

/** What cameras are said to have of an hour, against what they have. More may be said to be missing than is. */
export async function judgeHours({ database: { sqlite } }: CheckContext): Promise<Finding[]> {
  const rows = sqlite
    .prepare(`
      WITH counted AS (
        SELECT camera_id, hour, min(start_at) AS first_at, max(end_at) AS last_at, max(start_at - before) AS missing_ms,
          count(holes) AS holed
        FROM (
          SELECT camera_id, start_at / 3600000 AS hour, start_at, end_at, holes,
            coalesce(max(end_at) OVER (PARTITION BY camera_id, start_at / 3600000 ORDER BY start_at
              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), start_at) AS before
          FROM segments WHERE state <> 'deleting' AND end_at > start_at
        )
        GROUP BY camera_id, hour
      )
      SELECT camera_id, hour FROM counted FULL JOIN footage_hours AS said USING (camera_id, hour)
      WHERE counted.first_at IS NOT said.first_at OR counted.last_at IS NOT said.last_at
        OR counted.holed IS NOT said.holed OR counted.missing_ms > said.missing_ms
      ORDER BY camera_id, hour`)
    .all();
  return rows.map(({ camera_id, hour }) => ({
    kind: 'sums_wrong',
    where: `${camera_id} in the hour from ${new Date(Number(hour) * 3_600_000).toISOString()}`,
    what: 'timelines take it for something else',
  }));
}

/** Segments of another camera than their run, and runs without any. */
export async function judgeRuns({ database: { db } }: CheckContext): Promise<Finding[]> {
  const strangers = await db
    .selectFrom('segments')
    .innerJoin('runs', 'runs.id', 'segments.run_id')
    .select(['segments.path', 'runs.camera_id'])
    .whereRef('runs.camera_id', '<>', 'segments.camera_id')
    .execute();
  const empty = await db
    .selectFrom('runs')
    .select(['id', 'camera_id'])
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('segments').select('segments.id').whereRef('segments.run_id', '=', 'runs.id'))),
    )
    .execute();
  return [
    ...strangers.map(({ path, camera_id }): Finding => {
      return { kind: 'row_contradiction', where: path, what: `its run is of the camera "${camera_id}"` };
    }),
    ...empty.map(
      ({ id, camera_id }): Finding => ({ kind: 'run_without_segments', where: `${camera_id}, run ${id}`, what: '' }),
    ),
  ];
}
