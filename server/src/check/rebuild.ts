import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import { pathOf } from '../media/segment-path.ts';
import { type ScannedFile, scanFile } from '../recording/scanned-file.ts';
import { saveSegment } from '../recording/segment-rows.ts';
import { amount } from '../shared/amounts.ts';
import { CheckError } from './errors.ts';
import { isCompanion } from './files.ts';
import type { FindingKind, Findings } from './finding.ts';
import type { NewCameras } from './new-cameras.ts';
import type { OldSegments } from './old-segments.ts';
import { inParallel } from './parallel.ts';
import type { Progress } from './progress.ts';
import type { CheckedVolume } from './volumes.ts';
import { foldersOf, listFolder } from './walk.ts';

export interface RebuildParts {
  /** The new index. */
  db: Kysely<Tables>;
  old: OldSegments;
  cameras: NewCameras;
  findings: Findings;
  progress: Progress;
  /** For segments that had none. */
  nextId(): number;
  /** Let go of segments of cameras whose whole folder is gone. */
  forgetMissing: boolean;
}

type ScannedSegment = Extract<ScannedFile, { outcome: 'segment' }>;
interface Read {
  file: string;
  scanned: ScannedFile | { outcome: 'unreadable'; why: string };
}

/**
 * Enters what the files of a volume say of themselves.
 * @returns how many files were read, and their bytes.
 * @throws {CheckError} where footage might only seem to be gone.
 */
export async function enterVolume(
  parts: RebuildParts,
  volume: CheckedVolume,
): Promise<{ files: number; bytes: number }> {
  const { old, progress } = parts;
  await refuseVanishedCameras(parts, volume);
  const folders = await countedFolders(volume, progress);
  const seen = { files: 0, bytes: 0 };
  for (const folder of folders) {
    const reads = await readFolder(parts, volume, folder);
    await parts.db.transaction().execute((trx) => enterFolder({ ...parts, db: trx }, volume, folder, reads));
    seen.files += reads.length;
    for (const { scanned } of reads) if ('scan' in scanned) seen.bytes += scanned.scan.fileBytes;
  }
  const known = new Set(folders);
  for (const folder of await old.foldersOf(volume.id)) {
    if (!known.has(folder)) await enterFolder(parts, volume, folder, []);
  }
  return seen;
}

/** Where all of a camera is gone, its disk may only not be there: some keep a camera's folder on one of its own. */
async function refuseVanishedCameras({ old, forgetMissing }: RebuildParts, volume: CheckedVolume): Promise<void> {
  if (forgetMissing) return;
  for (const { cameraId, count } of await old.countByCamera(volume.id)) {
    const folder = path.join(volume.root, 'recordings', cameraId);
    if (existsSync(folder)) continue;
    throw new CheckError(
      `${folder} is not there, and the index has ${count} segments in it; nothing was changed. Mount its disk, or, ` +
        'when the footage is really gone, add --forget-missing',
    );
  }
}

async function countedFolders({ root }: CheckedVolume, progress: Progress): Promise<string[]> {
  const refuse = (folder: string, error: Error): never => {
    throw new CheckError(`${path.join(root, folder)} cannot be read: ${error.message}; nothing was changed`);
  };
  const folders: string[] = [];
  let files = 0;
  for await (const folder of foldersOf(root, refuse)) {
    folders.push(folder);
    files += (await listFolder(root, folder)).files.length;
  }
  progress.begin('Reading files', files);
  return folders;
}

async function readFolder({ progress }: RebuildParts, volume: CheckedVolume, folder: string): Promise<Read[]> {
  const { files } = await listFolder(volume.root, folder);
  const names = files.filter((name) => !isCompanion(name));
  return inParallel(names, async (name) => {
    const file = `${folder}/${name}`;
    const scanned = await scanFile({ volume, path: file }).catch((error: Error) => {
      return { outcome: 'unreadable' as const, why: error.message };
    });
    progress.add(1, 'scan' in scanned ? scanned.scan.fileBytes : 0);
    return { file, scanned };
  });
}

