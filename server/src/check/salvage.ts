import type { DatabaseSync, SQLInputValue } from 'node:sqlite';

/** Made from the files, or kept by triggers. */
const rebuilt = new Set(['segments', 'runs', 'footage_totals', 'footage_hours', 'migrations']);

/** What became of a table's rows. */
export interface SalvagedTable {
  table: string;
  rows: number;
  /** Why not all of them could be taken over; null when all were. */
  lost: string | null;
}

/**
 * Takes over all tables but those that are rebuilt, with the columns that both have. What cannot be read is left out,
 * and said.
 *
 * @param to up to date, and empty but for what its migrations have put there, which goes where `from` has the table.
 */
export function salvageTables(from: DatabaseSync, to: DatabaseSync): SalvagedTable[] {
  to.exec('PRAGMA foreign_keys = OFF');
  to.exec('BEGIN');
  const tables = tablesOf(to).filter((table) => !rebuilt.has(table));
  const salvaged = tables.map((table) => salvageTable(from, to, table));
  to.exec('COMMIT');
  return salvaged;
}

const tablesOf = (sqlite: DatabaseSync): string[] =>
  sqlite
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )
    .all()
    .map(({ name }) => String(name));

function salvageTable(from: DatabaseSync, to: DatabaseSync, table: string): SalvagedTable {
  const result: SalvagedTable = { table, rows: 0, lost: null };
  try {
    const theirs = columnsOf(from, table);
    // A table of a later version than the damaged database: there was nothing in it.
    if (theirs.length === 0) return result;
    const columns = columnsOf(to, table).filter((column) => theirs.includes(column));
    to.exec(`DELETE FROM ${table}`);
    const insert = to.prepare(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    );
    for (const row of from.prepare(`SELECT ${columns.join(', ')} FROM ${table}`).iterate()) {
      try {
        insert.run(...columns.map((column) => row[column] as SQLInputValue));
        result.rows += 1;
      } catch (error) {
        result.lost ??= (error as Error).message;
      }
    }
    keepSequence(from, to, table);
  } catch (error) {
    result.lost ??= (error as Error).message;
  }
  return result;
}

const columnsOf = (sqlite: DatabaseSync, table: string): string[] =>
  sqlite
    .prepare(`SELECT name FROM pragma_table_info('${table}')`)
    .all()
    .map(({ name }) => String(name));

/** Ids of rows that are gone are not given again (AUTOINCREMENT). */
function keepSequence(from: DatabaseSync, to: DatabaseSync, table: string): void {
  const sequence = from.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?').get(table);
  if (!sequence) return;
  to.prepare('DELETE FROM sqlite_sequence WHERE name = ?').run(table);
  to.prepare('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)').run(table, sequence.seq as number);
}

/** Removes rows that refer to others which could not be taken over. Answers how many. */
export function removeOrphans(sqlite: DatabaseSync): number {
  let removed = 0;
  for (const table of tablesOf(sqlite)) {
    const references = sqlite.prepare(`SELECT "from", "to", "table" FROM pragma_foreign_key_list('${table}')`).all();
    for (const { from, to, table: parent } of references) {
      const orphans = `${from} IS NOT NULL AND ${from} NOT IN (SELECT ${to} FROM ${parent})`;
      removed += Number(sqlite.prepare(`DELETE FROM ${table} WHERE ${orphans}`).run().changes);
    }
  }
  return removed;
}
