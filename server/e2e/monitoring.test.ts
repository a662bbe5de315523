// Mostly waits.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type {
  Coverage,
  CoverageDays,
  DailyReport,
  History,
  RecorderEvent,
  StreamStats,
  SystemInfo,
} from '@nightjar/contract';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { Network } from '../testing/network.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { smallCamera, smallCameraFrameMs } from '../testing/small-camera.ts';
import { waitFor } from '../testing/wait.ts';

const frameRate = 1000 / smallCameraFrameMs;
const downAfterSeconds = 5;

let cameras: SimulatedCameras;
const folder = temporaryDataDir();
let recorder: RecorderProcess;
const startedAt = Date.now();
const noNetwork = await Network.whyNot();
/** Loses packets of the camera `far` from the beginning on. */
let network: Network | undefined;
let far: SimulatedCameras | undefined;

before(async () => {
  cameras = await startCameras({
    mounts: [smallCamera('gate', { audio: 'aac' }), smallCamera('garden')],
  });
  recorder = await RecorderProcess.start({ dataDir: folder.path, timeZone: 'Europe/Vienna' });
  const alerts = { downAfterSeconds };
  const add = (id: string, transport: 'tcp' | 'udp') =>
    recorder.addCamera({ id, name: id, source: { url: cameras.url(id), transport }, alerts });
  await Promise.all([add('gate', 'tcp'), add('garden', 'udp')]);
  await Promise.all(['gate', 'garden'].map((id) => recorder.untilState(id, 'recording')));
  if (noNetwork === null) await startFar();
});

async function startFar(): Promise<void> {
  network = await Network.create();
  far = await startCameras({ mounts: [smallCamera('far')], host: network.host }, network.inside);
  await recorder.addCamera({ id: 'far', name: 'far', source: { url: far.url('far'), transport: 'udp' } });
  await recorder.untilState('far', 'recording');
  await network.lose(10);
}

