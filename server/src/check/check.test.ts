import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import type { UnixMs } from '@nightjar/contract';
import { copyAfterKill, record, startRecorder, temporaryFolder } from '../../testing/recorder.ts';
import { makeStream } from '../../testing/streams.ts';
import { prepareDataDir } from '../config/index.ts';
import { boxesIn, findBox, type SegmentScan, scanSegment } from '../media/fmp4/index.ts';
import { type CheckReport, check } from './check.ts';
import { findingKinds } from './finding.ts';
import { Progress } from './progress.ts';

const run = promisify(execFile);
const noon = Date.parse('2026-11-22T12:00:00Z');
const seen = new Set<string>();
/** Two cameras, three and one segments, as after SIGTERM. Every test works on a copy. */
let recorded = '';
const cleanUp: Array<() => unknown> = [];

before(async () => {
  // Called as a test's own recorder is, but for all of them.
  const context = { after: (callback: () => unknown) => cleanUp.unshift(callback) } as unknown as TestContext;
  const small = { width: 160, height: 120, gopFrames: 25, seconds: 4 };
  const [yard, door] = await Promise.all([
    makeStream({ ...small, audio: 'mono' }),
    makeStream({ ...small, codec: 'h265', bFrames: 2 }),
  ]);
  const recorder = await startRecorder(context, { now: noon, cameras: ['yard', 'door'] });
  await record(recorder, { cameraId: 'yard', stream: yard, startMs: noon, repeat: 32 });
  await record(recorder, { cameraId: 'door', stream: door, startMs: noon });
  recorder.index.setCoverage('door', 'camera_unreachable', (noon + 4_000) as UnixMs);
  recorder.clock.now = noon + 128_000;
  await recorder.stop();
  recorded = recorder.dataDir;
});

after(async () => {
  for (const callback of cleanUp) await callback();
  const untested = Object.keys(findingKinds).filter((kind) => !seen.has(kind) && kind !== 'not_accounted');
  assert.deepEqual(untested, [], 'kinds of findings without a test');
});

const day = 'recordings/yard/2026-11-22';
const [first, second, third] = ['13-00-00.000', '13-01-00.000', '13-02-00.000'].map(
  (at) => `${day}/${at}+0100.mp4`,
) as [string, string, string];

interface Trial {
  dataDir: string;
  file: (name: string) => string;
  /** Changes the database as nobody should. */
  change: (sql: string) => void;
  check: (mode?: 'fast' | 'full' | 'media') => Promise<CheckReport>;
}

function trial(t: TestContext): Trial {
  const dataDir = copyAfterKill(t, recorded);
  return {
    dataDir,
    file: (name) => path.join(dataDir, name),
    change: (sql) => {
      using database = new DatabaseSync(path.join(dataDir, 'nightjar.sqlite'), { enableForeignKeyConstraints: false });
      database.exec(sql);
    },
    check: (mode = 'fast') =>
      check({
        dataDir,
        timeZone: 'Europe/Vienna',
        mode,
        progress: new Progress({ out: { write: () => {} } }),
        settleMs: 50,
      }),
  };
}

/** `kind where`, sorted; what was expected to be found counts as tested. */
function found({ findings }: CheckReport): string[] {
  for (const { kind } of findings) seen.add(kind);
  return findings.flatMap(({ kind, examples }) => examples.map(({ where }) => `${kind} ${where}`)).sort();
}

/** Overwrites a part of a file, as a bad sector would. */
function damage(file: string, offset: number, bytes: Buffer): void {
  const handle = fs.openSync(file, 'r+');
  fs.writeSync(handle, bytes, 0, bytes.length, offset);
  fs.closeSync(handle);
}

