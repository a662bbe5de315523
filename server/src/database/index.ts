import fs from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import { type Clock, systemClock } from '../shared/clock.ts';
import { migrate, readMigrations } from './migrate.ts';
import { kyselyDatabase } from './node-sqlite.ts';
import type { Tables } from './tables.ts';

export { databaseFileName } from './file-name.ts';
export { readMigrations } from './migrate.ts';
export { databaseProblem, isDamaged } from './problem.ts';
export { openForReading, type ReadDatabase } from './read.ts';
export type * from './tables.ts';
export { unfinished } from './unfinished.ts';

export interface Database {
  /** Queries run synchronously on SQLite, one connection; a transaction holds back all other queries. */
  db: Kysely<Tables>;
  /** Writes the WAL back into the file. Idempotent. */
  close(): Promise<void>;
}

// secure_delete: the password of a removed camera does not linger in the page it was in.
const pragmas = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA foreign_keys = ON;
  PRAGMA temp_store = MEMORY;
  PRAGMA secure_delete = FAST;
`;

/** What SQLite takes for a database without a file. */
const inMemory = ':memory:';

/**
 * Opens (or creates, readable by its owner only) the SQLite file and brings its tables up to date. One process writes: main.
 * synchronous=NORMAL with WAL: a crash of the process loses nothing, a power loss at most the latest commits, never the
 * file (sqlite.org/pragma.html#pragma_synchronous); footage written meanwhile is found again by scanning the files.
 * @throws when the file is no database, cannot be opened, is locked by another recorder or is of a newer version.
 */
export async function openDatabase(file: string, clock: Clock = systemClock): Promise<Database> {
  // Camera passwords are in it; the WAL inherits the mode.
  if (file !== inMemory) fs.closeSync(fs.openSync(file, 'a', 0o600));
  const sqlite = new DatabaseSync(file, { timeout: 5_000 });
  try {
    sqlite.exec(pragmas);
    migrate(sqlite, readMigrations(), clock.nowMs());
  } catch (error) {
    sqlite.close();
    throw error;
  }
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: kyselyDatabase(sqlite) }) });
  return {
    db,
    async close() {
      await db.destroy();
      // Kysely leaves a database alone that it never used.
      if (sqlite.isOpen) sqlite.close();
    },
  };
}