after(async () => {
  await recorder?.[Symbol.asyncDispose]();
  await cameras?.stop();
  await far?.stop();
  await network?.[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const get = <T>(path: string) => recorder.call<T>('GET', path);

async function statsOf(cameraId: string): Promise<StreamStats | null> {
  const { cameras: all } = await get<SystemInfo>('/system');
  return all.find((camera) => camera.cameraId === cameraId)?.stats ?? null;
}

/** Oldest first. */
async function eventsOf(cameraId: string): Promise<RecorderEvent[]> {
  return (await get<RecorderEvent[]>(`/event-log?cameraId=${cameraId}`)).reverse();
}

const untilEvent = (cameraId: string, kind: RecorderEvent['kind']): Promise<RecorderEvent> =>
  waitFor(`${kind} of ${cameraId}`, async () => (await eventsOf(cameraId)).find((event) => event.kind === kind), {
    details: () => recorder.log.split('\n').slice(-30).join('\n'),
  });

for (const id of ['gate', 'garden']) {
  test(`what the stream of ${id} is like is measured`, async () => {
    const stats = await waitFor('all is measured', async () => {
      const now = await statsOf(id);
      return now?.clockOffsetMs != null && now.fps !== null && Math.abs(now.fps - frameRate) < 1.5 && now;
    });
    assert.ok(Math.abs(Number(stats.keyframeIntervalMs) - 5 * smallCameraFrameMs) < 5, `${stats.keyframeIntervalMs}`);
    const status = await recorder.status(id);
    assert.equal(status.state, 'recording');
    assert.ok(
      stats.bitrateKbps !== null && stats.bitrateKbps > 20 && stats.bitrateKbps < 2_000,
      `${stats.bitrateKbps}`,
    );
    assert.ok(Math.abs(Number(stats.clockOffsetMs)) < 1_000, `the camera has our clock, ${stats.clockOffsetMs} ms`);
    assert.ok(stats.packetsReceived > 50);
    assert.equal(stats.packetsLost, 0);
    assert.equal(stats.reconnects, 0);
    assert.ok(Date.now() - Number(stats.lastFrameAt) < 10_000);
  });
}

test('what the recorder itself uses is measured', async () => {
  const system = await waitFor('CPU and writing are known', async () => {
    const now = await get<SystemInfo>('/system');
    return now.cpuShare !== null && now.diskWriteBytesPerSecond !== null && now.diskWriteBytesPerSecond > 0 && now;
  });
  assert.ok(Number(system.cpuShare) > 0 && Number(system.cpuShare) <= 1);
  assert.ok(system.memoryBytes > 50e6 && system.memoryBytes < 2e9, `${system.memoryBytes}`);
  assert.equal(system.workers >= 1, true);
  assert.ok(system.startedAt >= startedAt - 60_000 && system.startedAt <= Date.now());
  assert.ok(Number(system.diskFreeBytes) > 0);
});

test('a camera that is down is an alert after its time, and told when it is back', async () => {
  await cameras.fault('gate', 'refuse');
  await cameras.fault('gate', 'drop');
  const down = await untilEvent('gate', 'camera_down');
  assert.equal(down.level, 'alert');
  assert.ok(down.at - Number(down.since) >= downAfterSeconds * 1_000, `${down.at - Number(down.since)} ms`);
  await cameras.fault('gate', 'accept');
  const up = await untilEvent('gate', 'camera_up');
  assert.equal(up.since, down.since);
  const kinds = (await eventsOf('gate')).map(({ kind }) => kind);
  assert.deepEqual(
    kinds.filter((kind) => kind !== 'camera_interrupted'),
    ['camera_added', 'camera_recording', 'camera_down', 'camera_up', 'camera_recording'],
  );
  assert.ok(kinds.indexOf('camera_interrupted') === 2);
  await waitFor('the reconnect is counted', async () => (await statsOf('gate'))?.reconnects === 1);
  const others = (await eventsOf('garden')).map(({ kind }) => kind);
  assert.deepEqual(others, ['camera_added', 'camera_recording']);
});

test('coverage, report and metrics tell the same of what is missing', async () => {
  const range = `from=${startedAt}&to=${Date.now()}`;
  const coverage = await get<Coverage>(`/coverage?${range}`);
  const [gate, garden] = coverage.cameras;
  const timeline = await recorder.timeline('gate', startedAt, Date.now());
  const missingMs = timeline.gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0);
  assert.ok(Math.abs(Number(gate?.wantedGapMs) - missingMs) < 100, `${gate?.wantedGapMs}, ${missingMs}`);
  assert.ok(missingMs > downAfterSeconds * 1_000 - 1_000);
  assert.ok(Number(gate?.causes.camera_unreachable) > 0, JSON.stringify(gate));
  assert.ok(Number(gate?.wantedShare) < Number(garden?.wantedShare));
  const { cameras: byDay } = await get<CoverageDays>(`/coverage/days?${range}`);
  const ofDays = byDay[0]?.days.reduce((sum, day) => sum + day.wantedGapMs, 0);
  assert.ok(Math.abs(Number(ofDays) - missingMs) < 100, `${ofDays}, ${missingMs}`);
  const today = new Date(coverage.to).toLocaleDateString('sv', { timeZone: 'Europe/Vienna' });
  const report = await get<DailyReport>(`/reports/${today}`);
  assert.equal(report.complete, false);
  assert.match(report.text, /^gate: \d\d\.\d\d %, .* missing$/m);
  assert.match(report.text, /camera not reachable/);
  assert.ok(report.writtenBytes > 10_000);
  const metrics = await fetch(`${recorder.url}/metrics`);
  assert.match(String(metrics.headers.get('content-type')), /^text\/plain; version=0\.0\.4/);
  const text = await metrics.text();
  assert.match(text, /^nightjar_camera_up\{camera="gate"\} 1$/m);
  assert.match(text, /^nightjar_camera_coverage_ratio\{camera="gate"\} 0\.\d+$/m);
  assert.match(text, /^nightjar_camera_packets_received_total\{camera="garden"\} [1-9]\d+$/m);
});

test('packets that the network loses are counted', { skip: noNetwork ?? false }, async () => {
  const lost = await waitFor('packets are lost', async () => {
    const count = Number(await network?.lost());
    return count > 30 && count;
  });
  await network?.lose(0);
  const stats = await waitFor('they are missed', async () => {
    const now = await statsOf('far');
    return now !== null && now.packetsLost > lost - 5 && now;
  });
  // Not all that the network took was of the stream.
  assert.ok(stats.packetsLost < lost + 10, `${stats.packetsLost} of ${lost}`);
  const text = await (await fetch(`${recorder.url}/metrics`)).text();
  assert.match(text, /^nightjar_camera_packets_lost_total\{camera="far"\} [1-9]\d+$/m);
  await recorder.deleteCamera('far', 'delete');
});

test('history is kept over a restart, and the log says that there was one', async () => {
  await recorder.stop();
  recorder = await RecorderProcess.start({ dataDir: folder.path, timeZone: 'Europe/Vienna' });
  const history = await get<History>(`/history?from=${startedAt}&to=${Date.now()}&points=10`);
  const garden = history.cameras.find(({ cameraId }) => cameraId === 'garden');
  const known = (garden?.series.fps ?? []).filter((fps) => fps !== null);
  assert.ok(known.length > 0 && known.every((fps) => fps > 1 && fps < frameRate + 2), JSON.stringify(history));
  assert.ok(history.recorder.memoryBytes.some((bytes) => Number(bytes) > 50e6));
  const log = await get<RecorderEvent[]>('/event-log?limit=1000');
  const ofRecorder = log.filter(({ cameraId }) => cameraId === null).map(({ kind, level }) => `${kind} ${level}`);
  assert.deepEqual(ofRecorder.slice(0, 3), ['recorder_started info', 'recorder_stopped info', 'recorder_started info']);
  assert.ok(!JSON.stringify(log).includes('rtsp://'), 'no addresses in the log');
});