test('of a folder in order nothing is found, whatever is read of it', async (t) => {
  const { check, dataDir } = trial(t);
  for (const mode of ['fast', 'full', 'media'] as const) {
    const report = await check(mode);
    assert.deepEqual(found(report), []);
    assert.deepEqual([report.files, report.problems, report.recorderRunning], [4, 0, false]);
    assert.ok(report.bytes > 1e6);
  }
  assert.deepEqual(fs.readdirSync(dataDir).sort(), fs.readdirSync(recorded).sort(), 'it leaves nothing behind');
});

test('files that are gone, cut short or too long are found', async (t) => {
  const { file, check } = trial(t);
  fs.rmSync(file(first));
  fs.truncateSync(file(second), 5_000);
  fs.appendFileSync(file(third), 'torn');
  const report = await check();
  assert.deepEqual(found(report), [`file_longer ${third}`, `file_missing ${first}`, `file_shorter ${second}`]);
  assert.equal(report.problems, 2);
});

test('a camera whose whole folder is gone is missed too', async (t) => {
  const { file, check } = trial(t);
  fs.rmSync(file('recordings/yard'), { recursive: true });
  assert.deepEqual(
    found(await check()),
    [first, second, third].map((name) => `file_missing ${name}`),
  );
});

test('files that the index does not know are named for what they are', async (t) => {
  const { file, change, check } = trial(t);
  change(`DELETE FROM segments WHERE path = '${second}'`);
  fs.copyFileSync(file(first), file(`${day}/copy.mp4`));
  fs.mkdirSync(file('recordings/door/2026-01-01'));
  fs.copyFileSync(file(first), file('recordings/door/2026-01-01/other.mp4'));
  fs.writeFileSync(file(`${day}/notes.txt`), 'notes');
  fs.writeFileSync(file('recordings/lost+found.mp4'), 'not a recording');
  fs.writeFileSync(file(`${day}/index.m3u8`), '#EXTM3U');
  const { headLength } = await scanSegment(file(first));
  fs.writeFileSync(file(`${day}/begun.mp4`), fs.readFileSync(file(first)).subarray(0, headLength));
  assert.deepEqual(found(await check()), [
    `copy ${day}/copy.mp4`,
    `empty_file ${day}/begun.mp4`,
    'misplaced recordings/door/2026-01-01/other.mp4',
    `not_indexed ${second}`,
    'unexplained yard',
    `unknown_file recordings/lost+found.mp4`,
    `unknown_file ${day}/notes.txt`,
  ]);
});

test('what a recorder left unfinished is a note: the next start sees to it', async (t) => {
  const { change, check } = trial(t);
  change(`UPDATE segments SET state = 'open', size_bytes = 9e9 WHERE path = '${third}';
    UPDATE segments SET state = 'deleting' WHERE path = '${first}'`);
  const report = await check('full');
  assert.deepEqual(found(report), [`left_deleting ${first}`, `left_open ${third}`]);
  assert.equal(report.problems, 0);
});

test('rows that contradict themselves or others are found', async (t) => {
  const { change, check } = trial(t);
  change(`UPDATE segments SET camera_id = 'door' WHERE path = '${first}';
    UPDATE segments SET end_at = start_at - 1 WHERE path = '${third}'`);
  const report = await check();
  assert.deepEqual(
    found(report).filter((line) => line.startsWith('row')),
    [`row_contradiction ${first}`, `row_contradiction ${first}`, `row_contradiction ${third}`],
  );
});

test('segments of one run that overlap are found', async (t) => {
  const { change, check } = trial(t);
  change(`UPDATE segments SET start_at = start_at - 5000 WHERE path = '${second}'`);
  assert.deepEqual(found(await check()), [`overlap ${second}`]);
});

