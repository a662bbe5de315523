import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import type { UnixMs } from '@nightjar/contract';
import { copyAfterKill, record, startRecorder, temporaryFolder } from '../../testing/recorder.ts';
import { makeStream, type TestStream } from '../../testing/streams.ts';
import { waitFor } from '../../testing/wait.ts';
import { prepareDataDir } from '../config/index.ts';
import { scanSegment } from '../media/fmp4/index.ts';
import { systemClock } from '../shared/clock.ts';
import { writeIdentity } from '../shared/volume-identity.ts';
import { check } from './check.ts';
import { Progress } from './progress.ts';
import { type ReindexOptions, type ReindexReport, reindex } from './reindex.ts';

const run = promisify(execFile);
const noon = Date.parse('2026-11-22T12:00:00Z');
const everything = { from: (noon - 1_000) as UnixMs, to: (noon + 300_000) as UnixMs };
let plain: TestStream;
/** Two cameras, with sound and B-frames, several runs, gaps, marks and events; as after SIGTERM. */
let recorded = '';
const cleanUp: Array<() => unknown> = [];

before(async () => {
  const context = { after: (callback: () => unknown) => cleanUp.unshift(callback) } as unknown as TestContext;
  const small = { width: 160, height: 120, gopFrames: 25, seconds: 4 };
  plain = await makeStream({ ...small, audio: 'mono' });
  const fancy = await makeStream({ ...small, codec: 'h265', bFrames: 2 });
  const recorder = await startRecorder(context, { now: noon, cameras: ['yard', 'door'] });
  const { index, database } = recorder;
  await record(recorder, { cameraId: 'yard', stream: plain, startMs: noon, repeat: 32 });
  index.setCoverage('yard', 'camera_unreachable', (noon + 128_000) as UnixMs);
  await record(recorder, { cameraId: 'yard', stream: plain, startMs: noon + 140_000.25 });
  await record(recorder, { cameraId: 'door', stream: fancy, startMs: noon + 3_000, repeat: 2 });
  const mark = { title: 'Parcel', note: '', created_at: noon };
  const range = { camera_id: 'yard', from_at: noon, to_at: noon + 9_000 };
  const marks = [1, 2].map((id) => ({ id, kind: 'lock' as const, ...range, ...mark }));
  await database.db.insertInto('marks').values(marks).execute();
  await database.db.deleteFrom('marks').where('id', '=', 2).execute();
  await database.db
    .insertInto('layouts')
    .values({ id: 'wall', name: 'Wall', tiles: 4, shows: 'all', camera_ids: '[]', groups: '[]', rotate_seconds: 20 })
    .execute();
  recorder.clock.now = noon + 150_000;
  await recorder.stop();
  recorded = recorder.dataDir;
});

after(async () => {
  for (const callback of cleanUp) await callback();
});

const day = 'recordings/yard/2026-11-22';
const [first, second, third] = ['13-00-00.000', '13-01-00.000', '13-02-00.000'].map(
  (at) => `${day}/${at}+0100.mp4`,
) as [string, string, string];

interface Trial {
  dataDir: string;
  file(name: string): string;
  change(sql: string): void;
  reindex(options?: Partial<ReindexOptions>): Promise<ReindexReport>;
}

function trial(t: TestContext, of = recorded): Trial {
  const dataDir = copyAfterKill(t, of);
  const progress = new Progress({ out: { write: () => {} } });
  return {
    dataDir,
    file: (name) => path.join(dataDir, name),
    change: (sql) => {
      using database = new DatabaseSync(path.join(dataDir, 'nightjar.sqlite'), { enableForeignKeyConstraints: false });
      database.exec(sql);
    },
    reindex: (options) =>
      reindex({ dataDir, volumes: [], forgetMissing: false, clock: systemClock, progress, ...options }),
  };
}

/** All rows of a table; `not`: columns that are left out. */
function rowsOf(dataDir: string, table: string, ...not: string[]): unknown[] {
  using database = new DatabaseSync(path.join(dataDir, 'nightjar.sqlite'));
  const rows = database.prepare(`SELECT * FROM ${table}`).all();
  const kept = rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !not.includes(name))));
  return kept.sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

const index = (dataDir: string, ...not: string[]) =>
  ['runs', 'segments', 'footage_totals'].map((table) => rowsOf(dataDir, table, ...not));

/** Path, content and time of every file under a folder. */
function filesIn(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      const sum = createHash('sha256').update(fs.readFileSync(file)).digest('hex');
      return `${path.relative(folder, file)} ${sum} ${fs.statSync(file).mtimeMs}`;
    })
    .sort();
}

