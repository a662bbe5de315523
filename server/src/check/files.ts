import { stat } from 'node:fs/promises';
import path from 'node:path';
import { dayPlaylistName, evidenceFileName } from '../recording/index.ts';
import { cameraOf, scanFile } from '../recording/scanned-file.ts';
import { isMissing } from '../shared/is-missing.ts';
import type { CheckContext } from './context.ts';
import type { Finding, FindingKind } from './finding.ts';
import { inParallel } from './parallel.ts';
import { type ListedRow, rowsIn } from './rows.ts';
import type { CheckedVolume } from './volumes.ts';
import { listFolder } from './walk.ts';

/** Whether a file is one of the recorder's own beside recordings. */
export const isCompanion = (name: string): boolean =>
  [dayPlaylistName, `${dayPlaylistName}.new`, evidenceFileName].includes(name);

/** Compares the files of a folder with the rows of the index. */
export async function judgeFolder(context: CheckContext, volume: CheckedVolume, folder: string): Promise<Finding[]> {
  // Files first: what is opened in between has a row when rows are read, or is judged again.
  const { files: names } = await listFolder(volume.root, folder);
  const rows = await rowsIn(context.database.db, volume.id, folder);
  const known = new Set(rows.map((row) => row.path));
  const unknown = names.filter((name) => !isCompanion(name)).map((name) => `${folder}/${name}`);
  const findings = [
    ...(await inParallel(rows, (row) => judgeRow(context, volume, row))),
    ...(await inParallel(
      unknown.filter((file) => !known.has(file)),
      (file) => judgeUnknown(context, volume, file),
    )),
  ];
  return findings.flat();
}

async function judgeRow({ suspicions }: CheckContext, volume: CheckedVolume, row: ListedRow): Promise<Finding[]> {
  const at = (kind: FindingKind, what = ''): Finding => ({ kind, where: row.path, what });
  const findings = contradictionsIn(row).map((what) => at('row_contradiction', what));
  if (!suspicions.recorderRunning && row.state !== 'closed') {
    return [...findings, at(row.state === 'open' ? 'left_open' : 'left_deleting')];
  }
  // The recorder is deleting it just now.
  if (row.state === 'deleting') return findings;
  const sizeBytes = await sizeOf(path.join(volume.root, row.path));
  if (typeof sizeBytes === 'string') return [...findings, at('file_unreadable', sizeBytes)];
  if (sizeBytes === null) return [...findings, at('file_missing')];
  const bytes = `${sizeBytes} bytes instead of ${row.size_bytes}`;
  if (sizeBytes < row.size_bytes) findings.push(at('file_shorter', bytes));
  if (sizeBytes > row.size_bytes && row.state === 'closed') findings.push(at('file_longer', bytes));
  return findings;
}

function contradictionsIn(row: ListedRow): string[] {
  const found: string[] = [];
  if (row.camera_id !== cameraOf(row.path))
    found.push(`it is of the camera "${row.camera_id}", not of that of its folder`);
  if (row.end_at < row.start_at) found.push('it ends before it begins');
  if (row.sequence < 1) found.push(`its number in its run is ${row.sequence}`);
  if (row.size_bytes < row.head_length && row.state === 'closed') found.push('it is smaller than its own head');
  return found;
}

/** null when there is no such file; a text when the disk does not say. */
async function sizeOf(file: string): Promise<number | string | null> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    return isMissing(error) ? null : (error as Error).message;
  }
}

/** What a file is that the index does not know. */
async function judgeUnknown({ database }: CheckContext, volume: CheckedVolume, file: string): Promise<Finding[]> {
  const at = (kind: FindingKind, what = ''): Finding[] => [{ kind, where: file, what }];
  try {
    const scanned = await scanFile({ volume, path: file });
    if (scanned.outcome === 'missing') return [];
    if (scanned.outcome === 'unknown') return at('unknown_file', scanned.why);
    if (scanned.outcome === 'misplaced') return at('misplaced', `it is of the camera "${scanned.cameraId}"`);
    if (scanned.outcome === 'empty') return at('empty_file');
    const { runId, sequence } = scanned.segment;
    const other = await database.db
      .selectFrom('segments')
      .select('path')
      .where('run_id', '=', runId)
      .where('sequence', '=', sequence)
      .executeTakeFirst();
    return other ? at('copy', `the index has ${other.path}`) : at('not_indexed');
  } catch (error) {
    return at('file_unreadable', (error as Error).message);
  }
}
