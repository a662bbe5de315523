import fs from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { Kysely, SqliteDialect } from 'kysely';
import { kyselyDatabase } from './node-sqlite.ts';
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

/** SQLITE_CANTOPEN, SQLITE_READONLY (sqlite.org/rescode.html). */
const isCannotOpen = (error: unknown): boolean => [14, 8].includes(primaryCode(error) ?? 0);

/** SQLite's primary result code; null when the error is not SQLite's. */
export function primaryCode(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return null;
  return Number(error.errcode) & 0xff;
}

/** SQLITE_CORRUPT, SQLITE_NOTADB: the file is damaged, or another file altogether. */
export const isDamaged = (error: unknown): boolean => [11, 26].includes(primaryCode(error) ?? 0);
