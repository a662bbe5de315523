import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { type Database, openDatabase } from './index.ts';
import { migrate, readMigrations } from './migrate.ts';

function temporaryFile(t: TestContext): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nightjar-database-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, 'nightjar.db');
}

const camera = { id: 'front-door', settings: '{}', created_at: 1_795_356_180_123, deleted_at: null };
const run = {
  id: 'run-1',
  camera_id: 'front-door',
  started_at: 1_795_356_180_123,
  video_codec: 'h264' as const,
  codec_string: 'avc1.640028',
  width: 1920,
  height: 1080,
  audio_codec: null,
  init_length: 700,
};
const segment = {
  camera_id: 'front-door',
  run_id: 'run-1',
  sequence: 1,
  path: 'recordings/front-door/2026-11-22/14-03-00.000+0100.mp4',
  start_at: 1_795_356_180_123,
  end_at: 1_795_356_240_123,
  size_bytes: 30_000_000,
  head_length: 900,
  state: 'closed' as const,
  chunks: Buffer.from([1, 2, 3]),
};

const volumeId = async (db: Database['db']): Promise<string> =>
  (await db.selectFrom('volumes').select('id').executeTakeFirstOrThrow()).id;

async function withFootage({ db }: Database): Promise<void> {
  await db.insertInto('cameras').values(camera).execute();
  await db.insertInto('runs').values(run).execute();
  await db
    .insertInto('segments')
    .values({ ...segment, volume_id: await volumeId(db) })
    .execute();
}

test('rows survive closing and opening again', async (t) => {
  const file = temporaryFile(t);
  const first = await openDatabase(file);
  await withFootage(first);
  assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  await first.close();
  assert.deepEqual(fs.readdirSync(path.dirname(file)), ['nightjar.db'], 'the WAL is written back on closing');

  const second = await openDatabase(file);
  t.after(() => second.close());
  assert.deepEqual(await second.db.selectFrom('cameras').selectAll().execute(), [camera]);
  const [row] = await second.db.selectFrom('segments').selectAll().execute();
  assert.deepEqual(row, {
    ...segment,
    volume_id: await volumeId(second.db),
    id: 1,
    holes: null,
    chunks: new Uint8Array([1, 2, 3]),
  });
});

test('a failed transaction leaves nothing behind', async (t) => {
  const database = await openDatabase(temporaryFile(t));
  t.after(() => database.close());
  await assert.rejects(
    database.db.transaction().execute(async (trx) => {
      await trx.insertInto('cameras').values(camera).execute();
      throw new Error('power cut');
    }),
    /power cut/,
  );
  assert.deepEqual(await database.db.selectFrom('cameras').selectAll().execute(), []);
});

test('a segment needs its run, a whole number of milliseconds and a path of its own', async (t) => {
  const database = await openDatabase(temporaryFile(t));
  t.after(() => database.close());
  await withFootage(database);
  const volume_id = await volumeId(database.db);
  const insert = (change: object) =>
    database.db
      .insertInto('segments')
      .values({ ...segment, volume_id, sequence: 2, ...change })
      .execute();
  await assert.rejects(insert({ run_id: 'nobody', path: 'a' }), /FOREIGN KEY/);
  await assert.rejects(insert({ start_at: 1.5, path: 'a' }), /REAL value in INTEGER column/);
  await assert.rejects(insert({}), /UNIQUE constraint failed: segments.volume_id, segments.path/);
});

test('an insert answers its row id and an update how many rows it touched', async (t) => {
  const database = await openDatabase(temporaryFile(t));
  t.after(() => database.close());
  await withFootage(database);
  const inserted = await database.db
    .insertInto('gaps')
    .values({ camera_id: 'front-door', from_at: 1, to_at: null, cause: 'paused' })
    .executeTakeFirstOrThrow();
  assert.equal(inserted.insertId, 1n);
  const updated = await database.db
    .updateTable('gaps')
    .set({ to_at: 2 })
    .where('to_at', 'is', null)
    .executeTakeFirstOrThrow();
  assert.equal(updated.numUpdatedRows, 1n);
});

