import type { Span } from '@nightjar/contract';
import { type Kysely, sql } from 'kysely';
import { type Tables, unfinished } from '../database/index.ts';
import { mergeNear } from '../shared/ranges.ts';

/** Removed ranges this near are one: what lies between is jitter of the camera's timestamps. */
const nearMs = 200;

/**
 * Enters that footage of `ranges` was cleaned away. To be called in the transaction that deletes the segments' rows, so
 * that at no moment these ranges look lost. Neighbours become one row, so that rows do not grow with every minute.
 *
 * @param ranges of the deleted segments, in any order.
 */
export async function enterRemoved(trx: Kysely<Tables>, cameraId: string, ranges: readonly Span[]): Promise<void> {
  for (const range of mergeNear(ranges, nearMs)) await enterOne(trx, cameraId, range);
}

async function enterOne(trx: Kysely<Tables>, cameraId: string, range: Span): Promise<void> {
  const wider = { from: range.from - nearMs, to: range.to + nearMs + 1 };
  const neighbours = await rowsOf(trx, cameraId, wider);
  const from = Math.min(range.from, ...neighbours.map((row) => row.from));
  const to = Math.max(range.to, ...neighbours.map((row) => row.to));
  const replaced = neighbours.map((row) => row.from).filter((at) => at !== from);
  if (replaced.length > 0) {
    await trx.deleteFrom('removed').where('camera_id', '=', cameraId).where('from_at', 'in', replaced).execute();
  }
  await trx
    .insertInto('removed')
    .values({ camera_id: cameraId, from_at: from, to_at: to })
    .onConflict((conflict) => conflict.columns(['camera_id', 'from_at']).doUpdateSet({ to_at: to }))
    .execute();
}

/**
 * What of a camera's footage was cleaned away in and around `range`, oldest first, without overlaps. Footage that is
 * just being deleted counts: nobody gets to see it any more.
 */
export async function removedIn(db: Kysely<Tables>, cameraId: string, range: Span): Promise<Span[]> {
  const deleting = await db
    .selectFrom('segments')
    .select(['start_at as from', 'end_at as to'])
    .where('state', '=', 'deleting')
    .where(unfinished)
    // "+": not by the index of all that the camera has (sqlite.org/optoverview.html, section 2.2).
    .where(sql<string>`+camera_id`, '=', cameraId)
    .where('start_at', '<', range.to)
    .where('end_at', '>', range.from)
    .execute();
  return mergeNear([...(await rowsOf(db, cameraId, range)), ...deleting], nearMs);
}

/** The camera is gone with all its footage. */
export async function forgetRemoved(db: Kysely<Tables>, cameraId: string): Promise<void> {
  await db.deleteFrom('removed').where('camera_id', '=', cameraId).execute();
}

async function rowsOf(db: Kysely<Tables>, cameraId: string, range: Span): Promise<Span[]> {
  // Rows do not overlap: of those that begin before the range, only the last can reach into it.
  const before = await db
    .selectFrom('removed')
    .select((eb) => eb.fn.max<number | null>('from_at').as('from_at'))
    .where('camera_id', '=', cameraId)
    .where('from_at', '<=', range.from)
    .executeTakeFirst();
  return db
    .selectFrom('removed')
    .select(['from_at as from', 'to_at as to'])
    .where('camera_id', '=', cameraId)
    .where('from_at', '>=', before?.from_at ?? range.from)
    .where('from_at', '<', range.to)
    .where('to_at', '>', range.from)
    .orderBy('from_at')
    .execute();
}
