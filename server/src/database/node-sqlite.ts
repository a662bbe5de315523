import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

/** Statements kept prepared; Kysely compiles one per shape of query, of which there are a few dozen. */
const maxPrepared = 200;

/** Makes `node:sqlite` look as Kysely's SQLite dialect wants it. */
export function kyselyDatabase(sqlite: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    close: () => sqlite.close(),
    prepare(sql) {
      const known = prepared.get(sql);
      if (known) return known;
      const [oldest] = prepared.keys();
      if (prepared.size >= maxPrepared && oldest !== undefined) prepared.delete(oldest);
      const statement = kyselyStatement(sqlite.prepare(sql));
      prepared.set(sql, statement);
      return statement;
    },
  };
}

function kyselyStatement(statement: StatementSync): SqliteStatement {
  const names = statement.columns().map(({ name }) => name);
  // Objects of node:sqlite have no prototype, which deepEqual trips over, and to copy one takes longer than to make it.
  statement.setReturnArrays(true);
  const toObject = (row: unknown): Record<string, unknown> => {
    const object: Record<string, unknown> = {};
    for (const [at, name] of names.entries()) object[name] = (row as unknown[])[at];
    return object;
  };
  return {
    reader: names.length > 0,
    all: (parameters) => statement.all(...parameters.map(toSql)).map(toObject),
    run: (parameters) => statement.run(...parameters.map(toSql)),
    *iterate(parameters) {
      for (const row of statement.iterate(...parameters.map(toSql))) yield toObject(row);
    },
  };
}

/** SQLite has no booleans. */
const toSql = (value: unknown): SQLInputValue =>
  typeof value === 'boolean' ? Number(value) : (value as SQLInputValue);