/** Overwrites the first page of a table and of each of its indexes. */
function destroyTable(file: string, table: string): void {
  using sqlite = new DatabaseSync(file);
  const pages = sqlite.prepare('SELECT rootpage FROM sqlite_schema WHERE tbl_name = ? AND rootpage > 0').all(table);
  sqlite.close();
  const bytes = fs.readFileSync(file);
  for (const { rootpage } of pages) bytes.fill(0xa5, (Number(rootpage) - 1) * 4_096, Number(rootpage) * 4_096);
  fs.writeFileSync(file, bytes);
}

const found = ({ findings }: ReindexReport): string[] =>
  findings.flatMap(({ kind, examples }) => examples.map(({ where }) => `${kind} ${where}`)).sort();

async function assertWell(dataDir: string): Promise<void> {
  const progress = new Progress({ out: { write: () => {} } });
  const { findings } = await check({ dataDir, timeZone: 'Europe/Vienna', mode: 'full', progress });
  assert.deepEqual(
    findings.filter(({ level }) => level === 'problem'),
    [],
  );
}

/** What people see, once the cameras are there. */
async function timelines(t: TestContext, dataDir: string, cameras: string[] = []) {
  const recorder = await startRecorder(t, { dataDir, now: noon + 200_000, cameras });
  const seen = await Promise.all(['yard', 'door'].map((id) => recorder.index.timeline(id, everything)));
  const { segments } = await recorder.index.footage('yard', everything);
  await recorder.stop();
  return { seen, chunks: segments.map((segment) => segment.chunks) };
}

test('the index made from the files alone is that of the recording', async (t) => {
  const { dataDir, file, reindex } = trial(t);
  const before = index(dataDir, 'id');
  const files = filesIn(file('recordings'));
  for (const name of fs.readdirSync(dataDir)) if (name.startsWith('nightjar.sqlite')) fs.rmSync(file(name));
  const report = await reindex();
  assert.deepEqual([report.database, report.problems, report.segments, report.runs], ['missing', 0, 5, 3]);
  assert.deepEqual(report.camerasEntered.sort(), ['door', 'yard']);
  // Ids of runs are in the files; those of segments are new.
  assert.deepEqual(index(dataDir, 'id'), before);
  assert.deepEqual(filesIn(file('recordings')), files);
  assert.equal(fs.statSync(file('nightjar.sqlite')).mode & 0o777, 0o600);
  await assertWell(dataDir);
  const original = await timelines(t, copyAfterKill(t, recorded));
  const again = await timelines(t, dataDir, ['yard', 'door']);
  assert.deepEqual(again.chunks, original.chunks);
  assert.deepEqual(
    again.seen.map(({ spans }) => spans),
    original.seen.map(({ spans }) => spans),
  );
});

test('with its database in order, all stays as it was, ids and ledger too', async (t) => {
  const { dataDir, reindex } = trial(t);
  const tables = [
    'cameras',
    'volumes',
    'gaps',
    'removed',
    'marks',
    'events',
    'archives',
    'layouts',
    'sqlite_sequence',
    'segments',
    'runs',
  ];
  const before = tables.map((table) => rowsOf(dataDir, table));
  const original = await timelines(t, copyAfterKill(t, recorded));
  const report = await reindex();
  assert.deepEqual([report.database, report.keptAs, report.findings], ['well', null, []]);
  assert.deepEqual(
    tables.map((table) => rowsOf(dataDir, table)),
    before,
  );
  assert.deepEqual(
    fs.readdirSync(dataDir).filter((name) => name.startsWith('nightjar.sqlite')),
    ['nightjar.sqlite'],
  );
  assert.deepEqual(await timelines(t, dataDir), original);
});

test('an index that was wrong is right afterwards', async (t) => {
  const { dataDir, change, reindex } = trial(t);
  const before = index(dataDir, 'id');
  change(`DELETE FROM segments WHERE path = '${first}';
    UPDATE segments SET chunks = x'', size_bytes = 1, end_at = start_at, state = 'open' WHERE path = '${second}';
    UPDATE segments SET path = path || '.old', sequence = sequence + 10 WHERE path = '${third}';
    UPDATE runs SET width = 7; UPDATE footage_totals SET segments = 99`);
  const report = await reindex();
  assert.deepEqual(found(report), [`file_missing ${third}.old`]);
  assert.deepEqual(index(dataDir, 'id'), before);
  await assertWell(dataDir);
});

