import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { type CameraState, type ErrorCode, type RecordingInput, type UnixMs, weekdays } from '@nightjar/contract';
import { copyAfterKill, record, startRecorder, type TestRecorder } from '../../testing/recorder.ts';
import { makeStream, type TestStream } from '../../testing/streams.ts';
import { VirtualWorker } from '../../testing/virtual-worker.ts';
import { RecordingPlans } from '../schedule/plans.ts';

/** A Sunday; one o'clock in Vienna. */
const noon = Date.parse('2026-11-22T12:00:00Z');
const at = (seconds: number) => (noon + seconds * 1_000) as UnixMs;
const gopMs = 2_000;
const chunkMs = 1_000;
let stream: TestStream;

before(async () => {
  stream = await makeStream({ seconds: 4, fps: 4, gopFrames: 8, width: 64, height: 64 });
});

/** On each day between these times of the recorder's clock. */
const daily = (...spans: [from: string, to: string][]): RecordingInput => {
  const ofDay = spans.map(([from, to]) => ({ from, to }));
  return { mode: 'scheduled', schedule: { week: Object.fromEntries(weekdays.map((day) => [day, ofDay])) } };
};

async function start(t: TestContext, recording: RecordingInput, now: number = noon): Promise<TestRecorder> {
  const recorder = await startRecorder(t, { now });
  await recorder.cameras.create({ id: 'yard', name: 'Yard', source: { url: 'rtsp://127.0.0.1/yard' }, recording });
  return recorder;
}

const restart = async (t: TestContext, { dataDir, stop }: TestRecorder, now: number) => {
  await stop();
  return startRecorder(t, { now, dataDir });
};

const waiting = (code: ErrorCode): CameraState => ({
  ...{ state: 'waiting', since: 0, failures: 1, retryAt: 0, code, reason: '' },
});
const streaming = { state: 'recording', since: 0 } as CameraState;

/** In seconds after noon. */
async function timelineOf({ index }: TestRecorder, from = -10_000, to = 10_000_000) {
  const { spans, gaps } = await index.timeline('yard', { from: at(from), to: at(to) });
  const seconds = (ms: number) => (ms - noon) / 1_000;
  return {
    spans: spans.map((span) => [seconds(span.from), seconds(span.to)]),
    gaps: gaps.map((gap) => [seconds(gap.from), seconds(gap.to), gap.cause]),
  };
}

test('recordings by schedule are cut at its edges, exact to a group of pictures', async (t) => {
  const recorder = await start(t, daily(['13:01', '13:02'], ['13:04', '13:06']));
  const { clock, cameras, logger: log, index } = recorder;
  const plans = new RecordingPlans({ cameras, clock, timeZone: 'Europe/Vienna', log });
  t.after(() => plans.close());
  const worker = new VirtualWorker({ recorder, cameraId: 'yard', stream, windows: plans.windowsOf('yard') });
  recorder.onStop.push(() => worker.kill());
  clock.now += 1_130;
  worker.connect();
  index.onState('yard', streaming);
  while (clock.now < at(420)) {
    clock.now += 730;
    await worker.catchUp();
  }
  const { spans, gaps } = await index.timeline('yard', { from: at(0), to: at(420) });
  const edges = [
    [60, 120],
    [240, 360],
  ] as const;
  assert.equal(spans.length, edges.length);
  for (const [number, [from, to]] of edges.entries()) {
    const span = spans[number] ?? { from: 0, to: 0 };
    assert.ok(span.from <= at(from) && span.from > at(from) - gopMs, `begins at ${span.from - noon}`);
    assert.ok(span.to >= at(to) && span.to < at(to) + chunkMs, `ends at ${span.to - noon}`);
  }
  assert.deepEqual(
    gaps.map((gap) => [gap.from, gap.to, gap.cause]),
    [
      [at(0), spans[0]?.from, 'schedule'],
      [spans[0]?.to, spans[1]?.from, 'schedule'],
      [spans[1]?.to, at(420), 'schedule'],
    ],
  );
});

