import fs from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { Kysely, SqliteDialect } from 'kysely';
import { kyselyDatabase } from './node-sqlite.ts';
import { isCannotOpen } from './problem.ts';
import type { Tables } from './tables.ts';

export interface ReadDatabase {
  db: Kysely<Tables>;
  /** For statements that Kysely has no words for; refuses to write. */
  sqlite: DatabaseSync;
  close(): Promise<void>;
}

/**
 * Opens an existing database to read it, also while a recorder writes to it, and leaves no file behind.
 * @throws when there is none, or it cannot be read; damage may also show later, in any query.
 */
export function openForReading(file: string): ReadDatabase {
  fs.accessSync(file, fs.constants.R_OK); // SQLite would make a new one
  const sqlite = openSqlite(file);
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: kyselyDatabase(sqlite) }) });
  return {
    db,
    sqlite,
    async close() {
      await db.destroy();
      if (sqlite.isOpen) sqlite.close();
    },
  };
}

function openSqlite(file: string): DatabaseSync {
  // Not read-only: such a connection could not remove the WAL and its index, which it needs, when it closes.
  const sqlite = new DatabaseSync(file, { timeout: 5_000 });
  try {
    sqlite.exec('PRAGMA query_only = ON; PRAGMA schema_version');
    return sqlite;
  } catch (error) {
    sqlite.close();
    if (!isCannotOpen(error) || fs.existsSync(`${file}-wal`)) throw error;
    // In a folder that this user cannot write to, and without a WAL: nobody changes it meanwhile.
    const address = pathToFileURL(file);
    address.search = 'immutable=1';
    return new DatabaseSync(address, { readOnly: true });
  }
}
