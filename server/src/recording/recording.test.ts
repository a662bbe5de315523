import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import type { CameraState, Timeline, UnixMs } from '@nightjar/contract';
import { record, startRecorder, type TestRecorder, tell } from '../../testing/recorder.ts';
import { makeStream, type TestStream } from '../../testing/streams.ts';
import { samplesOf } from '../media/fmp4/index.ts';

const noon = Date.parse('2026-11-22T12:00:00Z');
const at = (seconds: number) => (noon + seconds * 1_000) as UnixMs;
let stream: TestStream;

before(async () => {
  stream = await makeStream({ seconds: 4, gopFrames: 25 });
});

const timelineOf = (recorder: TestRecorder, from: number, to: number): Promise<Timeline> =>
  recorder.index.timeline('yard', { from: at(from), to: at(to) });

/** In seconds after noon. */
const inSeconds = ({ spans, gaps }: Timeline) => ({
  spans: spans.map(({ from, to }) => [from, to].map((ms) => (ms - noon) / 1_000)),
  gaps: gaps.map(({ from, to, cause }) => [(from - noon) / 1_000, (to - noon) / 1_000, cause]),
});

const unreachable = (code: 'camera_unreachable' | 'camera_stalled' = 'camera_unreachable'): CameraState => ({
  ...{ state: 'waiting', since: 0, failures: 1, retryAt: 0, code, reason: '' },
});

/** Says that recording is wanted, or not. */
const switchRecording = (recorder: TestRecorder, mode: 'continuous' | 'off') =>
  recorder.cameras.update('yard', { recording: { mode } });

test('segments of a run become one span, closed and open ones alike', async (t) => {
  const recorder = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  const { messages } = await record(recorder, {
    cameraId: 'yard',
    stream,
    startMs: at(0),
    repeat: 20,
    leaveOpen: true,
  });
  recorder.clock.now = at(81);
  assert.equal(messages.filter(({ type }) => type === 'segment-opened').length, 2);
  assert.equal(messages.filter(({ type }) => type === 'segment-closed').length, 1);
  const expected = { spans: [[0, 80]], gaps: [] };
  assert.deepEqual(inSeconds(await timelineOf(recorder, 0, 100)), expected, 'at once');
  await recorder.index.flush();
  assert.deepEqual(inSeconds(await timelineOf(recorder, 0, 100)), expected, 'from the database');
  assert.equal(recorder.index.newestRecordedAt('yard'), at(80));
  const rows = await recorder.database.db.selectFrom('segments').select(['state', 'start_at', 'end_at']).execute();
  assert.deepEqual(rows, [
    { state: 'closed', start_at: at(0), end_at: at(60) },
    { state: 'open', start_at: at(60), end_at: at(80) },
  ]);
});

test('an open segment shows each chunk as soon as it is reported', async (t) => {
  const recorder = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  const other = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  const { run, messages } = await record(other, { cameraId: 'yard', stream, startMs: at(0), leaveOpen: true });
  recorder.index.onRun(run);
  const ends: number[] = [];
  for (const message of messages) {
    tell(recorder.index, message);
    const { segments } = await recorder.index.footage('yard', { from: at(0), to: at(60) });
    if (message.type !== 'chunk-written') continue;
    ends.push((segments[0]?.endAt ?? 0) - noon);
    assert.equal(segments[0]?.sizeBytes, message.chunk.offset + message.chunk.sizeBytes);
  }
  assert.deepEqual(
    ends,
    [480, 960, 1_000, 1_480, 1_960, 2_000, 2_480, 2_960, 3_000, 3_480, 3_960, 4_000].slice(0, ends.length),
  );
  assert.equal(ends.at(-1), 4_000);
});

test('a stream that breaks has the cause that the next attempt tells', async (t) => {
  const recorder = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  const { index, clock } = recorder;
  await record(recorder, { cameraId: 'yard', stream, startMs: at(0) });
  clock.now = at(5);
  index.onState('yard', unreachable('camera_stalled'));
  await index.flush();
  clock.now = at(6);
  index.onState('yard', unreachable());
  clock.now = at(25);
  index.onState('yard', unreachable('camera_stalled'));
  clock.now = at(30);
  const gaps = [
    [4, 25, 'camera_unreachable'],
    [25, 30, 'stalled'],
  ];
  assert.deepEqual(inSeconds(await timelineOf(recorder, 0, 30)).gaps, gaps);
  await index.flush();
  assert.deepEqual(inSeconds(await timelineOf(recorder, 0, 30)).gaps, gaps);
  const rows = await recorder.database.db.selectFrom('gaps').select('cause').execute();
  assert.deepEqual(
    rows.map(({ cause }) => cause),
    ['camera_unreachable', 'stalled'],
  );
});