test('while a camera is away, causes change at the edges themselves, whenever someone looks', async (t) => {
  const recorder = await start(t, daily(['13:01', '13:02'], ['13:04', '13:06']));
  const { clock, index } = recorder;
  index.onState('yard', waiting('camera_auth_failed'));
  clock.now = at(290.5);
  index.onState('yard', waiting('camera_unreachable'));
  clock.now = at(400);
  const expected = [
    [0, 60, 'schedule'],
    [60, 120, 'auth_failed'],
    [120, 240, 'schedule'],
    [240, 290.5, 'auth_failed'],
    [290.5, 360, 'camera_unreachable'],
    [360, 400, 'schedule'],
  ];
  assert.deepEqual((await timelineOf(recorder)).gaps, expected);
  await index.flush();
  assert.deepEqual((await timelineOf(recorder)).gaps, expected);
});

test('pauses and overrides begin and end to the millisecond', async (t) => {
  const recorder = await start(t, { mode: 'off' });
  const { clock, cameras, index } = recorder;
  index.onState('yard', waiting('camera_unreachable'));
  const set = (recording: RecordingInput) => cameras.update('yard', { recording });
  clock.now = at(10.001);
  await set({ override: { record: true, until: at(20.002) } });
  clock.now = at(30.003);
  await set(daily(['13:00', '13:02']));
  clock.now = at(40.004);
  await set({ override: { record: false, until: at(60.006) } });
  clock.now = at(50.005);
  await set({ override: { record: false, until: at(70.007) } });
  clock.now = at(200);
  assert.deepEqual((await timelineOf(recorder)).gaps, [
    [0, 10.001, 'paused'],
    [10.001, 20.002, 'camera_unreachable'],
    [20.002, 30.003, 'paused'],
    [30.003, 40.004, 'camera_unreachable'],
    [40.004, 70.007, 'paused'],
    [70.007, 120, 'camera_unreachable'],
    [120, 200, 'schedule'],
  ]);
});

test('a pause within one group of pictures lasts, for the file, until the next keyframe', async (t) => {
  const recorder = await start(t, {});
  const { clock, cameras, logger: log, index } = recorder;
  const plans = new RecordingPlans({ cameras, clock, timeZone: 'Europe/Vienna', log });
  t.after(() => plans.close());
  const windows = plans.windowsOf('yard');
  const worker = new VirtualWorker({ recorder, cameraId: 'yard', stream, windows, maxChunkMs: 500 });
  recorder.onStop.push(() => worker.kill());
  worker.connect();
  index.onState('yard', streaming);
  const modeAt: Record<number, 'off' | 'continuous'> = { 10.25: 'off', 11.25: 'continuous' };
  while (clock.now < at(20)) {
    clock.now += 250;
    await worker.catchUp();
    const mode = modeAt[(clock.now - noon) / 1_000];
    if (!mode) continue;
    await cameras.update('yard', { recording: { mode } });
    worker.windows = plans.windowsOf('yard');
  }
  assert.deepEqual((await timelineOf(recorder, 1, 18)).gaps, [
    [10.5, 11.25, 'paused'],
    [11.25, 12, 'no_keyframe'],
  ]);
});

test('of a clock that is decades ahead at the start, the edges of a year are enough', async (t) => {
  const first = await start(t, daily(['08:00', '18:00']));
  first.index.onState('yard', waiting('camera_unreachable'));
  first.clock.now = at(100);
  const later = Date.parse('2086-11-22T12:00:00Z');
  const second = await restart(t, first, later);
  await second.index.flush();
  const { count } = await second.database.db
    .selectFrom('gaps')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  assert.ok(count > 700 && count < 900, `${count} rows`);
  const { gaps } = await timelineOf(second);
  assert.deepEqual(gaps.slice(0, 2), [
    [0, 100, 'camera_unreachable'],
    [100, 10_000_000, 'recorder_down'],
  ]);
});

test('a rest begins where the footage ends, and the chunks of before may still come', async (t) => {
  const recorder = await start(t, daily(['13:00', '13:01']));
  const { clock, index } = recorder;
  index.onState('yard', streaming);
  await record(recorder, { cameraId: 'yard', stream, startMs: at(0), repeat: 14, runId: 'first' });
  clock.now = at(61);
  assert.deepEqual(await timelineOf(recorder), { spans: [[0, 56]], gaps: [] }, 'the rest is not judged yet');
  await record(recorder, { cameraId: 'yard', stream, startMs: at(56), repeat: 2 });
  clock.now = at(100);
  assert.deepEqual(await timelineOf(recorder), { spans: [[0, 64]], gaps: [[64, 100, 'schedule']] });
});

