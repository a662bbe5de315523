import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { before, type TestContext, test } from 'node:test';
import type { UnixMs } from '@nightjar/contract';
import { copyAfterKill, record, startRecorder, type TestRecorder } from '../../testing/recorder.ts';
import { makeStream, type TestStream } from '../../testing/streams.ts';
import { databaseFileName, openDatabase } from '../database/index.ts';
import { scanSegment } from '../media/fmp4/index.ts';

const noon = Date.parse('2026-11-22T12:00:00Z');
const at = (seconds: number) => (noon + seconds * 1_000) as UnixMs;
let stream: TestStream;

before(async () => {
  stream = await makeStream({ seconds: 4, gopFrames: 25 });
});

/** Recording for 64 s, with a second segment under way, when the process is killed. Answers its data folder. */
async function killedWhileRecording(t: TestContext): Promise<string> {
  const recorder = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  await record(recorder, { cameraId: 'yard', stream, startMs: at(0), repeat: 15 });
  await record(recorder, { cameraId: 'yard', stream, startMs: at(60), leaveOpen: true });
  await recorder.index.flush();
  return copyAfterKill(t, recorder.dataDir);
}

const openFile = (dataDir: string): string => {
  const folder = path.join(dataDir, 'recordings', 'yard', '2026-11-22');
  return path.join(folder, '13-01-00.000+0100.mp4');
};

const rows = ({ database }: TestRecorder) =>
  database.db
    .selectFrom('segments')
    .select(['start_at', 'end_at', 'state', 'size_bytes'])
    .orderBy('start_at')
    .execute();

const everything = { from: at(0), to: at(1_000) };

test('a segment left open is closed with the chunks in its file, the torn tail cut off', async (t) => {
  const dataDir = await killedWhileRecording(t);
  const file = openFile(dataDir);
  const whole = fs.statSync(file).size;
  // More than the index was told of, and the last chunk half written.
  const { chunks } = await scanSegment(file);
  const last = chunks.at(-1);
  assert.ok(last);
  fs.truncateSync(file, whole - 100);

  const recorder = await startRecorder(t, { dataDir, now: at(100) });
  assert.equal(fs.statSync(file).size, last.offset);
  const [, repaired] = await rows(recorder);
  assert.deepEqual(repaired, {
    start_at: at(60),
    end_at: Math.round(last.startMs),
    state: 'closed',
    size_bytes: last.offset,
  });
  const timeline = await recorder.index.timeline('yard', everything);
  assert.deepEqual(timeline.gaps, [{ from: repaired.end_at, to: at(100), cause: 'recorder_down' }]);
  const { segments } = await recorder.index.footage('yard', everything);
  assert.deepEqual(segments[1]?.chunks.length, chunks.length - 1);
});

test('chunks that were written but never reported are found', async (t) => {
  const recorder = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  await record(recorder, { cameraId: 'yard', stream, startMs: at(0), leaveOpen: true });
  await recorder.index.flush();
  const { db } = recorder.database;
  await db
    .updateTable('segments')
    .set({ chunks: Buffer.alloc(0), end_at: at(0), size_bytes: 0 })
    .execute();
  const again = await startRecorder(t, { dataDir: copyAfterKill(t, recorder.dataDir), now: at(50) });
  assert.deepEqual((await again.index.timeline('yard', everything)).spans, [{ from: at(0), to: at(4) }]);
});

test('rows whose file is missing, and files that never held a frame, go', async (t) => {
  const dataDir = await killedWhileRecording(t);
  fs.rmSync(openFile(dataDir));
  const missing = await startRecorder(t, { dataDir, now: at(100) });
  assert.equal((await rows(missing)).length, 1);
  assert.match(missing.log(), /A segment without an end: missing/);
  assert.deepEqual((await missing.index.timeline('yard', everything)).gaps, [
    { from: at(60), to: at(100), cause: 'recorder_down' },
  ]);

  for (const bytes of [0, 100, 'head'] as const) {
    const torn = await killedWhileRecording(t);
    fs.truncateSync(openFile(torn), bytes === 'head' ? (await scanSegment(openFile(torn))).headLength : bytes);
    const recorder = await startRecorder(t, { dataDir: torn, now: at(100) });
    assert.equal((await rows(recorder)).length, 1);
    assert.equal(fs.existsSync(openFile(torn)), false);
  }
});

test('a file too large for a torn beginning is kept, whatever it looks like', async (t) => {
  const dataDir = await killedWhileRecording(t);
  fs.writeFileSync(openFile(dataDir), Buffer.alloc(9 * 1024 * 1024));
  const recorder = await startRecorder(t, { dataDir, now: at(100) });
  assert.equal((await rows(recorder)).length, 1);
  assert.equal(fs.existsSync(openFile(dataDir)), true);
});

test('a tail larger than what a writer leaves is not cut off, and not shown', async (t) => {
  const dataDir = await killedWhileRecording(t);
  const file = openFile(dataDir);
  const whole = fs.statSync(file).size;
  fs.truncateSync(file, whole + 40 * 1024 * 1024); // zeros, without taking room
  const recorder = await startRecorder(t, { dataDir, now: at(100) });
  assert.equal(fs.statSync(file).size, whole + 40 * 1024 * 1024);
  assert.deepEqual((await rows(recorder))[1]?.size_bytes, whole);
});

