import fs from 'node:fs/promises';
import path from 'node:path';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import { isMissing } from '../shared/is-missing.ts';
import type { Logger } from '../shared/logger.ts';
import { cutTail } from './repair.ts';
import { type ScannedSegment, scanFile } from './scanned-file.ts';
import { saveSegment } from './segment-rows.ts';

interface AdoptionParts {
  db: Kysely<Tables>;
  volume: { id: string; root: string };
  log: Logger;
  nextId(): number;
}

/**
 * A crash can take back the newest rows, and a file can be opened a moment before its row is written: footage that the
 * index doesn't know. Looks for such files in the newest days of each camera and enters what their own boxes say.
 * Files that are none of ours are reported and left alone. Nobody may be recording meanwhile.
 *
 * @param newestDays how many day folders per camera are looked at.
 * @returns how many segments were entered.
 */
export async function adoptUnknownFiles(parts: AdoptionParts, newestDays = 2): Promise<number> {
  const { db, volume } = parts;
  const cameraIds = (await db.selectFrom('cameras').select('id').execute()).map(({ id }) => id);
  let adopted = 0;
  for (const cameraId of cameraIds) {
    const folder = `recordings/${cameraId}`;
    const days = (await namesIn(path.join(volume.root, folder))).sort().slice(-newestDays);
    for (const day of days) adopted += await adoptDay(parts, cameraId, `${folder}/${day}`);
  }
  return adopted;
}

async function adoptDay(parts: AdoptionParts, cameraId: string, folder: string): Promise<number> {
  const { db, volume, log } = parts;
  const names = (await namesIn(path.join(volume.root, folder))).filter((name) => name.endsWith('.mp4')).sort();
  const known = new Set(await pathsUnder(db, volume.id, folder));
  let adopted = 0;
  for (const file of names.map((name) => `${folder}/${name}`)) {
    if (known.has(file)) continue;
    try {
      const why = await adoptFile(parts, file);
      if (why === null) adopted += 1;
      log.warn({ cameraId, path: file }, why ?? 'A recording that the index did not know was entered');
    } catch (error) {
      log.error({ cameraId, path: file, err: error }, 'A file that the index does not know cannot be entered');
    }
  }
  return adopted;
}

/** Answers null, or why the file is left alone. */
async function adoptFile({ db, volume, nextId }: AdoptionParts, file: string): Promise<string | null> {
  const scanned = await scanFile({ volume, path: file });
  if (scanned.outcome !== 'segment') return whyLeft[scanned.outcome];
  const { segment, run, scan } = scanned;
  if (await isKnown(db, segment)) return 'A copy of a recording that the index knows is left alone';
  await cutTail(path.join(volume.root, file), scan);
  await db.transaction().execute((trx) => saveSegment(trx, { ...segment, id: nextId() }, run));
  return null;
}

const whyLeft = {
  misplaced: 'A recording of another camera is left alone',
  empty: 'A recording without a frame that can be played is left alone',
  unknown: 'A file that is not a recording is left alone',
  missing: 'A file has gone while it was looked at',
} as const;

async function isKnown(db: Kysely<Tables>, { runId, sequence }: ScannedSegment): Promise<boolean> {
  const query = db.selectFrom('segments').select('id').where('run_id', '=', runId).where('sequence', '=', sequence);
  return (await query.executeTakeFirst()) !== undefined;
}

async function pathsUnder(db: Kysely<Tables>, volumeId: string, folder: string): Promise<string[]> {
  // "0" follows "/": all paths that begin with the folder, found through the index of the paths.
  const rows = await db
    .selectFrom('segments')
    .select('path')
    .where('volume_id', '=', volumeId)
    .where('path', '>', `${folder}/`)
    .where('path', '<', `${folder}0`)
    .execute();
  return rows.map((row) => row.path);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await fs.readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