test('what is missing when a rest begins has the cause that is told moments later', async (t) => {
  const recorder = await start(t, daily(['13:00', '13:01']));
  const { clock, index } = recorder;
  index.onState('yard', streaming);
  await record(recorder, { cameraId: 'yard', stream, startMs: at(0), repeat: 13 });
  clock.now = at(62);
  index.onState('yard', waiting('camera_stalled'));
  clock.now = at(100);
  assert.deepEqual((await timelineOf(recorder)).gaps, [
    [52, 60, 'stalled'],
    [60, 100, 'schedule'],
  ]);
});

test('a downtime of days is split at the edges: no recorder where one was wanted', async (t) => {
  const first = await start(t, daily(['08:00', '18:00']));
  first.index.onState('yard', waiting('camera_unreachable'));
  first.clock.now = at(100);
  const hour = 3_600;
  // Monday to Wednesday, the first row of Sunday ends with the recorder.
  const second = await restart(t, first, at(3 * 24 * hour));
  const evening = 5 * hour;
  const days = [0, 1, 2].map((day) => day * 24 * hour);
  assert.deepEqual((await timelineOf(second)).gaps, [
    [0, 100, 'camera_unreachable'],
    [100, evening, 'recorder_down'],
    ...days.flatMap((day) => [
      [day + evening, day + evening + 14 * hour, 'schedule'],
      [day + evening + 14 * hour, Math.min(day + evening + 24 * hour, 3 * 24 * hour), 'recorder_down'],
    ]),
  ]);
});

test('after a kill the account goes on from the last sign of life, in a rest and in an override too', async (t) => {
  const kill = async (recorder: TestRecorder, aliveAt: number, now: number) => {
    await recorder.index.flush();
    fs.utimesSync(path.join(recorder.dataDir, 'alive'), aliveAt / 1_000, aliveAt / 1_000);
    const again = await startRecorder(t, { now, dataDir: copyAfterKill(t, recorder.dataDir) });
    return (await timelineOf(again)).gaps;
  };
  const resting = await start(t, daily(['13:05', '13:10']));
  resting.index.onState('yard', waiting('camera_unreachable'));
  assert.deepEqual(await kill(resting, at(20), at(400)), [
    [0, 300, 'schedule'],
    [300, 400, 'recorder_down'],
  ]);
  const overridden = await start(t, { mode: 'off', override: { record: true, until: at(60) } });
  overridden.index.onState('yard', waiting('camera_unreachable'));
  assert.deepEqual(await kill(overridden, at(20), at(400)), [
    [0, 20, 'camera_unreachable'],
    [20, 60, 'recorder_down'],
    [60, 400, 'paused'],
  ]);
});

test('a step of the clock ahead is a gap of its own, as far as recording was wanted', async (t) => {
  const recorder = await start(t, daily(['13:00', '13:20'], ['13:40', '15:00']));
  const { clock, index } = recorder;
  index.onState('yard', streaming);
  await record(recorder, { cameraId: 'yard', stream, startMs: at(0), repeat: 3 });
  clock.now = at(12);
  index.onEdge('yard');
  clock.now += 3_600_000;
  clock.steppedMs += 3_600_000;
  index.onEdge('yard');
  await record(recorder, { cameraId: 'yard', stream, startMs: at(3_614), startedBy: 'clock' });
  clock.now = at(3_618);
  assert.deepEqual(await timelineOf(recorder), {
    spans: [
      [0, 12],
      [3_614, 3_618],
    ],
    gaps: [
      [12, 1_200, 'clock_step'],
      [1_200, 2_400, 'schedule'],
      [2_400, 3_614, 'clock_step'],
    ],
  });
});

test('a camera that is away when the clock is set ahead is away before and after', async (t) => {
  const recorder = await start(t, {});
  const { clock, index } = recorder;
  index.onState('yard', waiting('camera_unreachable'));
  clock.now = at(10);
  index.onEdge('yard');
  clock.now += 3_600_000;
  clock.steppedMs += 3_600_000;
  index.onEdge('yard');
  clock.now = at(3_700);
  assert.deepEqual((await timelineOf(recorder)).gaps, [
    [0, 10, 'camera_unreachable'],
    [10, 3_610, 'clock_step'],
    [3_610, 3_700, 'camera_unreachable'],
  ]);
});