test('of a damaged database what can be read is kept, and the damaged one too', async (t) => {
  const { dataDir, file, reindex } = trial(t);
  const before = index(dataDir, 'id');
  const cameras = rowsOf(dataDir, 'cameras');
  const gaps = rowsOf(dataDir, 'gaps');
  const database = file('nightjar.sqlite');
  {
    // The pages of the segments' table and of its indexes.
    using sqlite = new DatabaseSync(database, { readOnly: true });
    const pages = sqlite
      .prepare("SELECT rootpage FROM sqlite_schema WHERE tbl_name = 'segments' AND rootpage > 0")
      .all();
    const bytes = fs.readFileSync(database);
    for (const { rootpage } of pages) bytes.fill(0xa5, (Number(rootpage) - 1) * 4_096, Number(rootpage) * 4_096);
    fs.writeFileSync(database, bytes);
  }
  const damaged = fs.readFileSync(database);
  const report = await reindex();
  assert.equal(report.database, 'damaged');
  assert.match(report.keptAs ?? '', /nightjar\.sqlite\.corrupt-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/);
  assert.deepEqual(fs.readFileSync(report.keptAs as string), damaged);
  assert.deepEqual(
    report.tables.filter(({ lost }) => lost !== null),
    [],
  );
  assert.deepEqual(rowsOf(dataDir, 'cameras'), cameras);
  assert.deepEqual(rowsOf(dataDir, 'gaps'), gaps);
  assert.deepEqual(index(dataDir, 'id'), before);
  await assertWell(dataDir);
});

test('rows that refer to what could not be read go, and a database that is none is like a missing one', async (t) => {
  const { dataDir, file, change, reindex } = trial(t);
  change(`INSERT INTO cameras VALUES ('ghost', '{}', 0, 0); INSERT INTO removed VALUES ('ghost', 0, 1), ('yard', 0, 1);
    INSERT INTO gaps (camera_id, from_at, to_at, cause) VALUES ('ghost', 1, 2, 'paused')`);
  const gaps = rowsOf(dataDir, 'gaps').filter((row) => !JSON.stringify(row).includes('ghost'));
  destroyTable(file('nightjar.sqlite'), 'cameras');
  const report = await reindex();
  assert.deepEqual(
    report.tables.filter(({ lost }) => lost !== null).map(({ table }) => table),
    ['cameras'],
  );
  assert.deepEqual(report.camerasEntered.sort(), ['door', 'yard']);
  assert.deepEqual(rowsOf(dataDir, 'gaps'), gaps);
  assert.deepEqual(rowsOf(dataDir, 'removed'), [{ camera_id: 'yard', from_at: 0, to_at: 1 }]);
  await assertWell(dataDir);

  fs.writeFileSync(file('nightjar.sqlite'), Buffer.alloc(50_000, 'no database'));
  const none = await reindex({ clock: { ...systemClock, nowMs: () => (Date.now() + 5_000) as UnixMs } });
  assert.deepEqual([none.database, none.segments], ['damaged', 5]);
  assert.deepEqual(fs.readFileSync(none.keptAs as string), Buffer.alloc(50_000, 'no database'));
  await assertWell(dataDir);
});

test('a WAL that is left of a lost database is never taken for that of the new one', async (t) => {
  const { dataDir, file, change, reindex } = trial(t);
  {
    using holder = new DatabaseSync(file('nightjar.sqlite'));
    holder.prepare('SELECT * FROM cameras').all(); // the last one that closes it takes the WAL along
    change('UPDATE cameras SET settings = \'{"name":"from the WAL"}\'');
    fs.copyFileSync(file('nightjar.sqlite-wal'), file('kept-wal'));
  }
  fs.rmSync(file('nightjar.sqlite'));
  fs.renameSync(file('kept-wal'), file('nightjar.sqlite-wal'));
  const report = await reindex();
  assert.ok(fs.existsSync(`${report.keptAs}-wal`));
  assert.equal(JSON.stringify(rowsOf(dataDir, 'cameras')).includes('from the WAL'), false);
  await assertWell(dataDir);
});

