import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartError } from './start-error.ts';

export interface DataDir {
  /** Lets another recorder have the folder. The end of the process does the same. */
  release(): void;
}

/**
 * Makes sure that the folder exists, can be written, and belongs to this recorder alone.
 * @throws {StartError}
 */
export function prepareDataDir(dataDir: string): DataDir {
  try {
    makeFolder(dataDir);
    fs.accessSync(dataDir, fs.constants.R_OK | fs.constants.W_OK | fs.constants.X_OK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new StartError(
      `cannot write to the data folder ${dataDir}: ${reasons[code] ?? code}; choose another with --data`,
      {
        cause: error,
      },
    );
  }
  return lock(dataDir);
}

/** Not mkdir's `recursive`: where a folder exists that takes none, as /proc, Node 24 goes round in circles. */
function makeFolder(folder: string): void {
  if (fs.existsSync(folder) && fs.statSync(folder).isDirectory()) return;
  const parent = path.dirname(folder);
  if (!fs.existsSync(parent)) makeFolder(parent);
  fs.mkdirSync(folder, { mode: 0o750 });
}

const reasons: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is a file',
  ENOENT: 'no folder can be made there',
  EEXIST: 'it is a file',
};

/** Whether a recorder runs in this folder. Holds nobody up: it looks at the lock without taking it. */
export function isInUse(dataDir: string): boolean {
  const file = path.join(dataDir, lockFileName);
  if (!fs.existsSync(file)) return false;
  const lock = new DatabaseSync(file, { readOnly: true });
  try {
    lock.exec('PRAGMA schema_version');
    return false;
  } catch (error) {
    if (isLocked(error)) return true;
    throw error;
  } finally {
    lock.close();
  }
}

const lockFileName = 'recorder.lock';
const isLocked = (error: unknown): boolean => error instanceof Error && /locked/.test(error.message);

/** Node has no flock; SQLite's exclusive transaction is one, and the kernel drops it with the process. */
function lock(dataDir: string): DataDir {
  const file = new DatabaseSync(path.join(dataDir, lockFileName));
  try {
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    throw new StartError(
      isLocked(error)
        ? `another recorder is using the data folder ${dataDir}; stop it first, or choose another with --data`
        : `cannot lock the data folder ${dataDir}: ${error instanceof Error ? error.message : error}`,
      { cause: error },
    );
  }
  return { release: () => file.close() };
}