test('wrong sums, runs without segments and dangling references are found', async (t) => {
  const { change, check } = trial(t);
  change(`UPDATE footage_totals SET size_bytes = 1 WHERE camera_id = 'yard';
    UPDATE footage_hours SET last_at = last_at + 1 WHERE camera_id = 'yard';
    INSERT INTO runs SELECT 'nobody', camera_id, started_at, video_codec, codec_string, width, height, audio_codec, init_length
    FROM runs WHERE camera_id = 'yard';
    INSERT INTO gaps (camera_id, from_at, to_at, cause) VALUES ('ghost', 1, 2, 'paused')`);
  const lines = found(await check());
  assert.match(lines[0] ?? '', /^broken_reference gaps \d+$/);
  assert.deepEqual(lines.slice(1), [
    'run_without_segments yard, run nobody',
    `sums_wrong yard in the hour from ${new Date(noon).toISOString()}`,
    'sums_wrong yard on volume "Data folder"',
  ]);
});

test('a ledger that contradicts itself, and time without a cause, are found', async (t) => {
  const { change, check } = trial(t);
  change(`INSERT INTO gaps (camera_id, from_at, to_at, cause) VALUES ('yard', ${noon + 9}, ${noon}, 'paused'),
      ('door', ${noon + 500_000}, NULL, 'paused'), ('door', ${noon + 600_000}, NULL, 'stalled');
    UPDATE cameras SET created_at = created_at - 90000 WHERE id = 'yard'`);
  const report = await check();
  assert.deepEqual(found(report), ['ledger_row door', 'ledger_row yard', 'unexplained yard']);
  assert.deepEqual(report.findings.at(-1)?.examples, [{ where: 'yard', what: '2 min' }]);
});

test('damage inside a file is found by its boxes, with the moment it hits', async (t) => {
  const { file, check } = trial(t);
  const { chunks } = await scanSegment(file(first));
  const hit = chunks[40] as SegmentScan['chunks'][number];
  damage(file(first), hit.offset + 4, Buffer.alloc(300));
  assert.deepEqual(found(await check()), [], 'its size is right');
  const report = await check('full');
  assert.deepEqual(found(report), [`damaged ${first}`]);
  const moment = new Date(hit.startMs).toISOString();
  assert.equal(
    report.findings[0]?.examples[0]?.what,
    `${(hit.sizeBytes / 1e3).toFixed(0)} kB from byte ${hit.offset} on, about ${moment}`,
  );
});

test('a damaged end is found, too', async (t) => {
  const { file, check } = trial(t);
  const { chunks } = await scanSegment(file(first));
  damage(file(first), chunks.at(-1)?.offset ?? 0, Buffer.alloc(100));
  const report = await check('full');
  assert.deepEqual(found(report), [`damaged ${first}`]);
  assert.match(report.findings[0]?.examples[0]?.what ?? '', /^from byte \d+ to the end/);
});

test('a damaged head, and files that say they are another recording, are found', async (t) => {
  const { file, check } = trial(t);
  damage(file(first), 4, Buffer.from('XXXX'));
  const [a, b] = [fs.readFileSync(file(second)), fs.readFileSync(file(third))];
  fs.writeFileSync(file(second), b);
  fs.writeFileSync(file(third), a);
  assert.deepEqual(
    found(await check('full')).filter((line) => !line.startsWith('file_')),
    [`head_damaged ${first}`, `identity_differs ${second}`, `identity_differs ${third}`],
  );
});