async function enterFolder(parts: RebuildParts, volume: CheckedVolume, folder: string, reads: Read[]): Promise<void> {
  const { db, old, findings } = parts;
  const rows = await old.rowsIn(volume.id, folder);
  for (const { file, scanned } of reads) {
    const row = rows.get(file);
    rows.delete(file);
    if (scanned.outcome === 'segment') {
      await enterSegment(parts, volume, scanned);
    } else if (scanned.outcome !== 'missing') {
      findings.add({ ...complaintOf(scanned), where: file });
      // What the file cannot say any more the old index still knows.
      if (row && scanned.outcome !== 'misplaced') await old.copy(db, row.id);
    }
  }
  for (const row of rows.values()) {
    if (row.state !== 'deleting') findings.add({ kind: 'file_missing', where: row.path, what: '' });
  }
}

function complaintOf(scanned: Exclude<Read['scanned'], { outcome: 'segment' | 'missing' }>): {
  kind: FindingKind;
  what: string;
} {
  switch (scanned.outcome) {
    case 'misplaced':
      return { kind: 'misplaced', what: `it is of the camera "${scanned.cameraId}"` };
    case 'empty':
      return { kind: 'empty_file', what: '' };
    case 'unknown':
      return { kind: 'unknown_file', what: scanned.why };
    case 'unreadable':
      return { kind: 'file_unreadable', what: scanned.why };
  }
}

async function enterSegment(parts: RebuildParts, volume: CheckedVolume, scanned: ScannedSegment): Promise<void> {
  const { db, old, cameras, findings, nextId } = parts;
  const { segment, run, scan } = scanned;
  const { runId, sequence, path: file } = segment;
  const before = await old.find(runId, sequence);
  if (await isCopy(parts, scanned, before)) return;
  for (const { from, to } of scan.damage) {
    findings.add({ kind: 'damaged', where: file, what: `${amount(to - from)} from byte ${from} on` });
  }
  const isTorn = scan.fileBytes > scan.validBytes;
  if (isTorn)
    findings.add({
      kind: 'left_open',
      where: file,
      what: `${amount(scan.fileBytes - scan.validBytes)} behind the last whole chunk`,
    });
  await cameras.enter(db, segment.cameraId, segment.startAt);
  const state = isTorn ? 'open' : 'closed';
  await saveSegment(db, { ...segment, state, id: before?.id ?? nextId() }, run);
  // Somebody wanted it to go; the next start sees to that.
  const wasDeleting = before?.state === 'deleting' && before.path === file && before.volume_id === volume.id;
  if (wasDeleting) await db.updateTable('segments').set({ state: 'deleting' }).where('id', '=', before.id).execute();
}

/** Of two files that say they are the same segment, the one counts that the old index had, else the one named for its time. */
async function isCopy(
  { db, findings }: RebuildParts,
  { segment, scan }: ScannedSegment,
  before: { path: string; volume_id: string } | undefined,
): Promise<boolean> {
  const other = await db
    .selectFrom('segments')
    .select(['id', 'path', 'volume_id'])
    .where('run_id', '=', segment.runId)
    .where('sequence', '=', segment.sequence)
    .executeTakeFirst();
  if (!other) return false;
  const own = scan.info && pathOf(segment.cameraId, scan.info.startMs, scan.info.timeZone).path;
  const rank = (path: string, volumeId: string): number =>
    before?.path === path && before.volume_id === volumeId ? 2 : Number(path === own);
  const replaces = rank(segment.path, segment.volumeId) > rank(other.path, other.volume_id);
  const [copy, original] = replaces ? [other.path, segment.path] : [segment.path, other.path];
  findings.add({ kind: 'copy', where: copy, what: `the index has ${original}` });
  if (replaces) await db.deleteFrom('segments').where('id', '=', other.id).execute();
  return !replaces;
}
