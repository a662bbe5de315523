import type { Archive, TimeRange } from '@nightjar/contract';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import type { Footage } from '../recording/index.ts';
import { type LocalDay, localDayNamed, localDayOf } from '../shared/local-days.ts';
import type { Jobs } from './jobs.ts';
import { type DayPart, partsOf } from './parts.ts';

interface DueParts {
  db: Kysely<Tables>;
  jobs: Jobs;
  index: {
    footage(cameraId: string, range: TimeRange): Promise<Footage>;
    isWriting(cameraId: string, before: number): boolean;
  };
  timeZone: string;
}

interface ArchivedCamera {
  id: string;
  archive: Archive | null;
}

const marginMs = 600_000;

/**
 * Makes the jobs of days that are over: of each camera those that ended since its `archive` was set, also while there
 * was no recorder. What is dealt with is kept, so that a job that was removed does not come again.
 *
 * @returns false when a day is over but its last segment is still being written: to be asked again soon.
 */
export async function makeDueJobs(parts: DueParts, cameras: readonly ArchivedCamera[], now: number): Promise<boolean> {
  const { db, timeZone } = parts;
  const today = localDayOf(now, timeZone);
  const { date: yesterday } = localDayOf(today.from - 1, timeZone);
  const rows = await db.selectFrom('archive_days').selectAll().execute();
  const dealtWith = new Map(rows.map(({ camera_id, date }) => [camera_id, date]));
  let complete = true;
  for (const { id, archive } of cameras) {
    const until = dealtWith.get(id);
    if (!archive) {
      if (until !== undefined) await db.deleteFrom('archive_days').where('camera_id', '=', id).execute();
    } else if (until === undefined || until > yesterday) {
      // The setting is new, or the clock was far ahead.
      await dealWith(db, id, yesterday);
    } else if (!(await makeJobsSince(parts, { id, archive, until }, today))) complete = false;
  }
  return complete;
}

async function makeJobsSince(
  parts: DueParts,
  camera: { id: string; archive: Archive; until: string },
  today: LocalDay,
): Promise<boolean> {
  const { timeZone, index } = parts;
  let from = localDayNamed(camera.until, timeZone)?.to ?? today.from;
  for (;;) {
    // From one recorded day to the next: were the clock years behind, there would be thousands of days between.
    const begin = await nextRecorded(parts.db, camera.id, from);
    const day = begin === null ? today : localDayOf(begin, timeZone);
    if (day.from >= today.from) return true;
    if (index.isWriting(camera.id, day.to)) return false;
    await makeJobsOf(parts, camera, day);
    from = day.to;
  }
}

/** When the first segment begins that begins at or after `from`; null when none does. */
async function nextRecorded(db: Kysely<Tables>, cameraId: string, from: number): Promise<number | null> {
  const row = await db
    .selectFrom('segments')
    .select('start_at')
    .where('camera_id', '=', cameraId)
    .where('start_at', '>=', from)
    .where('state', '<>', 'deleting')
    .orderBy('start_at')
    .limit(1)
    .executeTakeFirst();
  return row?.start_at ?? null;
}

async function dealWith(db: Kysely<Tables>, cameraId: string, date: string): Promise<void> {
  await db
    .insertInto('archive_days')
    .values({ camera_id: cameraId, date })
    .onConflict((conflict) => conflict.column('camera_id').doUpdateSet({ date }))
    .execute();
}

/** Of the parts in which something is recorded. */
async function makeJobsOf(
  { db, jobs, index, timeZone }: DueParts,
  { id: cameraId, archive }: { id: string; archive: Archive },
  day: LocalDay,
): Promise<void> {
  const range = { from: day.from - marginMs, to: day.to + marginMs } as TimeRange;
  const footage = await index.footage(cameraId, range);
  const { format, removeSegments } = archive;
  const recorded = recordedIn(footage, partsOf(day, archive.per, timeZone));
  await db.transaction().execute(async (trx) => {
    for (const part of recorded) {
      await jobs.create({ ...part, cameraId, date: day.date, format, removeSegments }, trx);
    }
    await dealWith(trx, cameraId, day.date);
  });
}

/** The parts in which a group of pictures begins. */
function recordedIn({ segments }: Footage, parts: readonly DayPart[]): DayPart[] {
  const recorded = new Set<DayPart | undefined>();
  for (const { startMs, keyframe } of segments.flatMap(({ chunks }) => chunks)) {
    if (keyframe) recorded.add(parts.find(({ from, to }) => startMs >= from && startMs < to));
  }
  return parts.filter((part) => recorded.has(part));
}
