import fs from 'node:fs';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { NvrError } from '../shared/errors.ts';

export interface Migration {
  /** 1, 2, 3 … without holes. */
  number: number;
  name: string;
  sql: string;
}

/** The files `NNNN-name.sql` of a folder, in order. */
export function readMigrations(folder = path.join(import.meta.dirname, 'migrations')): Migration[] {
  const files = fs.readdirSync(folder).filter((file) => file.endsWith('.sql'));
  return files.sort().map((file, index) => {
    const match = /^(\d{4})-([a-z0-9-]+)\.sql$/.exec(file);
    if (!match || Number(match[1]) !== index + 1) throw new Error(`migration out of sequence: ${file}`);
    return { number: index + 1, name: match[2] as string, sql: fs.readFileSync(path.join(folder, file), 'utf8') };
  });
}

/**
 * Applies what is missing, each migration in its own transaction. Answers the numbers it applied.
 * @throws {NvrError} `internal` when the file was written by a newer version.
 */
export function migrate(sqlite: DatabaseSync, migrations: Migration[], nowMs: number): number[] {
  sqlite.exec(`CREATE TABLE IF NOT EXISTS migrations (
    number     INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    applied_at INTEGER NOT NULL -- Unix milliseconds
  ) STRICT`);
  const applied = Number(sqlite.prepare('SELECT coalesce(max(number), 0) AS number FROM migrations').get()?.number);
  if (applied > migrations.length) {
    throw new NvrError(
      'internal',
      `the database is of a newer version of Nightjar (migration ${applied}, this one knows ${migrations.length}); install that version again`,
    );
  }
  const missing = migrations.slice(applied);
  for (const migration of missing) apply(sqlite, migration, nowMs);
  return missing.map((migration) => migration.number);
}

function apply(sqlite: DatabaseSync, { number, name, sql }: Migration, nowMs: number): void {
  sqlite.exec('BEGIN IMMEDIATE');
  try {
    sqlite.exec(sql);
    sqlite.prepare('INSERT INTO migrations (number, name, applied_at) VALUES (?, ?, ?)').run(number, name, nowMs);
    sqlite.exec('COMMIT');
  } catch (error) {
    sqlite.exec('ROLLBACK');
    throw error;
  }
}