test('a file left open that is not the torn beginning of a segment is kept, and its row goes', async (t) => {
  const noChunkLeft = async (file: string) => {
    const { headLength, fileBytes } = await scanSegment(file);
    const bytes = fs.readFileSync(file);
    bytes.fill(0xa5, headLength, fileBytes);
    return bytes;
  };
  for (const content of [async () => Buffer.from('notes of mine'), noChunkLeft]) {
    const dataDir = await killedWhileRecording(t);
    const file = openFile(dataDir);
    const bytes = await content(file);
    fs.writeFileSync(file, bytes);
    const recorder = await startRecorder(t, { dataDir, now: at(100) });
    assert.equal((await rows(recorder)).length, 1);
    assert.deepEqual(fs.readFileSync(file), bytes);
    assert.match(recorder.log(), /A segment without an end: unreadable/);
    assert.match(recorder.log(), /13-01-00\.000\+0100\.mp4.*left alone/);
  }
});

test('a damaged stretch costs its chunks and those that refer to them, not the rest of the file', async (t) => {
  const dataDir = await killedWhileRecording(t);
  const file = openFile(dataDir);
  const { chunks } = await scanSegment(file);
  const [, hit = -1, next = -1] = chunks.flatMap(({ keyframe }, n) => (keyframe ? [n] : []));
  assert.ok(next > hit + 1, 'there are chunks that refer to the one that is hit');
  const bytes = fs.readFileSync(file);
  const from = chunks[hit]?.offset ?? 0;
  fs.writeFileSync(file, bytes.fill(0, from, from + 200));
  const recorder = await startRecorder(t, { dataDir, now: at(100) });
  const { segments } = await recorder.index.footage('yard', { from: at(60), to: at(100) });
  assert.deepEqual(
    segments[0]?.chunks.map(({ offset }) => offset),
    [...chunks.slice(0, hit), ...chunks.slice(next)].map(({ offset }) => offset),
  );
  assert.deepEqual(fs.readFileSync(file), bytes);
  assert.match(recorder.log(), /"damagedBytes":\d+/);
  const snapshot = await recorder.index.chunksAround('yard', at(61.2));
  assert.deepEqual(
    snapshot?.chunks.map(({ offset }) => offset),
    chunks.slice(0, hit).map(({ offset }) => offset),
  );
});

test('a deletion that was interrupted is finished', async (t) => {
  const recorder = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  await record(recorder, { cameraId: 'yard', stream, startMs: at(0), repeat: 16 });
  await recorder.index.flush();
  await recorder.database.db.updateTable('segments').set({ state: 'deleting' }).execute();
  fs.rmSync(path.join(recorder.dataDir, 'recordings', 'yard', '2026-11-22', '13-00-00.000+0100.mp4'));
  const again = await startRecorder(t, { dataDir: copyAfterKill(t, recorder.dataDir), now: at(100) });
  assert.deepEqual(await rows(again), []);
  assert.deepEqual(fs.readdirSync(path.join(again.dataDir, 'recordings')), []);
});

test('the segment of a lost worker is closed with what is in its file, while the next worker records', async (t) => {
  const recorder = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  await record(recorder, { cameraId: 'yard', stream, startMs: at(0), leaveOpen: true });
  const file = path.join(recorder.dataDir, 'recordings', 'yard', '2026-11-22', '13-00-00.000+0100.mp4');
  const whole = fs.statSync(file).size;
  fs.appendFileSync(file, Buffer.from('half a chunk'));
  recorder.clock.now = at(5);
  recorder.index.onWorkerLost(['yard', 'nobody']);
  await record(recorder, { cameraId: 'yard', stream, startMs: at(5) });
  recorder.clock.now = at(10);
  await recorder.index.flush();
  assert.equal(fs.statSync(file).size, whole);
  assert.deepEqual(
    (await rows(recorder)).map(({ state }) => state),
    ['closed', 'closed'],
  );
  const timeline = await recorder.index.timeline('yard', { from: at(0), to: at(10) });
  assert.deepEqual(timeline.gaps, [{ from: at(4), to: at(5), cause: 'dropped' }]);
  assert.equal(recorder.index.newestRecordedAt('yard'), at(9));
});

test('after a kill the ledger ends a gap of the camera when the recorder was last alive', async (t) => {
  const recorder = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  recorder.index.setCoverage('yard', 'camera_unreachable');
  await recorder.index.flush();
  fs.utimesSync(path.join(recorder.dataDir, 'alive'), at(40) / 1_000, at(40) / 1_000);
  const again = await startRecorder(t, { dataDir: copyAfterKill(t, recorder.dataDir), now: at(100) });
  assert.deepEqual((await again.index.timeline('yard', everything)).gaps, [
    { from: at(0), to: at(40), cause: 'camera_unreachable' },
    { from: at(40), to: at(100), cause: 'recorder_down' },
  ]);
});

test('footage whose rows a power loss took back is entered again, from the files alone', async (t) => {
  const dataDir = await killedWhileRecording(t);
  const before = await startRecorder(t, { dataDir, now: at(100) });
  const expected = await rows(before);
  const { runs } = await before.index.footage('yard', everything);
  await before.stop();
  const database = await openDatabase(path.join(dataDir, databaseFileName));
  for (const table of ['segments', 'runs'] as const) await database.db.deleteFrom(table).execute();
  await database.close();
  const stranger = path.join(path.dirname(openFile(dataDir)), 'holiday.mp4');
  fs.writeFileSync(stranger, 'not a recording');
  fs.copyFileSync(openFile(dataDir), path.join(path.dirname(openFile(dataDir)), 'copy.mp4'));
  fs.appendFileSync(openFile(dataDir), 'half a chunk');

  const recorder = await startRecorder(t, { dataDir, now: at(200) });
  assert.deepEqual(await rows(recorder), expected);
  assert.deepEqual((await recorder.index.footage('yard', everything)).runs, runs);
  assert.equal(fs.readFileSync(stranger, 'utf8'), 'not a recording');
  assert.match(recorder.log(), /holiday\.mp4.*left alone/);
  assert.match(recorder.log(), /copy\.mp4.*A copy of a recording.*left alone/);
});
