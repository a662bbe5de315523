import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { isDamaged, openDatabase, openForReading, type ReadDatabase, readMigrations } from '../database/index.ts';
import { judgeDatabase } from './database-checks.ts';
import { CheckError } from './errors.ts';
import { migrationsIn, newerMessage } from './schema.ts';

/** The database that is there before reindexing. */
export interface OldIndex {
  /**
   * `well`: it is kept but for runs and segments. `damaged`: of it remains what can still be read. `missing`: there is
   * none, or not one page of it can be read.
   */
  health: 'well' | 'damaged' | 'missing';
  /** null when nothing can be read. */
  database: ReadDatabase | null;
}

/**
 * Opens the database that is to be replaced. One in order is brought up to this version first.
 * @throws {CheckError} when it is of a newer version, or the disk does not give it back.
 */
export async function openOldIndex(file: string): Promise<OldIndex> {
  if (!existsSync(file)) return { health: 'missing', database: null };
  const database = openOrNull(file);
  if (!database) return { health: 'damaged', database: null };
  const applied = migrationsOrZero(database.sqlite);
  const known = readMigrations().length;
  const isWell = applied !== null && judgeDatabase({ database }, true).length === 0;
  if (applied !== null && applied > known) {
    await database.close();
    throw new CheckError(newerMessage(applied, known));
  }
  if (!isWell) return { health: 'damaged', database };
  await database.close();
  await (await openDatabase(file)).close();
  endWal(file);
  return { health: 'well', database: openForReading(file) };
}

/**
 * All goes into the file itself: a WAL left beside it would be taken for that of the new database.
 * @throws {CheckError} while another program has it open.
 */
function endWal(file: string): void {
  using sqlite = new DatabaseSync(file);
  try {
    sqlite.exec('PRAGMA journal_mode = DELETE');
  } catch (error) {
    throw new CheckError(`${file} is in use; let nightjar check and others that read it end first`, { cause: error });
  }
}

function openOrNull(file: string): ReadDatabase | null {
  try {
    return openForReading(file);
  } catch (error) {
    if (isDamaged(error)) return null;
    throw new CheckError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** null when even that is damaged. */
function migrationsOrZero(sqlite: DatabaseSync): number | null {
  try {
    return migrationsIn(sqlite);
  } catch (error) {
    if (isDamaged(error)) return null;
    throw error;
  }
}
