import { existsSync } from 'node:fs';
import path from 'node:path';
import { isInUse } from '../config/index.ts';
import { databaseFileName, isDamaged, openForReading, type ReadDatabase } from '../database/index.ts';
import { compareAll, type Seen } from './compare.ts';
import { Suspicions } from './context.ts';
import { CheckError } from './errors.ts';
import { type FindingGroup, Findings } from './finding.ts';
import type { Progress } from './progress.ts';

export interface CheckOptions {
  /** Absolute. */
  dataDir: string;
  /** IANA name. */
  timeZone: string;
  mode: 'fast' | 'full' | 'media';
  progress: Progress;
  /** Longer than a running recorder's index lags behind its files. */
  settleMs?: number;
}

export interface CheckReport extends Seen {
  dataDir: string;
  mode: CheckOptions['mode'];
  recorderRunning: boolean;
  tookMs: number;
  /** How many of the findings are problems. */
  problems: number;
  /** Problems first. */
  findings: FindingGroup[];
}

/**
 * Compares files and index, in `full` mode the files' boxes too and in `media` mode every picture; changes nothing, and
 * may run beside a recorder.
 * @throws {CheckError} when it cannot be done.
 */
export async function check({
  dataDir,
  timeZone,
  mode,
  progress,
  settleMs = 7_000,
}: CheckOptions): Promise<CheckReport> {
  const began = performance.now();
  const findings = new Findings();
  const suspicions = new Suspicions(findings, () => isInUse(dataDir), settleMs);
  const { recorderRunning } = suspicions;
  const database = openOrTell(dataDir, findings);
  let seen: Seen = { volumes: [], files: 0, bytes: 0 };
  if (database) {
    try {
      const depth = { full: mode !== 'fast', media: mode === 'media' };
      seen = await compareAll({ database, dataDir, timeZone, progress, suspicions }, depth, findings);
    } finally {
      progress.end();
      await database.close();
    }
  }
  const tookMs = Math.round(performance.now() - began);
  const { problems, groups } = findings;
  return { dataDir, mode, recorderRunning, tookMs, ...seen, problems, findings: groups };
}

/** null when there is no database that could be read; the findings say so. */
function openOrTell(dataDir: string, findings: Findings): ReadDatabase | null {
  const file = path.join(dataDir, databaseFileName);
  if (!existsSync(file)) {
    if (!existsSync(path.join(dataDir, 'recordings'))) {
      throw new CheckError(`there is no recorder's data in ${dataDir}; name its folder with --data`);
    }
    findings.add({ kind: 'database_missing', where: databaseFileName, what: '' });
    return null;
  }
  try {
    return openForReading(file);
  } catch (error) {
    const { message } = error as Error;
    if (!isDamaged(error)) throw new CheckError(`${file} cannot be read: ${message}`, { cause: error });
    findings.add({ kind: 'database_damaged', where: databaseFileName, what: message });
    return null;
  }
}