test('an index that says other things than the file is found', async (t) => {
  const { change, check } = trial(t);
  const blobOf = `(SELECT chunks FROM segments WHERE path = '${first}')`;
  const changes = [
    `UPDATE segments SET chunks = ${blobOf} WHERE path = '${second}'`,
    `UPDATE segments SET head_length = head_length + 1 WHERE path = '${second}'`,
    `UPDATE segments SET chunks = x'09' WHERE path = '${second}'`,
    `UPDATE segments SET start_at = start_at + 5000 WHERE path = '${second}'`,
    `UPDATE segments SET end_at = end_at - 5000 WHERE path = '${second}'`,
  ];
  for (const sql of changes) {
    const { change, check } = trial(t);
    change(sql);
    assert.ok(found(await check('full')).includes(`index_differs ${second}`), sql);
  }
  change(`UPDATE runs SET width = 1 WHERE camera_id = 'door'`);
  assert.match(found(await check('full')).join(), /^index_differs recordings\/door\//);
});

test('chunks that cannot be right are found', async (t) => {
  const { file, check } = trial(t);
  const { chunks, headLength } = await scanSegment(file(first));
  const bytes = fs.readFileSync(file(first));
  const moof = boxesIn(bytes, headLength).find(({ type }) => type === 'moof');
  const trun = moof && findBox(bytes, 'traf/trun', moof);
  assert.ok(trun);
  // Where its data begins, then the length of the first unit of a picture of another chunk.
  damage(file(first), trun.body + 8, Buffer.from([0, 0, 0, 0]));
  const media = chunks[30] as SegmentScan['chunks'][number];
  const mdat = boxesIn(bytes, media.offset).find(({ type }) => type === 'mdat');
  damage(file(first), mdat?.body ?? 0, Buffer.from([0x7f, 0xff, 0xff, 0xff]));
  assert.deepEqual(found(await check('full')), [`samples_implausible ${first}`]);
  assert.deepEqual(found(await check('media')), [`bitstream_broken ${first}`, `samples_implausible ${first}`]);
});

test('media time that leaves something out or goes back is found', async (t) => {
  const { file, change, check } = trial(t);
  const { chunks } = await scanSegment(file(first));
  const { offset = 0, mediaTime = 0 } = chunks.at(-1) ?? {};
  const bytes = fs.readFileSync(file(first));
  const [prft, moof] = boxesIn(bytes, offset);
  const tfdt = moof && findBox(bytes, 'traf/tfdt', moof);
  assert.ok(prft && tfdt);
  // 5 ms later, by both of its boxes.
  for (const at of [prft.body + 16, tfdt.body + 4]) {
    bytes.writeBigUInt64BE(BigInt(mediaTime + 450), at);
  }
  fs.writeFileSync(file(first), bytes);
  change(`UPDATE segments SET sequence = 9 WHERE path = '${second}'`);
  const lines = found(await check('full'));
  assert.ok(lines.includes(`time_broken ${first}`), lines.join());
  assert.ok(lines.includes(`overlap ${second}`), lines.join());
});

test('a database that is damaged, or gone, is a finding', async (t) => {
  const damaged = trial(t);
  const file = damaged.file('nightjar.sqlite');
  const size = fs.statSync(file).size;
  damage(file, 8_192, Buffer.alloc(size - 12_288, 0xa5));
  const report = await damaged.check();
  assert.deepEqual([...new Set(found(report))], ['database_damaged nightjar.sqlite']);
  assert.match(report.findings[0]?.remedy ?? '', /reindex/);
  fs.writeFileSync(file, Buffer.alloc(10_000, 'x'));
  assert.deepEqual(found(await damaged.check()), ['database_damaged nightjar.sqlite']);
  fs.rmSync(file);
  assert.deepEqual(found(await damaged.check()), ['database_missing nightjar.sqlite']);
});

test('a volume whose disk is not there is one finding, not one for each of its files', async (t) => {
  const { change, check } = trial(t);
  const away = temporaryFolder(t);
  change(`INSERT INTO volumes (id, name, path, position, use, created_at) VALUES ('away', 'Shelf', '${away}', 1, 'record', 0);
    UPDATE segments SET volume_id = 'away' WHERE camera_id = 'yard';
    UPDATE footage_totals SET volume_id = 'away' WHERE camera_id = 'yard'`);
  const report = await check('full');
  assert.deepEqual(
    found(report).filter((line) => !line.startsWith('not_indexed') && !line.startsWith('copy')),
    ['volume_missing volume "Shelf"'],
  );
  assert.match(report.findings[0]?.examples[0]?.what ?? '', /3 segments/);
});

test('what the disk does not give is a finding', async (t) => {
  const { file, check } = trial(t);
  fs.rmSync(file(first));
  fs.symlinkSync(path.basename(first), file(first)); // a link to itself can no more be read than a bad sector
  fs.rmSync(file('recordings/door'), { recursive: true });
  fs.writeFileSync(file('recordings/door'), '');
  const lines = found(await check('full'));
  assert.ok(lines.includes(`file_unreadable ${first}`), lines.join());
  assert.ok(
    lines.some((line) => line.startsWith('file_missing recordings/door/')),
    lines.join(),
  );
  const unreadable = trial(t);
  fs.rmSync(unreadable.file('recordings'), { recursive: true });
  fs.symlinkSync('recordings', unreadable.file('recordings'));
  assert.deepEqual(found(await unreadable.check()), ['folder_unreadable recordings']);
});

test('beside a recorder, what is on its way is not complained of, and what is wrong is', async (t) => {
  const { dataDir, file, change } = trial(t);
  const lock = prepareDataDir(dataDir);
  t.after(() => lock.release());
  // A segment whose row is not saved yet, one that grows, one that is just being deleted; and a stranger.
  change(`CREATE TABLE later AS SELECT * FROM segments WHERE path = '${second}'; DELETE FROM segments WHERE path = '${second}';
    UPDATE segments SET state = 'open', size_bytes = size_bytes - 5000 WHERE path = '${third}';
    UPDATE segments SET state = 'deleting' WHERE path = '${first}'`);
  fs.rmSync(file(first));
  fs.writeFileSync(file('recordings/stranger.mp4'), 'x');
  class WhenFilesAreCompared extends Progress {
    override begin(step: string, files?: number): void {
      super.begin(step, files);
      if (step === 'Comparing files' || !step.startsWith('Following')) return;
      change(
        `INSERT INTO segments SELECT * FROM later; DROP TABLE later; DELETE FROM segments WHERE path = '${first}'`,
      );
    }
  }
  const progress = new WhenFilesAreCompared({ out: { write: () => {} } });
  const report = await check({ dataDir, timeZone: 'Europe/Vienna', mode: 'full', progress, settleMs: 10 });
  assert.equal(report.recorderRunning, true);
  assert.deepEqual(found(report), ['unexplained yard', 'unknown_file recordings/stranger.mp4']);
});

const cli = path.join(import.meta.dirname, '..', 'check.ts');
const runCheck = (...args: string[]) =>
  run(process.execPath, ['--disable-warning=ExperimentalWarning', cli, ...args]).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );

