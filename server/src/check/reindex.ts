import { existsSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Kysely } from 'kysely';
import { prepareDataDir } from '../config/index.ts';
import { databaseFileName, openDatabase, type Tables } from '../database/index.ts';
import type { Clock } from '../shared/clock.ts';
import { CheckError } from './errors.ts';
import { type FindingGroup, Findings, reindexWords } from './finding.ts';
import { NewCameras } from './new-cameras.ts';
import { type OldIndex, openOldIndex } from './old-index.ts';
import { OldSegments } from './old-segments.ts';
import type { Progress } from './progress.ts';
import { enterVolume } from './rebuild.ts';
import { removeOrphans, type SalvagedTable, salvageTables } from './salvage.ts';
import { newFileOf, removeNew, swapIn } from './swap.ts';
import { enterDataFolder, enterVolumes } from './volume-rows.ts';
import { readVolumes } from './volumes.ts';

export interface ReindexOptions {
  /** Absolute. */
  dataDir: string;
  /** Absolute paths of further volumes, which a lost database knew. */
  volumes: readonly string[];
  /** Let go of segments of cameras whose whole folder is gone. */
  forgetMissing: boolean;
  clock: Clock;
  progress: Progress;
}

export interface ReindexReport {
  dataDir: string;
  tookMs: number;
  files: number;
  bytes: number;
  segments: number;
  runs: number;
  /** How the database was that is replaced. */
  database: OldIndex['health'];
  /** Where a damaged one is kept; null when it was in order, and what it knew is in the new one. */
  keptAs: string | null;
  tables: SalvagedTable[];
  /** Ids of cameras that only their footage tells of. */
  camerasEntered: string[];
  /** How many of the findings are problems. */
  problems: number;
  findings: FindingGroup[];
}

/**
 * Makes the index anew from the files of all volumes. The old one counts until the new one is complete. Files are only
 * read.
 * @throws {CheckError} or {StartError} when it cannot be done; then nothing has changed.
 */
export async function reindex(options: ReindexOptions): Promise<ReindexReport> {
  const { dataDir } = options;
  const file = path.join(dataDir, databaseFileName);
  if (!existsSync(file) && !existsSync(path.join(dataDir, 'recordings'))) {
    throw new CheckError(`there is no recorder's data in ${dataDir}; name its folder with --data`);
  }
  const lock = prepareDataDir(dataDir);
  try {
    await removeNew(file);
    return await replace(file, options);
  } finally {
    await removeNew(file).catch(() => {}); // the next one does
    options.progress.end();
    lock.release();
  }
}

async function replace(file: string, options: ReindexOptions): Promise<ReindexReport> {
  const { dataDir, clock, progress } = options;
  const began = performance.now();
  progress.begin('Reading the database');
  const old = await openOldIndex(file);
  let made: Made;
  try {
    made = await build(old, newFileOf(file), options);
  } finally {
    await old.database?.close();
  }
  const keepAs = old.health === 'well' ? null : `${file}.corrupt-${stamp(clock.nowMs())}`;
  const keptAs = (await swapIn(file, keepAs)) ? keepAs : null;
  return { dataDir, tookMs: Math.round(performance.now() - began), database: old.health, keptAs, ...made };
}

/** `2026-11-22T14-03-00Z`: as a part of a file's name. */
const stamp = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replaceAll(':', '-')}Z`;

type Made = Omit<ReindexReport, 'dataDir' | 'tookMs' | 'database' | 'keptAs'>;

async function build(old: OldIndex, newFile: string, options: ReindexOptions): Promise<Made> {
  const tables = await takeOver(old, newFile, options.clock);
  const database = await openDatabase(newFile, options.clock);
  try {
    const made = await rebuild(database.db, old, options);
    await database.close();
    dropOrphans(newFile);
    return { tables, ...made };
  } finally {
    await database.close();
  }
}

/** Makes the new database, with all of the old one that files do not have. */
async function takeOver(old: OldIndex, newFile: string, clock: Clock): Promise<SalvagedTable[]> {
  await (await openDatabase(newFile, clock)).close();
  if (!old.database) return [];
  using sqlite = new DatabaseSync(newFile, { enableForeignKeyConstraints: false });
  return salvageTables(old.database.sqlite, sqlite);
}

/** Once all cameras are known, also those that only their footage tells of. */
function dropOrphans(newFile: string): void {
  using sqlite = new DatabaseSync(newFile, { enableForeignKeyConstraints: false });
  removeOrphans(sqlite);
}

async function rebuild(db: Kysely<Tables>, old: OldIndex, options: ReindexOptions): Promise<Omit<Made, 'tables'>> {
  const { dataDir, clock, progress, forgetMissing } = options;
  const nowMs = clock.nowMs();
  await enterDataFolder(db, dataDir, nowMs);
  await enterVolumes(db, options.volumes, nowMs);
  const findings = new Findings(reindexWords);
  const segments = new OldSegments(old.health === 'well' ? (old.database?.db ?? null) : null);
  const cameras = await NewCameras.of(db, nowMs);
  let lastId = Math.max(nowMs, await segments.highestId());
  // Ids follow the clock, as those of new segments do: none is given again.
  const nextId = () => {
    lastId += 1;
    return lastId;
  };
  const parts = { db, old: segments, cameras, findings, progress, nextId, forgetMissing };
  const seen = { files: 0, bytes: 0 };
  for (const volume of await readVolumes(db, dataDir)) {
    if (volume.missing === null) {
      const { files, bytes } = await enterVolume(parts, volume);
      seen.files += files;
      seen.bytes += bytes;
    } else {
      const kept = await segments.copyVolume(db, volume.id);
      const what = `${volume.missing}; ${kept} segments on it stay in the index as they were`;
      findings.add({ kind: 'volume_missing', where: `volume "${volume.name}"`, what });
    }
  }
  const made = { segments: await countOf(db, 'segments'), runs: await countOf(db, 'runs') };
  const { problems, groups } = findings;
  return { ...seen, ...made, camerasEntered: cameras.entered, problems, findings: groups };
}

async function countOf(db: Kysely<Tables>, table: 'segments' | 'runs'): Promise<number> {
  const row = await db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}
