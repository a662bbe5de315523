// Mostly waits.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { VolumeDto } from '@nightjar/contract';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { LoopVolume } from '../testing/loop-volume.ts';
import { breaksIn, countersOf, framesOf, type RecordedSegment, recordedSegments } from '../testing/recorded.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { smallCamera } from '../testing/small-camera.ts';
import { cannotThrottle, Throttle } from '../testing/throttle.ts';
import { waitFor } from '../testing/wait.ts';

const skip = cannotThrottle;
const data = temporaryDataDir();
const slowBytesPerSecond = 200_000;
const unlimited = 0;
let cameras: SimulatedCameras;
let recorder: RecorderProcess;
let slow: LoopVolume;
let throttle: Throttle;

before(async () => {
  if (skip) return;
  // Some 2 MB a second: nothing but keyframes.
  const mount = smallCamera('big', {
    width: 1920,
    height: 1080,
    fps: 25,
    gopFrames: 1,
    bitrateKbps: 60_000,
    loopSeconds: 2,
  });
  cameras = await startCameras({ mounts: [mount] });
  slow = await LoopVolume.create({ sizeMb: 400, options: 'sync' });
  recorder = await RecorderProcess.start({ dataDir: data.path });
  await recorder.call('POST', '/volumes', { path: slow.path, name: 'Slow', position: 0, keepFreeBytes: 1_000_000 });
  await setDataFolder({ position: 1 });
  await recorder.addCamera({ id: 'big', name: 'Big', source: { url: cameras.url('big') } });
  await untilFrames(slow.path, Date.now());
});

after(async () => {
  await recorder?.[Symbol.asyncDispose]();
  await throttle?.[Symbol.asyncDispose]();
  await cameras?.stop();
  await slow?.[Symbol.asyncDispose]();
  data[Symbol.dispose]();
});

async function setDataFolder(change: object): Promise<void> {
  const volumes = await recorder.call<VolumeDto[]>('GET', '/volumes');
  const folder = volumes.find(({ isDataFolder }) => isDataFolder);
  await recorder.call('PATCH', `/volumes/${folder?.id}`, change);
}

const untilFrames = (root: string, since: number) =>
  waitFor(
    `frames on ${root}`,
    async () => framesOf(await recordedSegments(root, 'big')).some(({ stamp }) => (stamp?.wallMs ?? 0) > since),
    { withinMs: 60_000, everyMs: 500, details: () => recorder.logTail(30) },
  );

async function recorded(): Promise<RecordedSegment[]> {
  const all = await Promise.all([slow.path, data.path].map((root) => recordedSegments(root, 'big')));
  return all.flat().sort((a, b) => a.info.startMs - b.info.startMs);
}

const memoryMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

test('a disk that cannot keep up: recording moves to the next one, and no frame is missing', { skip }, async () => {
  const since = Date.now();
  throttle = await Throttle.create(await slow.device(), slowBytesPerSecond, [recorder.pid, ...recorder.workerPids()]);
  await untilFrames(data.path, since);
  await throttle.limit(await slow.device(), unlimited);
  // The rest of what the slow disk was given arrives there.
  await waitFor('all is written', async () => breaksIn(countersOf(await recorded())).length === 0, {
    withinMs: 60_000,
    everyMs: 500,
  });
  const { gaps } = await recorder.timeline('big', since, Date.now() - 2_000);
  assert.deepEqual(gaps, []);
});

test('without another disk it loses what it must, says so, keeps its memory, and goes on by itself', {
  skip,
}, async () => {
  await setDataFolder({ use: 'read' });
  const since = Date.now();
  await untilFrames(slow.path, since);
  const [worker = 0] = recorder.workerPids();
  const before = memoryMb(worker);
  const device = await slow.device();
  await throttle.limit(device, slowBytesPerSecond);
  const live = await recorder.untilState('big', 'live', ({ problem }) => problem !== null);
  assert.match(live.problem?.reason ?? '', /too slow/);
  assert.ok(memoryMb(worker) - before < 250, `${before} MB grew to ${memoryMb(worker)} MB`);
  assert.equal((await recorder.bytes('/cameras/big/snapshot.jpg')).status, 200);
  await throttle.limit(device, unlimited);
  await recorder.untilState('big', 'recording');
  const fastAgain = Date.now();
  await untilFrames(slow.path, fastAgain + 1_000);
  const { spans, gaps } = await recorder.timeline('big', since, fastAgain + 1_000);
  assert.deepEqual([...new Set(gaps.map(({ cause }) => cause))], ['disk_error'], JSON.stringify({ spans, gaps }));
  // Frames are missing only where the ledger says so.
  const frames = framesOf(await recorded()).filter(({ shownAtMs }) => shownAtMs >= since);
  for (const [at, frame] of frames.entries()) {
    const next = frames[at + 1];
    const isBreak = next?.stamp && frame.stamp && next.stamp.frame !== frame.stamp.frame + 1;
    if (!isBreak) continue;
    const gap = gaps.find(({ from, to }) => from < (next.shownAtMs + frame.shownAtMs) / 2 && to > frame.shownAtMs);
    assert.ok(gap, `frames ${frame.stamp?.frame} → ${next.stamp?.frame} without a gap: ${JSON.stringify(gaps)}`);
  }
});
