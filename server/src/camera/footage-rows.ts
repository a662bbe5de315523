import type { CameraId, UnixMs } from '@nightjar/contract';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/index.ts';
import { streamIdOf } from '../shared/stream-id.ts';
import type { Substream } from './substream.ts';

/**
 * Footage belongs to rows of the table `cameras`. A substream that is or was recorded has one of its own, under its
 * stream id, as long as there is footage of it.
 *
 * @returns since when it has been there; null when there is none. That of an earlier camera of this id begins anew.
 */
export async function enterSubstream(
  db: Kysely<Tables>,
  { id, substream, now }: { id: CameraId; substream: Substream | null; now: UnixMs },
): Promise<UnixMs | null> {
  const row = { id: streamIdOf(id, 'sub'), settings: '{}', created_at: now, deleted_at: null };
  const before = await db.selectFrom('cameras').selectAll().where('id', '=', row.id).executeTakeFirst();
  if (before?.deleted_at === null) return before.created_at as UnixMs;
  if (!before && !substream?.record) return null;
  await db
    .insertInto('cameras')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ created_at: now, deleted_at: null }))
    .execute();
  return now;
}

/** Removes the row of a substream that is not recorded any more, once nothing is left that was. Answers whether it did. */
export async function leaveSubstream(db: Kysely<Tables>, id: CameraId): Promise<boolean> {
  const streamId = streamIdOf(id, 'sub');
  const used = await db.selectFrom('segments').select('id').where('camera_id', '=', streamId).executeTakeFirst();
  if (used) return false;
  await db.transaction().execute((trx) => removeRows(trx, [streamId]));
  return true;
}

/**
 * Deleted cameras with neither segments nor archived files, and deleted cameras' substreams without segments.
 * @param only of this camera.
 */
export function removeDeletedWithoutFootage(db: Kysely<Tables>, only?: string): Promise<string[]> {
  return db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('cameras')
      .select('id')
      .where('deleted_at', 'is not', null)
      .$if(only !== undefined, (query) => query.where('id', 'in', [String(only), streamIdOf(String(only), 'sub')]))
      .where(
        sql<boolean>`NOT EXISTS (SELECT 1 FROM segments WHERE camera_id IN (cameras.id, cameras.id || ${streamIdOf('', 'sub')}))`,
      )
      .where(sql<boolean>`NOT EXISTS (SELECT 1 FROM archives WHERE camera_id = cameras.id AND files <> '[]')`)
      .execute();
    const ids = rows.map((row) => row.id);
    await removeRows(trx, ids);
    return ids;
  });
}

async function removeRows(db: Kysely<Tables>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.deleteFrom('marks').where('camera_id', 'in', ids).execute();
  await db.deleteFrom('archives').where('camera_id', 'in', ids).execute();
  await db.deleteFrom('gaps').where('camera_id', 'in', ids).execute();
  await db.deleteFrom('removed').where('camera_id', 'in', ids).execute();
  await db.deleteFrom('runs').where('camera_id', 'in', ids).execute();
  await db.deleteFrom('cameras').where('id', 'in', ids).execute();
}