test('torn ends, damage and files of others are told of and left as they are', async (t) => {
  const { dataDir, file, reindex } = trial(t);
  const { chunks, headLength } = await scanSegment(file(second));
  const hit = chunks[30];
  assert.ok(hit);
  const bytes = fs.readFileSync(file(second));
  fs.writeFileSync(file(second), bytes.fill(0, hit.offset, hit.offset + 100));
  fs.truncateSync(file(third), fs.statSync(file(third)).size - 100);
  fs.copyFileSync(file(first), file(`${day}/13-00-00.000+0100-2.mp4`)); // before the right one by its name
  fs.mkdirSync(file('recordings/gate'));
  fs.copyFileSync(file(first), file('recordings/gate/strayed.mp4'));
  fs.writeFileSync(file(`${day}/notes.txt`), 'notes');
  fs.writeFileSync(file(`${day}/begun.mp4`), bytes.subarray(0, headLength));
  fs.symlinkSync('circle.mp4', file(`${day}/circle.mp4`));
  const files = filesIn(file('recordings'));
  const expected = [
    `copy ${day}/13-00-00.000+0100-2.mp4`,
    `damaged ${second}`,
    `empty_file ${day}/begun.mp4`,
    `file_unreadable ${day}/circle.mp4`,
    `left_open ${third}`,
    'misplaced recordings/gate/strayed.mp4',
    `unknown_file ${day}/notes.txt`,
  ];
  assert.deepEqual(found(await reindex()), expected);
  fs.rmSync(file('nightjar.sqlite'));
  const report = await reindex();
  assert.deepEqual(found(report), expected, 'without a database, too');
  assert.deepEqual(filesIn(file('recordings')), files);
  const playable = (await scanSegment(file(second))).chunks.length;
  const { chunks: indexed } = await timelines(t, dataDir, ['yard', 'door']);
  assert.ok((indexed[1]?.length ?? 0) <= playable && (indexed[1]?.length ?? 0) > playable - 4);
  // The next start, in `timelines`, has cut the torn end and left all others alone.
  assert.equal(fs.statSync(file(third)).size, (await scanSegment(file(third))).validBytes);
  assert.deepEqual(
    filesIn(file('recordings')).filter((line) => !line.includes('13-02-00')),
    files.filter((line) => !line.includes('13-02-00')),
  );
});

test('what a damaged file cannot say any more the index keeps', async (t) => {
  const { dataDir, file, reindex } = trial(t);
  const before = rowsOf(dataDir, 'segments');
  const bytes = fs.readFileSync(file(first));
  fs.writeFileSync(file(first), bytes.fill(0xff, bytes.indexOf('NIGHTJAR'), bytes.indexOf('NIGHTJAR') + 40));
  fs.rmSync(file(second));
  fs.symlinkSync(path.basename(second), file(second));
  assert.deepEqual(found(await reindex()), [`file_unreadable ${second}`, `unknown_file ${first}`]);
  assert.deepEqual(rowsOf(dataDir, 'segments'), before);
});

test('footage that was to be deleted is not brought back', async (t) => {
  const { dataDir, file, change, reindex } = trial(t);
  change(`UPDATE segments SET state = 'deleting' WHERE path IN ('${first}', '${second}')`);
  fs.rmSync(file(first));
  assert.deepEqual(found(await reindex()), []);
  const states = rowsOf(dataDir, 'segments').map((row) => (row as { state: string }).state);
  assert.deepEqual(states.filter((state) => state === 'deleting').length, 1);
});

test('where all of a camera is gone it asks first: its disk may only not be mounted', async (t) => {
  const { dataDir, file, reindex } = trial(t);
  const before = index(dataDir);
  fs.rmSync(file('recordings/yard'), { recursive: true });
  await assert.rejects(
    reindex(),
    /recordings\/yard is not there, and the index has 4 segments in it; nothing was changed/,
  );
  assert.deepEqual(index(dataDir), before);
  const report = await reindex({ forgetMissing: true });
  assert.deepEqual([report.segments, report.problems], [1, 0]);
  await assertWell(dataDir);
});

test('footage on several volumes: one that is away keeps its rows, and a lost one is found by its identity', async (t) => {
  const { dataDir, file, change, reindex } = trial(t);
  const shelf = temporaryFolder(t);
  await writeIdentity(shelf, 'shelf-id');
  fs.cpSync(file('recordings/door'), path.join(shelf, 'recordings/door'), { recursive: true });
  fs.rmSync(file('recordings/door'), { recursive: true });
  change(`INSERT INTO volumes (id, name, path, position, use, created_at) VALUES ('shelf-id', 'Shelf', '${shelf}', 1, 'record', 0);
    DELETE FROM footage_totals; CREATE TABLE aside AS SELECT * FROM segments; DELETE FROM segments;
    UPDATE aside SET volume_id = 'shelf-id' WHERE camera_id = 'door';
    INSERT INTO segments SELECT * FROM aside; DROP TABLE aside`);
  const before = index(dataDir);
  const withoutIds = index(dataDir, 'id');
  assert.deepEqual(found(await reindex()), []);
  assert.deepEqual(index(dataDir), before);

  fs.renameSync(path.join(shelf, 'nightjar-volume.json'), path.join(shelf, 'elsewhere'));
  const away = await reindex();
  assert.deepEqual(found(away), ['volume_missing volume "Shelf"']);
  assert.match(away.findings[0]?.examples[0]?.what ?? '', /1 segments on it stay in the index/);
  assert.deepEqual(index(dataDir), before);

  fs.rmSync(file('nightjar.sqlite'));
  await assert.rejects(reindex({ volumes: [shelf] }), /is not a volume of a recorder/);
  fs.renameSync(path.join(shelf, 'elsewhere'), path.join(shelf, 'nightjar-volume.json'));
  assert.deepEqual(found(await reindex({ volumes: [shelf] })), []);
  assert.deepEqual(index(dataDir, 'id'), withoutIds);
});

