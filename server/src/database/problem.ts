import { NvrError } from '../shared/errors.ts';
import { databaseFileName } from './file-name.ts';

/** SQLite's primary result code (sqlite.org/rescode.html); null when the error is not SQLite's. */
export function primaryCode(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return null;
  return Number(error.errcode) & 0xff;
}

const [corrupt, cantOpen, readOnly, busy, ioError, full, notADatabase] = [11, 14, 8, 5, 10, 13, 26];

/** The file is damaged, or another file altogether. */
export const isDamaged = (error: unknown): boolean => [corrupt, notADatabase].includes(primaryCode(error) ?? 0);

/** It cannot be opened, or not to write. */
export const isCannotOpen = (error: unknown): boolean => [cantOpen, readOnly].includes(primaryCode(error) ?? 0);

/** Why the recorder cannot start, in one line for a person; undefined when the database is not to blame. */
export function databaseProblem(error: unknown, dataDir: string): string | undefined {
  // A database of a newer version.
  if (error instanceof NvrError) return error.message;
  const file = `${dataDir}/${databaseFileName}`;
  if (isDamaged(error)) return `the database ${file} is damaged; ./nightjar reindex makes it anew, no footage is lost`;
  if (isCannotOpen(error)) return `the database ${file} cannot be written; correct its owner and rights`;
  switch (primaryCode(error)) {
    case busy:
      return `the database ${file} is locked by another program; end that first`;
    case full:
      return `the disk of ${file} is full; free some space`;
    case ioError:
      return `the disk does not give back ${file}; see to its health (dmesg, smartctl -a)`;
    default:
      return undefined;
  }
}
