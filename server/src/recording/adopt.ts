import fs from 'node:fs/promises';
import path from 'node:path';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import type { SegmentInfo } from '../media/chunk.ts';
import { SegmentFormatError, type SegmentScan, scanSegment } from '../media/fmp4/index.ts';
import type { Logger } from '../shared/logger.ts';
import { isMissing } from './repair.ts';
import { endOf, type Run, rounded, type SegmentWithChunks } from './segment.ts';
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
      const why = await adoptFile(parts, cameraId, file);
      if (why === null) adopted += 1;
      log.warn({ cameraId, path: file }, why ?? 'A recording that the index did not know was entered');
    } catch (error) {
      log.error({ cameraId, path: file, err: error }, 'A file that the index does not know cannot be entered');
    }
  }
  return adopted;
}

/** Answers null, or why the file is left alone. */
async function adoptFile(
  { db, volume, nextId }: AdoptionParts,
  cameraId: string,
  file: string,
): Promise<string | null> {
  const scan = await scanned(path.join(volume.root, file));
  const last = scan?.chunks.at(-1);
  if (!scan?.info || !last) return 'A file that is not a recording is left alone';
  if (scan.info.cameraId !== cameraId) return 'A recording of another camera is left alone';
  if (scan.fileBytes > scan.validBytes) await fs.truncate(path.join(volume.root, file), scan.validBytes);
  const { info } = scan;
  const segment: SegmentWithChunks = {
    id: nextId(),
    cameraId,
    volumeId: volume.id,
    runId: info.runId,
    sequence: info.sequence,
    path: file,
    startAt: rounded(info.startMs),
    endAt: rounded(endOf(last)),
    sizeBytes: scan.validBytes,
    headLength: scan.headLength,
    state: 'closed',
    chunks: scan.chunks,
  };
  await db.transaction().execute((trx) => saveSegment(trx, segment, runOf(info, scan)));
  return null;
}

async function scanned(file: string): Promise<SegmentScan | null> {
  try {
    return await scanSegment(file);
  } catch (error) {
    if (error instanceof SegmentFormatError) return null;
    throw error;
  }
}

function runOf(info: SegmentInfo, { video, audio, initLength }: SegmentScan): Run {
  return {
    id: info.runId,
    cameraId: info.cameraId,
    startAt: rounded(info.runStartMs),
    videoCodec: video.codec,
    codecStrings: [video.codecString, ...(audio ? [audio.codecString] : [])],
    width: video.width,
    height: video.height,
    audioCodec: audio?.codec ?? null,
    initLength,
  };
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