const cli = path.join(import.meta.dirname, '..', 'reindex.ts');
const main = path.join(import.meta.dirname, '..', 'main.ts');
const node = ['--disable-warning=ExperimentalWarning'];
const outcome = (script: string, ...args: string[]) =>
  run(process.execPath, [...node, script, ...args]).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );

test('killed in the midst, the old index is whole; the next one clears up', async (t) => {
  const { dataDir, file, reindex } = trial(t);
  // Enough files to be in the midst of for a while.
  const folder = file('recordings/yard/2026-11-20');
  fs.mkdirSync(folder);
  for (let copy = 0; copy < 1_000; copy += 1) fs.linkSync(file(first), path.join(folder, `${copy}.mp4`));
  const before = index(dataDir);
  const child: ChildProcess = spawn(process.execPath, [...node, cli, '--data', dataDir], { stdio: 'ignore' });
  await waitFor('a new database is begun', () => fs.existsSync(file('nightjar.sqlite.reindex')), { everyMs: 2 });
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.deepEqual(index(dataDir), before);
  fs.rmSync(folder, { recursive: true });
  assert.deepEqual(found(await reindex()), []);
  assert.deepEqual(index(dataDir), before);
  assert.deepEqual(
    fs.readdirSync(dataDir).filter((name) => name.includes('reindex')),
    [],
  );
});

test('the command refuses beside a recorder and in a folder that is none, and says what it did', async (t) => {
  const { dataDir, file, change } = trial(t);
  const lock = prepareDataDir(dataDir);
  const refused = await outcome(cli, '--data', dataDir);
  assert.deepEqual([refused.code, refused.stdout], [2, '']);
  assert.match(refused.stderr, /^nightjar: another recorder is using the data folder .*\n$/);
  lock.release();
  const nothing = path.join(temporaryFolder(t), 'nothing');
  assert.match((await outcome(cli, '--data', nothing)).stderr, /^nightjar: there is no recorder's data in /);
  assert.equal(fs.existsSync(nothing), false);
  fs.writeFileSync(file(`${day}/notes.txt`), 'notes');
  const done = await outcome(cli, '--data', dataDir);
  assert.equal(done.code, 0, done.stderr);
  assert.match(
    done.stdout,
    /^Index of .* made from 6 files, .* 5 segments of 3 runs\.\nCameras, gaps, .* as they were\.\n/,
  );
  assert.match(done.stdout, /note {5}Files that are none of ours[\s\S]*notes\.txt[\s\S]*Start the recorder again\.\n$/);
  fs.rmSync(file('nightjar.sqlite'));
  const anew = await outcome(cli, '--data', dataDir);
  assert.match(anew.stdout, /There was no database[\s\S]*Known only by their footage: door, yard\./);
  assert.equal(JSON.parse((await outcome(cli, '--data', dataDir, '--json')).stdout).segments, 5);
  change("INSERT INTO migrations VALUES (9999, 'later', 0)");
  const newer = await outcome(cli, '--data', dataDir);
  assert.deepEqual([newer.code, /newer version of Nightjar/.test(newer.stderr)], [2, true]);
});

test('a recorder with a damaged database says in one line how to get out, and starts after reindexing', async (t) => {
  const { dataDir, file } = trial(t);
  const bytes = fs.readFileSync(file('nightjar.sqlite'));
  for (const damage of [
    Buffer.alloc(9_000, 'x'),
    Buffer.concat([bytes.subarray(0, 4_096), Buffer.alloc(bytes.length - 4_096, 1)]),
  ]) {
    fs.writeFileSync(file('nightjar.sqlite'), damage);
    const { code, stderr } = await outcome(main, 'start', '--data', dataDir, '--port', '0', '--rtsp-port', '0');
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^nightjar: the database .* is damaged; \.\/nightjar reindex makes it anew, no footage is lost\n$/,
    );
  }
});
