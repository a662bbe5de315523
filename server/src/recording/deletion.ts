import fs from 'node:fs/promises';
import path from 'node:path';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import type { Logger } from '../shared/logger.ts';
import { enterRemoved } from './removed.ts';
import { isMissing } from './repair.ts';
import type { Volumes } from './segment.ts';

interface DeletionParts {
  db: Kysely<Tables>;
  volumes: Volumes;
  log: Logger;
}

const batchRows = 500;

/** Plays the files of its folder; written once the day is over. */
export const dayPlaylistName = 'index.m3u8';

/** From now on nobody sees these segments; `finishDeletions` removes them, also after a restart. */
export async function markAllOf(db: Kysely<Tables>, cameraId: string): Promise<void> {
  await db.updateTable('segments').set({ state: 'deleting' }).where('camera_id', '=', cameraId).execute();
}

/**
 * Unlinks the files of segments marked for deletion, then removes their rows; a file that can't be unlinked keeps its
 * row for the next time. Resolves to the number of segments removed.
 */
export async function finishDeletions({ db, volumes, log }: DeletionParts): Promise<number> {
  let removed = 0;
  let lastId = -1;
  for (;;) {
    const rows = await db
      .selectFrom('segments')
      .select(['id', 'camera_id', 'volume_id', 'path', 'start_at', 'end_at'])
      .where('state', '=', 'deleting')
      .where('id', '>', lastId)
      .orderBy('id')
      .limit(batchRows)
      .execute();
    const last = rows.at(-1);
    if (!last) return removed;
    lastId = last.id;
    const gone: typeof rows = [];
    // What is on a disk that is not there goes when it is back.
    const present = rows.filter((row) => volumes.isPresent(row.volume_id));
    const fileOf = (row: { volume_id: string; path: string }) => path.join(volumes.rootOf(row.volume_id), row.path);
    for (const row of present) if (await unlink(fileOf(row), log)) gone.push(row);
    await removeRows(db, gone);
    removed += gone.length;
    await removeEmptyFolders(new Set(present.map((row) => path.dirname(fileOf(row)))), log);
  }
}

interface DeletedRow {
  id: number;
  camera_id: string;
  start_at: number;
  end_at: number;
}

/** The ledger has their ranges as `removed` from the moment at which they are gone. */
async function removeRows(db: Kysely<Tables>, rows: readonly DeletedRow[]): Promise<void> {
  if (rows.length === 0) return;
  await db.transaction().execute(async (trx) => {
    for (const [cameraId, ofCamera] of Map.groupBy(rows, (row) => row.camera_id)) {
      const ranges = ofCamera.map((row) => ({ from: row.start_at, to: row.end_at }));
      await enterRemoved(trx, cameraId, ranges);
    }
    const ids = rows.map((row) => row.id);
    await trx.deleteFrom('segments').where('id', 'in', ids).execute();
  });
}

/** Runs of which no segment is left. */
export async function removeEmptyRuns(db: Kysely<Tables>, cameraId: string): Promise<void> {
  await db
    .deleteFrom('runs')
    .where('camera_id', '=', cameraId)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('segments').select('segments.id').whereRef('segments.run_id', '=', 'runs.id'))),
    )
    .execute();
}

async function unlink(file: string, log: Logger): Promise<boolean> {
  try {
    await fs.unlink(file);
    return true;
  } catch (error) {
    if (isMissing(error)) return true;
    log.error({ err: error, file }, 'A recording cannot be deleted; check the permissions of the data directory');
    return false;
  }
}

/** A day's folder, then the camera's, when nothing is left in them but the playlist of the day. */
async function removeEmptyFolders(folders: Set<string>, log: Logger): Promise<void> {
  for (const folder of folders) {
    const [name, ...others] = await fs.readdir(folder).catch(() => []);
    if (name === dayPlaylistName && others.length === 0) await unlink(path.join(folder, name), log);
  }
  const parents = new Set([...folders].map((folder) => path.dirname(folder)));
  for (const folder of [...folders, ...parents]) {
    // ENOTEMPTY and ENOENT are the usual answers, and no folder is worth more than a try.
    await fs.rmdir(folder).catch(() => {});
  }
}
