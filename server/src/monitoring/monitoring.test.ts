import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ArchiveJob, CameraState, ServerEvent, TimeRange } from '@nightjar/contract';
import { startRecorder, type TestRecorder } from '../../testing/recorder.ts';
import { waitFor } from '../../testing/wait.ts';
import { Monitoring } from './index.ts';

const minute = 60_000;

/** Monitoring beside a real index, driven second by second; no media workers. */
async function startMonitoring(t: TestContext, recorder: TestRecorder) {
  const { database, clock, logger: log, dataDir, cameras, volumes, index } = recorder;
  const states = new Map<string, CameraState>();
  const published: ServerEvent[] = [];
  const monitoring = new Monitoring({
    ...{ db: database.db, clock, log, version: '1.2.3', dataDir, timeZone: 'Europe/Vienna', cameras, index, volumes },
    stateOf: (id) => states.get(id) ?? { state: 'starting', since: clock.now },
    viewers: () => ({}),
    workers: () => [],
    forecast: async () => null,
    publish: (event) => published.push(event),
  });
  await monitoring.start();
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await monitoring.close();
  };
  recorder.onStop.push(close);
  t.after(close);
  const enter = (cameraId: string, state: object) => {
    states.set(cameraId, state as CameraState);
    monitoring.onState(cameraId, state as CameraState);
  };
  const pass = (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      clock.now += 1_000;
      monitoring.tick();
    }
  };
  const kinds = async (cameraId?: string) =>
    (await monitoring.events.list({ limit: 100, ...(cameraId ? { cameraId } : {}) })).map(({ kind }) => kind).reverse();
  return { monitoring, enter, pass, kinds, close, published };
}

const waiting = { state: 'waiting', code: 'camera_unreachable', reason: 'No answer.', failures: 1, retryAt: 0 };

test('starts and ends are told, also that there was no end', async (t) => {
  const recorder = await startRecorder(t);
  const first = await startMonitoring(t, recorder);
  await first.close();
  const second = await startMonitoring(t, recorder);
  // Killed: what it had told is in the database, and no more.
  await second.monitoring.events.list({ limit: 1 });
  const { monitoring, kinds } = await startMonitoring(t, recorder);
  assert.deepEqual(await kinds(), ['recorder_started', 'recorder_stopped', 'recorder_started', 'recorder_started']);
  const [newest, before] = await monitoring.events.list({ limit: 2 });
  assert.deepEqual([before?.level, before?.code], ['info', null]);
  assert.deepEqual([newest?.level, newest?.code], ['warning', 'unclean']);
  assert.match(newest?.message ?? '', /^Nightjar 1\.2\.3 has started\. It had not been shut down/);
});

test('a camera that is down over a restart is told once, and once when it is back', async (t) => {
  const recorder = await startRecorder(t, { cameras: ['gate'] });
  const before = await startMonitoring(t, recorder);
  before.enter('gate', { state: 'recording', lastFrameAt: recorder.clock.now });
  before.enter('gate', waiting);
  before.pass(121);
  assert.deepEqual(await before.kinds('gate'), ['camera_recording', 'camera_interrupted', 'camera_down']);
  await before.close();
  recorder.clock.now += 60 * minute;
  const { enter, pass, kinds, monitoring } = await startMonitoring(t, recorder);
  enter('gate', waiting);
  pass(300);
  enter('gate', { state: 'recording', lastFrameAt: recorder.clock.now });
  assert.deepEqual((await kinds('gate')).slice(3), ['camera_interrupted', 'camera_up', 'camera_recording']);
  const [, up] = await monitoring.events.list({ limit: 2, cameraId: 'gate' });
  assert.equal(up?.message, 'gate is back after 1 h 7 min.');
});

test('a camera that is added anew under an old id begins anew', async (t) => {
  const recorder = await startRecorder(t, { cameras: ['gate'] });
  const { enter, pass, kinds, close } = await startMonitoring(t, recorder);
  enter('gate', waiting);
  pass(121);
  await recorder.cameras.delete('gate');
  pass(1);
  await recorder.cameras.create({ id: 'gate', name: 'Gate', source: { url: 'rtsp://127.0.0.1/gate' } });
  assert.deepEqual(await kinds('gate'), ['camera_interrupted', 'camera_down', 'camera_removed', 'camera_added']);
  await close();
  const { pass: wait, kinds: later } = await startMonitoring(t, recorder);
  wait(121);
  assert.equal((await later('gate')).at(-1), 'camera_down');
});

