import { judgeContents } from './contents.ts';
import type { CheckContext } from './context.ts';
import { judgeDatabase, judgeHours, judgeReferences, judgeRuns, judgeSums } from './database-checks.ts';
import { CheckError } from './errors.ts';
import { judgeFolder } from './files.ts';
import type { Findings } from './finding.ts';
import { judgeCoverage, judgeLedgerRows } from './ledger-checks.ts';
import { inParallel } from './parallel.ts';
import { foldersWithRows, type ListedRow, rowsIn } from './rows.ts';
import { judgeSequences } from './run-checks.ts';
import { schemaProblem } from './schema.ts';
import { type CheckedVolume, readVolumes } from './volumes.ts';
import { foldersOf } from './walk.ts';

/** What was looked at. */
export interface Seen {
  volumes: readonly CheckedVolume[];
  files: number;
  bytes: number;
}

interface Depth {
  /** Read every file's boxes, not only its size. */
  full: boolean;
  /** Read every picture too. */
  media: boolean;
}

/** Compares the database with the files of all volumes, and with itself. @throws {CheckError} */
export async function compareAll(
  parts: Omit<CheckContext, 'volumes'>,
  depth: Depth,
  findings: Findings,
): Promise<Seen> {
  const { database, dataDir, progress, suspicions } = parts;
  progress.begin('Reading the database');
  const damage = judgeDatabase(parts, depth.full);
  for (const finding of damage) findings.add(finding);
  // What a damaged database says of files is not worth a comparison.
  if (damage.length > 0) return { volumes: [], files: 0, bytes: 0 };
  const problem = schemaProblem(database.sqlite);
  if (problem) throw new CheckError(problem);
  const volumes = await readVolumes(database.db, dataDir);
  const context = { ...parts, volumes };
  const seen: Seen = { volumes, files: 0, bytes: 0 };
  for (const volume of volumes) {
    if (volume.missing === null) {
      await compareVolume(context, volume, depth, (rows) => {
        seen.files += rows.length;
        seen.bytes += bytesOf(rows);
      });
    } else {
      const what = `${volume.missing}; the index has ${volume.segments} segments on it`;
      findings.add({ kind: 'volume_missing', where: `volume "${volume.name}"`, what });
    }
  }
  await compareRows(context, depth);
  await suspicions.settle();
  return seen;
}

async function compareVolume(
  context: CheckContext,
  volume: CheckedVolume,
  depth: Depth,
  onFolder: (rows: readonly ListedRow[]) => void,
): Promise<void> {
  const { database, progress, suspicions } = context;
  progress.begin(depth.full ? 'Reading files' : 'Comparing files', volume.segments);
  const unseen = new Set(await foldersWithRows(database.db, volume.id));
  const look = async (folder: string) => {
    unseen.delete(folder);
    await suspicions.judge(() => judgeFolder(context, volume, folder));
    const rows = await rowsIn(database.db, volume.id, folder);
    if (depth.full) await compareContents(context, volume, rows, depth.media);
    else progress.add(rows.length, bytesOf(rows));
    onFolder(rows);
  };
  const unreadable = new Set<string>();
  const onUnreadable = (folder: string, error: Error) => {
    unreadable.add(folder);
    void suspicions.judge(async () => [{ kind: 'folder_unreadable', where: folder, what: error.message }]);
  };
  for await (const folder of foldersOf(volume.root, onUnreadable)) await look(folder);
  for (const folder of unseen) {
    if (![...unreadable].some((lost) => folder === lost || folder.startsWith(`${lost}/`))) await look(folder);
  }
}

async function compareContents(
  context: CheckContext,
  volume: CheckedVolume,
  rows: readonly ListedRow[],
  media: boolean,
): Promise<void> {
  await inParallel(rows, async ({ id, size_bytes }) => {
    await context.suspicions.judge(() => judgeContents(context, volume, id, media));
    context.progress.add(1, size_bytes);
  });
}

/** The database with itself. */
async function compareRows(context: CheckContext, { full }: Depth): Promise<void> {
  const { progress, suspicions } = context;
  progress.begin('Following runs and the ledger');
  await suspicions.judge(() => judgeReferences(context));
  await suspicions.judge(() => judgeSums(context));
  await suspicions.judge(() => judgeHours(context));
  await suspicions.judge(() => judgeRuns(context));
  await suspicions.judge(() => judgeSequences(context, full));
  await suspicions.judge(() => judgeLedgerRows(context));
  await suspicions.judge(() => judgeCoverage(context));
}

const bytesOf = (rows: readonly ListedRow[]): number => rows.reduce((sum, row) => sum + row.size_bytes, 0);