test('a gap begins where the footage ends and ends at the first frame, with the causes in between', async (t) => {
  const recorder = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  const { index, clock } = recorder;
  await record(recorder, { cameraId: 'yard', stream, startMs: at(0) });
  clock.now = at(14);
  index.onState('yard', unreachable('camera_stalled'));
  clock.now = at(20);
  index.onState('yard', unreachable());
  clock.now = at(25);
  index.onState('yard', { state: 'starting', since: clock.now });
  assert.deepEqual(inSeconds(await timelineOf(recorder, 0, 60)).gaps, [
    [4, 20, 'stalled'],
    [20, 25, 'camera_unreachable'],
  ]);
  await record(recorder, { cameraId: 'yard', stream, startMs: at(30) });
  clock.now = at(35);
  const expected = {
    spans: [
      [0, 4],
      [30, 34],
    ],
    gaps: [
      [4, 20, 'stalled'],
      [20, 30, 'camera_unreachable'],
    ],
  };
  assert.deepEqual(inSeconds(await timelineOf(recorder, 0, 60)), expected, 'what is on its way is not judged yet');
  await index.flush();
  assert.deepEqual(inSeconds(await timelineOf(recorder, 0, 60)), expected);
  clock.now = at(50);
  assert.deepEqual(inSeconds(await timelineOf(recorder, 32, 60)).gaps, [[34, 50, 'dropped']], 'but not for long');
});

test('chunks that are reported after their gap push its beginning forward', async (t) => {
  const recorder = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  const other = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  const { run, messages } = await record(other, { cameraId: 'yard', stream, startMs: at(0) });
  recorder.index.onRun(run);
  for (const message of messages.slice(0, 4)) tell(recorder.index, message);
  await switchRecording(recorder, 'off');
  recorder.clock.now = at(2);
  recorder.index.onState('yard', { state: 'starting', since: 0 });
  for (const message of messages.slice(4)) tell(recorder.index, message);
  recorder.clock.now = at(10);
  assert.deepEqual(inSeconds(await timelineOf(recorder, 0, 60)), { spans: [[0, 4]], gaps: [[4, 10, 'paused']] });
});

test('while recording is off everything is paused, until it is wanted again', async (t) => {
  const recorder = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  const { index, clock } = recorder;
  await record(recorder, { cameraId: 'yard', stream, startMs: at(0) });
  await switchRecording(recorder, 'off');
  clock.now = at(4);
  index.onState('yard', { state: 'starting', since: 0 });
  clock.now = at(8);
  index.onState('yard', unreachable());
  await switchRecording(recorder, 'continuous');
  clock.now = at(10);
  index.onState('yard', { state: 'starting', since: 0 });
  await record(recorder, { cameraId: 'yard', stream, startMs: at(11) });
  clock.now = at(15);
  assert.deepEqual(inSeconds(await timelineOf(recorder, 0, 60)).gaps, [
    [4, 8, 'paused'],
    [8, 11, 'camera_unreachable'],
  ]);
});

test('a new camera is not reached until its first frame', async (t) => {
  const recorder = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  recorder.clock.now = at(6);
  await record(recorder, { cameraId: 'yard', stream, startMs: at(2) });
  assert.deepEqual(inSeconds(await timelineOf(recorder, -60, 60)).gaps, [[0, 2, 'camera_unreachable']]);
});

test('the ledger tells a stopped recorder from an unreachable camera, after a restart', async (t) => {
  const first = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  await record(first, { cameraId: 'yard', stream, startMs: at(0) });
  first.clock.now = at(10);
  first.index.onState('yard', unreachable());
  first.clock.now = at(20);
  await first.stop();

  const second = await startRecorder(t, { now: at(100), dataDir: first.dataDir });
  second.clock.now = at(103);
  await record(second, { cameraId: 'yard', stream, startMs: at(102) });
  assert.deepEqual(inSeconds(await timelineOf(second, 0, 105)), {
    spans: [
      [0, 4],
      [102, 105],
    ],
    gaps: [
      [4, 20, 'camera_unreachable'],
      [20, 102, 'recorder_down'],
    ],
  });
});