test('crashes, archives and cleaning are told; an archive that is done is told once', async (t) => {
  const recorder = await startRecorder(t, { cameras: ['gate', 'garden'] });
  const { monitoring, kinds, pass } = await startMonitoring(t, recorder);
  monitoring.onWorkerLost(['gate', 'garden'], 'killed by SIGSEGV');
  const job = { id: 1, cameraId: 'gate', date: '2026-11-21', hour: null, format: 'mp4' } as unknown as ArchiveJob;
  for (const state of ['queued', 'running', 'done', 'done'] as const) {
    monitoring.onPublished({ type: 'archive', job: { ...job, state } });
  }
  monitoring.onPublished({ type: 'archive', job: { ...job, id: 2, state: 'failed', message: 'The disk is full.' } });
  monitoring.onRemoved([{ cameraId: 'gate', reason: 'age', segments: 2, sizeBytes: 6e6, to: recorder.clock.now }]);
  pass(61);
  assert.deepEqual((await kinds()).slice(1), ['worker_crashed', 'archive_done', 'archive_failed', 'footage_removed']);
  assert.equal(monitoring.system().workerRestarts, 1);
  const crash = (await monitoring.events.list({ limit: 10 })).find(({ kind }) => kind === 'worker_crashed');
  assert.equal(
    crash?.message,
    'The media process of gate and garden crashed (killed by SIGSEGV) and is started again.',
  );
});

test('what streams are like is there now, over time, and in metrics', async (t) => {
  const recorder = await startRecorder(t, { cameras: ['gate'] });
  const { clock } = recorder;
  const { monitoring, enter, pass } = await startMonitoring(t, recorder);
  const stats = { bitrateKbps: 1_000, keyframeIntervalMs: 2_000, packetsLate: 0, writeBacklogBytes: 0 };
  const begin = clock.now;
  enter('gate', { state: 'recording', lastFrameAt: clock.now });
  for (let n = 1; n <= 36; n += 1) {
    pass(5);
    const packets = { packetsReceived: n * 100, packetsLost: n };
    const moment = { fps: n <= 12 ? 10 : 20, lastFrameAt: clock.nowMs(), clockOffsetMs: 20_000 };
    monitoring.onStats('gate', { ...stats, ...packets, ...moment });
    if (n === 12) enter('gate', waiting);
    if (n === 13) enter('gate', { state: 'recording', lastFrameAt: clock.now });
  }
  const now = monitoring.system().cameras[0]?.stats;
  assert.deepEqual([now?.fps, now?.reconnects, now?.packetsLost], [20, 1, 36]);
  const range = { from: begin, to: begin + 3 * minute } as TimeRange;
  const history = await monitoring.history.read(range, 3, ['gate']);
  const series = history.cameras[0]?.series;
  assert.ok((series?.fps[0] ?? 0) >= 10 && (series?.fps[0] ?? 0) < 11, `${series?.fps}`);
  assert.ok((series?.fps[1] ?? 0) > 19, `${series?.fps}`);
  assert.equal(
    (series?.packetsLost[0] ?? 0) + (series?.packetsLost[1] ?? 0) + (series?.packetsLost[2] ?? 0) > 20,
    true,
  );
  assert.equal((series?.reconnects[0] ?? 0) + (series?.reconnects[1] ?? 0), 1);
  assert.ok((await monitoring.events.list({ limit: 5 })).some(({ kind }) => kind === 'camera_clock'));
  const text = await monitoring.metrics.text();
  assert.match(text, /^nightjar_camera_packets_lost_total\{camera="gate"\} 36$/m);
  assert.match(text, /^nightjar_camera_fps\{camera="gate"\} 20$/m);
});

test('coverage counts what the index says, and follows when footage changes', async (t) => {
  const recorder = await startRecorder(t, { cameras: ['gate'] });
  const { clock, index } = recorder;
  const { monitoring, pass } = await startMonitoring(t, recorder);
  pass(180);
  await monitoring.reports.settled();
  const asked: string[] = [];
  const timeline = index.timeline.bind(index);
  index.timeline = (cameraId, range) => {
    // The counters of the metrics ask for minutes.
    if (range.to - range.from > 3_600_000) asked.push(cameraId);
    return timeline(cameraId, range);
  };
  const yesterday = { from: clock.now - 86_400_000, to: clock.now } as TimeRange;
  await monitoring.coverage.days(yesterday);
  asked.splice(0);
  await monitoring.coverage.days(yesterday);
  assert.equal(asked.splice(0).length, 1, 'the day that is over is remembered');
  index.footageChanged('gate', yesterday);
  await monitoring.coverage.days(yesterday);
  assert.equal(asked.splice(0).length, 2);
  const { total } = await monitoring.coverage.of(yesterday);
  assert.equal(total.wantedGapMs, 180_000);
  const counted = /^nightjar_camera_gap_seconds_total\{camera="gate",cause="\w+"\} 120$/m;
  await waitFor('the minutes are counted', async () => counted.test(await monitoring.metrics.text()));
});

test('the report of yesterday is written when the recorder starts', async (t) => {
  const recorder = await startRecorder(t, { cameras: ['gate'] });
  recorder.clock.now += 86_400_000;
  const { monitoring, pass } = await startMonitoring(t, recorder);
  pass(61);
  await monitoring.reports.settled();
  assert.deepEqual(fs.readdirSync(path.join(recorder.dataDir, 'reports')), ['2026-11-22.json', '2026-11-22.txt']);
  assert.ok((await monitoring.events.list({ limit: 9 })).some(({ kind }) => kind === 'daily_report'));
});
