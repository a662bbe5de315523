import type { DatabaseSync } from 'node:sqlite';
import { readMigrations } from '../database/index.ts';

/** Why the tables are not those of this version; null when they are. One line for a person. */
export function schemaProblem(sqlite: DatabaseSync): string | null {
  const known = readMigrations().length;
  const applied = migrationsIn(sqlite);
  if (applied > known) return newerMessage(applied, known);
  if (applied < known)
    return 'the database is of an older version of Nightjar; start the recorder once, which brings it up to date';
  return null;
}

export const newerMessage = (applied: number, known: number): string =>
  `the database is of a newer version of Nightjar (migration ${applied}, this one knows ${known}); use that version`;

/** Number of the newest migration; 0 where there is no such table. @throws when the database is damaged. */
export function migrationsIn(sqlite: DatabaseSync): number {
  const table = sqlite.prepare("SELECT 1 FROM sqlite_master WHERE name = 'migrations'").get();
  return table ? Number(sqlite.prepare('SELECT coalesce(max(number), 0) AS number FROM migrations').get()?.number) : 0;
}