test('what a camera has on a volume follows its segments', async (t) => {
  const database = await openDatabase(temporaryFile(t));
  t.after(() => database.close());
  const { db } = database;
  await withFootage(database);
  const volume_id = await volumeId(db);
  const totals = () => db.selectFrom('footage_totals').selectAll().execute();
  const one = { camera_id: camera.id, volume_id, segments: 1, size_bytes: 30_000_000, deleting_bytes: 0 };
  assert.deepEqual(await totals(), [one]);

  const growing = { ...segment, id: 7, volume_id, sequence: 2, path: 'another.mp4', size_bytes: 5 };
  for (const size_bytes of [5, 8]) {
    await db
      .insertInto('segments')
      .values({ ...growing, size_bytes })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ size_bytes }))
      .execute();
  }
  assert.deepEqual(await totals(), [{ ...one, segments: 2, size_bytes: 30_000_008 }]);
  await db.updateTable('segments').set({ state: 'deleting' }).where('id', '=', 7).execute();
  assert.deepEqual(await totals(), [{ ...one, segments: 2, size_bytes: 30_000_008, deleting_bytes: 8 }]);
  await db.deleteFrom('segments').where('id', '=', 7).execute();
  assert.deepEqual(await totals(), [one]);
  await db.deleteFrom('segments').execute();
  assert.deepEqual(await totals(), []);
});

test('one day of one camera is found through the index', async (t) => {
  const database = await openDatabase(temporaryFile(t));
  t.after(() => database.close());
  const plan = await sql<{ detail: string }>`EXPLAIN QUERY PLAN SELECT path FROM segments
    WHERE camera_id = ${'front-door'} AND start_at >= ${1} AND start_at < ${2} ORDER BY start_at`.execute(database.db);
  assert.deepEqual(
    plan.rows.map((row) => row.detail),
    ['SEARCH segments USING INDEX segments_by_time (camera_id=? AND start_at>? AND start_at<?)'],
  );
});

test('a migration that fails changes nothing, and is tried again at the next start', (t) => {
  const sqlite = new DatabaseSync(temporaryFile(t));
  t.after(() => sqlite.close());
  const good = { number: 1, name: 'good', sql: 'CREATE TABLE a (x INTEGER) STRICT;' };
  const bad = { number: 2, name: 'bad', sql: 'CREATE TABLE b (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1);' };
  assert.throws(() => migrate(sqlite, [good, bad], 1), /nowhere/);
  const repaired = { ...bad, sql: 'CREATE TABLE b (x INTEGER) STRICT;' };
  assert.deepEqual(migrate(sqlite, [good, repaired], 2), [2]);
  assert.deepEqual(migrate(sqlite, [good, repaired], 3), []);
});

test('a database of a newer version is refused, untouched', async (t) => {
  const file = temporaryFile(t);
  await (await openDatabase(file)).close();
  const sqlite = new DatabaseSync(file);
  sqlite.exec("INSERT INTO migrations VALUES (9999, 'from-the-future', 0)");
  sqlite.close();
  await assert.rejects(openDatabase(file), /newer version/);
});

test('a file that is no database is refused', async (t) => {
  const file = temporaryFile(t);
  fs.writeFileSync(file, 'not a database, but long enough to look like a file with a header of some kind');
  await assert.rejects(openDatabase(file), /not a database/);
});

test('the migrations are numbered without holes', () => {
  const migrations = readMigrations();
  assert.deepEqual(
    migrations.map((migration) => migration.number),
    migrations.map((_, index) => index + 1),
  );
});

test('a database of the first version keeps its footage, on the volume that its folder becomes', async (t) => {
  const file = temporaryFile(t);
  const old = new DatabaseSync(file);
  migrate(old, readMigrations().slice(0, 1), 1);
  const insert = (table: string, row: Record<string, string | number | null | Uint8Array>) =>
    old
      .prepare(`INSERT INTO ${table} (${Object.keys(row).join()}) VALUES (${Object.keys(row).fill('?').join()})`)
      .run(...Object.values(row));
  insert('cameras', camera);
  insert('runs', run);
  insert('segments', segment);
  insert('gaps', { camera_id: camera.id, from_at: 1, to_at: 2, cause: 'stalled' });
  old.close();

  const { db, close } = await openDatabase(file);
  t.after(close);
  const volume_id = await volumeId(db);
  const [row] = await db.selectFrom('segments').selectAll().execute();
  assert.deepEqual(row, { ...segment, id: 1, volume_id, holes: null, chunks: new Uint8Array([1, 2, 3]) });
  assert.deepEqual(await db.selectFrom('footage_totals').selectAll().execute(), [
    { camera_id: camera.id, volume_id, segments: 1, size_bytes: segment.size_bytes, deleting_bytes: 0 },
  ]);
  assert.equal((await db.selectFrom('gaps').selectAll().execute()).length, 1);
});