test('a pause goes on while the recorder is down', async (t) => {
  const first = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  await switchRecording(first, 'off');
  first.index.onState('yard', { state: 'starting', since: 0 });
  await first.stop();
  const second = await startRecorder(t, { now: at(100), dataDir: first.dataDir });
  assert.deepEqual(inSeconds(await timelineOf(second, 0, 200)).gaps, [[0, 100, 'paused']]);
});

test('the chunks for a still begin at a keyframe and end with the one that shows the instant', async (t) => {
  const recorder = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  await record(recorder, { cameraId: 'yard', stream, startMs: at(0), repeat: 16 });
  const found = await recorder.index.chunksAround('yard', at(61.7));
  assert.ok(found);
  assert.equal(found.chunks[0]?.keyframe, true);
  const file = fs.readFileSync(found.file);
  const bytes = Buffer.concat(found.chunks.map((c) => file.subarray(c.offset, c.offset + c.sizeBytes)));
  const shown = samplesOf(bytes).filter(({ track, pts, duration }) => {
    return track === 'video' && pts <= found.targetTicks && found.targetTicks < pts + duration;
  });
  assert.equal(shown[0]?.pts, Math.floor(61.7 * 25) * 3_600);
  assert.deepEqual(file.subarray(4, 8).toString(), 'ftyp');
  assert.equal(file.subarray(found.init.sizeBytes + 4, found.init.sizeBytes + 8).toString(), 'uuid');

  assert.equal(await recorder.index.chunksAround('yard', at(65)), null);
  assert.equal(await recorder.index.chunksAround('yard', at(64)), null, 'the end of a span is not in it');
  const near = await recorder.index.chunksAround('yard', at(65), 2_000);
  assert.equal(near?.chunks.at(-1)?.startMs, at(63.96), 'the last picture');
  assert.equal(await recorder.index.chunksAround('yard', at(67), 2_000), null);
});

test('deleted footage leaves neither rows nor files nor folders', async (t) => {
  const recorder = await startRecorder(t, { now: at(0), cameras: ['yard', 'door'] });
  await record(recorder, { cameraId: 'yard', stream, startMs: at(0), repeat: 16 });
  await record(recorder, { cameraId: 'door', stream, startMs: at(0) });
  const { sizeBytes, ...summary } = await recorder.index.footageSummary('yard');
  assert.deepEqual(summary, { firstAt: at(0), lastAt: at(64), recordedMs: 64_000 });
  const folder = path.join(recorder.dataDir, 'recordings');
  const day = path.join(folder, 'yard', '2026-11-22');
  assert.equal(
    sizeBytes,
    fs.readdirSync(day).reduce((sum, name) => sum + fs.statSync(path.join(day, name)).size, 0),
  );

  await recorder.index.deleteFootage('yard');
  assert.deepEqual(fs.readdirSync(folder), ['door']);
  assert.deepEqual(await recorder.index.footageSummary('yard'), {
    firstAt: null,
    lastAt: null,
    recordedMs: 0,
    sizeBytes: 0,
  });
  const { db } = recorder.database;
  const left = await db
    .selectFrom('runs')
    .innerJoin('segments', 'run_id', 'runs.id')
    .select('runs.camera_id')
    .execute();
  assert.deepEqual(left, [{ camera_id: 'door' }]);
  assert.equal((await recorder.index.footage('yard', { from: at(0), to: at(99) })).segments.length, 0);
});

test('a database that fails for a while loses nothing', async (t) => {
  const recorder = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  const { db } = recorder.database;
  await db.schema.alterTable('segments').renameTo('elsewhere').execute();
  await record(recorder, { cameraId: 'yard', stream, startMs: at(0), repeat: 16 });
  await recorder.index.flush();
  assert.match(recorder.log(), /cannot be written, trying again/);
  await db.schema.alterTable('elsewhere').renameTo('segments').execute();
  assert.deepEqual(inSeconds(await timelineOf(recorder, 0, 64)).spans, [[0, 64]], 'in memory until it can be saved');
  await recorder.index.flush();
  const rows = await db.selectFrom('segments').select('state').execute();
  assert.deepEqual(rows, [{ state: 'closed' }, { state: 'closed' }]);
});