test('the command says what it found and exits with 0, 1 or 2', async (t) => {
  const { dataDir, file, change } = trial(t);
  const well = await runCheck('--data', dataDir);
  assert.equal(well.code, 0, well.stderr);
  assert.match(well.stdout, /4 files, .* MB[\s\S]*No recorder is running\.\n\nNothing is wrong\.\n$/);
  fs.rmSync(file(first));
  const wrong = await runCheck('--data', dataDir, '--full');
  assert.equal(wrong.code, 1, wrong.stderr);
  assert.match(
    wrong.stdout,
    /problem {2}The index has segments whose files are gone\. \(1 × file_missing\)\n {9}recordings/,
  );
  assert.match(wrong.stdout, /→ .*reindex[\s\S]*1 problem found\.\n$/);
  const json = JSON.parse((await runCheck('--data', dataDir, '--json')).stdout);
  assert.deepEqual([json.problems, json.findings[0].kind, json.mode], [1, 'file_missing', 'fast']);
  for (const [args, line] of [
    [['--data', temporaryFolder(t)], /^nightjar: there is no recorder's data in /],
    [['--data', dataDir, '--fast'], /^nightjar: there is no option --fast/],
  ] as const) {
    const { code, stdout, stderr } = await runCheck(...args);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, line);
  }
  change("INSERT INTO migrations VALUES (9999, 'later', 0)");
  const newer = await runCheck('--data', dataDir);
  assert.equal(newer.code, 2);
  assert.match(newer.stderr, /newer version of Nightjar/);
});