test('a step too small for main to be sure of is told by the run that it begins', async (t) => {
  const recorder = await start(t, {});
  const { clock, index } = recorder;
  index.onState('yard', streaming);
  await record(recorder, { cameraId: 'yard', stream, startMs: at(0) });
  clock.now = at(9);
  await record(recorder, { cameraId: 'yard', stream, startMs: at(4.4), startedBy: 'clock' });
  assert.deepEqual(await timelineOf(recorder, 0, 8), {
    spans: [
      [0, 4],
      [4.4, 8.4],
    ].map(([from, to]) => [from, Math.min(to ?? 0, 8)]),
    gaps: [[4, 4.4, 'clock_step']],
  });
});

test('a clock that is set back gives no time twice, and what is known of the newer time holds', async (t) => {
  const recorder = await start(t, {});
  const { clock, index } = recorder;
  index.onState('yard', streaming);
  await record(recorder, { cameraId: 'yard', stream, startMs: at(0), repeat: 10 });
  clock.now = at(40);
  index.onState('yard', waiting('camera_unreachable'));
  clock.now = at(60);
  index.onEdge('yard');
  clock.now -= 30_000;
  clock.steppedMs -= 30_000;
  index.onEdge('yard');
  clock.now = at(50);
  index.onState('yard', waiting('camera_auth_failed'));
  clock.now = at(80);
  await record(recorder, { cameraId: 'yard', stream, startMs: at(76) });
  assert.deepEqual(await timelineOf(recorder), {
    spans: [
      [0, 40],
      [76, 80],
    ],
    gaps: [
      [40, 50, 'camera_unreachable'],
      [50, 76, 'auth_failed'],
    ],
  });
  await index.flush();
  const rows = await recorder.database.db.selectFrom('gaps').selectAll().execute();
  assert.ok(
    rows.every((row) => row.to_at !== null && row.to_at > row.from_at),
    JSON.stringify(rows),
  );
});

test('a clock that was years behind at the start does not rewrite what was known before', async (t) => {
  const first = await start(t, {});
  first.index.onState('yard', streaming);
  await record(first, { cameraId: 'yard', stream, startMs: at(0) });
  first.clock.now = at(10);
  await first.cameras.update('yard', { recording: { mode: 'off' } });
  first.clock.now = at(20);
  const wrong = Date.parse('2020-01-01T00:00:00Z');
  const second = await restart(t, first, wrong);
  await second.cameras.update('yard', { recording: { mode: 'continuous' } });
  second.index.onState('yard', streaming);
  await record(second, { cameraId: 'yard', stream, startMs: wrong + 2_000 });
  second.clock.now = wrong + 10_000;
  second.index.onEdge('yard');
  const ahead = at(100) - second.clock.now;
  second.clock.now += ahead;
  second.clock.steppedMs += ahead;
  second.index.onEdge('yard');
  second.index.onState('yard', waiting('camera_unreachable'));
  second.clock.now = at(130);
  assert.deepEqual(await timelineOf(second), {
    spans: [[0, 4]],
    gaps: [
      // Nobody told of the ten seconds before.
      [4, 10, 'dropped'],
      [10, 20, 'paused'],
      [20, 100, 'clock_step'],
      [100, 130, 'camera_unreachable'],
    ],
  });
});

test('an account that is taken up again knows what footage came after its gap was last saved', async (t) => {
  const first = await start(t, {});
  first.index.onState('yard', waiting('camera_unreachable'));
  await first.index.flush();
  const before = copyAfterKill(t, first.dataDir);
  first.clock.now = at(20);
  await record(first, { cameraId: 'yard', stream, startMs: at(16) });
  await first.stop();
  // The files of the newest footage, with the rows of before.
  fs.cpSync(path.join(first.dataDir, 'recordings'), path.join(before, 'recordings'), { recursive: true });
  fs.utimesSync(path.join(before, 'alive'), at(20) / 1_000, at(20) / 1_000);
  const second = await startRecorder(t, { now: at(50), dataDir: before });
  assert.deepEqual(await timelineOf(second), {
    spans: [[16, 20]],
    gaps: [
      [0, 16, 'camera_unreachable'],
      [20, 50, 'recorder_down'],
    ],
  });
});
