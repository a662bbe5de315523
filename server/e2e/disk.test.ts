// Mostly waits.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Storage, VolumeDto } from '@nightjar/contract';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { cannotMount, LoopVolume } from '../testing/loop-volume.ts';
import { complaintsAbout } from '../testing/media-tools.ts';
import { breaksInRuns, framesOf, type RecordedSegment, recordedSegments, runsOf } from '../testing/recorded.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { smallCamera } from '../testing/small-camera.ts';
import { waitFor } from '../testing/wait.ts';

const skip = cannotMount;
const ids = ['one', 'two'];
const data = temporaryDataDir();
let cameras: SimulatedCameras;
let recorder: RecorderProcess;
let first: LoopVolume;
let second: LoopVolume;
let dataFolder: VolumeDto;
let firstId = '';
let secondId = '';

before(async () => {
  if (skip) return;
  cameras = await startCameras({ mounts: ids.map((id) => smallCamera(id)) });
  first = await LoopVolume.create({ sizeMb: 48 });
  second = await LoopVolume.create({ sizeMb: 48 });
  recorder = await RecorderProcess.start({ dataDir: data.path });
  [dataFolder] = (await storage()).volumes as [VolumeDto];
  await recorder.call('PATCH', `/volumes/${dataFolder.id}`, { use: 'read' });
  firstId = (await recorder.call<VolumeDto>('POST', '/volumes', { path: first.path, name: 'First' })).id;
  secondId = (await recorder.call<VolumeDto>('POST', '/volumes', { path: second.path, name: 'Second' })).id;
  for (const id of ids) await recorder.addCamera({ id, name: id, source: { url: cameras.url(id) } });
});

after(async () => {
  await recorder?.[Symbol.asyncDispose]();
  await cameras?.stop();
  await first?.[Symbol.asyncDispose]();
  await second?.[Symbol.asyncDispose]();
  data[Symbol.dispose]();
});

const storage = () => recorder.call<Storage>('GET', '/storage');

const untilVolume = (id: string, state: VolumeDto['state']) =>
  waitFor(
    `the volume is ${state}`,
    async () => (await storage()).volumes.find((v) => v.id === id && v.state === state),
    {
      details: () => recorder.logTail(30),
    },
  );

/** On all disks, oldest first. */
async function recorded(id: string): Promise<RecordedSegment[]> {
  const all = await Promise.all([first, second].map((disk) => recordedSegments(disk.path, id)));
  return all.flat().sort((a, b) => a.info.startMs - b.info.startMs);
}

/** Resolves when so many frames that were captured after `since` are on this disk. */
async function untilOn(disk: LoopVolume, since: number, frames = 15): Promise<void> {
  for (const id of ids) {
    const enough = async () =>
      framesOf(await recordedSegments(disk.path, id)).filter(({ stamp }) => (stamp?.wallMs ?? 0) > since).length >=
      frames;
    await waitFor(`${id} is recorded on ${disk.path}`, enough, {
      details: () => recorder.logTail(30),
    });
  }
}

/** One run from `since` on, and no frame of it missing, twice or out of order. */
async function assertNothingMissing(since: number): Promise<void> {
  for (const id of ids) {
    const segments = (await recorded(id)).filter(({ frames }) => (frames.at(-1)?.stamp?.wallMs ?? 0) > since);
    assert.deepEqual(breaksInRuns(segments), [], id);
    assert.equal(runsOf(segments).length, 1, id);
    const { gaps } = await recorder.timeline(id, since, Date.now());
    assert.deepEqual(gaps, [], id);
  }
}

test('the first volume is used, with an identity file; nothing goes to the folder of the database', {
  skip,
}, async () => {
  await untilOn(first, 0);
  assert.equal(fs.existsSync(path.join(data.path, 'recordings')), false);
  assert.equal(JSON.parse(fs.readFileSync(path.join(first.path, 'nightjar-volume.json'), 'utf8')).id, firstId);
  for (const id of ids) assert.deepEqual(await recordedSegments(second.path, id), []);
});

test('a disk that others fill up: recording goes on with the next one, without a frame missing', { skip }, async () => {
  const since = Date.now() - 500;
  const filler = await first.fill();
  await untilOn(second, since);
  const full = await untilVolume(firstId, 'full');
  assert.match(full.message ?? '', /full/);
  await assertNothingMissing(since);
  fs.rmSync(filler);
  await untilVolume(firstId, 'ready');
});

test('a disk that turns read-only after an error: the next one again, without a frame missing', { skip }, async () => {
  // The first volume takes recordings again when the present segments end.
  await recorder.call('PATCH', `/volumes/${secondId}`, { use: 'read' });
  const since = Date.now();
  await untilOn(first, since);
  await recorder.call('PATCH', `/volumes/${secondId}`, { use: 'record' });
  const brokenAt = Date.now();
  await first.breakReadOnly();
  await untilOn(second, brokenAt);
  assert.match((await untilVolume(firstId, 'read_only')).message ?? '', /read-only/);
  await assertNothingMissing(since);
});

test('a disk that is taken away and comes back: nothing is written to its empty folder, its footage is back', {
  skip,
}, async () => {
  await first.unmount({ lazily: true });
  await untilVolume(firstId, 'missing');
  await untilOn(second, Date.now());
  assert.deepEqual(fs.readdirSync(first.path), []);
  await first.mount();
  await untilVolume(firstId, 'ready');
  for (const id of ids) {
    for (const { file, scan } of await recordedSegments(first.path, id)) {
      assert.equal(scan.validBytes, scan.fileBytes, file);
    }
  }
});

test('a disk that is missing at the start, after a crash: the rest records; its footage is put in order when it is back', {
  skip,
}, async () => {
  await recorder.call('PATCH', `/volumes/${secondId}`, { use: 'read' });
  await untilOn(first, Date.now());
  const crashedAt = Date.now();
  await recorder.kill();
  await first.unmount();
  await recorder[Symbol.asyncDispose]();
  recorder = await RecorderProcess.start({ dataDir: data.path });
  assert.equal((await untilVolume(firstId, 'missing')).isDataFolder, false);
  for (const id of ids) {
    const live = await recorder.untilState(id, 'live', ({ problem }) => problem !== null);
    assert.equal(live.problem?.code, 'disk_error');
  }
  await recorder.call('PATCH', `/volumes/${secondId}`, { use: 'record' });
  await untilOn(second, Date.now());
  assert.deepEqual(fs.readdirSync(first.path), []);
  await first.mount();
  await untilVolume(firstId, 'ready');
  await waitFor('the footage before the crash is in the index', async () => {
    const gaps = await Promise.all(
      ids.map(async (id) => (await recorder.timeline(id, crashedAt - 3_000, crashedAt)).gaps),
    );
    return gaps.every((ofCamera) => ofCamera.reduce((sum, gap) => sum + gap.to - gap.from, 0) < 1_000);
  });
  for (const id of ids) {
    const causes = (await recorder.timeline(id, crashedAt, Date.now())).gaps.map(({ cause }) => cause);
    // What came while no disk was there was kept in memory and written then.
    const expected = ['recorder_down', 'camera_unreachable'];
    assert.ok(causes[0] === 'recorder_down' && causes.every((cause) => expected.includes(cause)), causes.join());
  }
  for (const id of ids) {
    for (const { file, scan } of await recordedSegments(first.path, id)) {
      assert.equal(scan.validBytes, scan.fileBytes, file);
      assert.deepEqual(await complaintsAbout(file, { hasAudio: false }), []);
    }
  }
});

test('without any disk that takes it: it says so, live goes on, and recording resumes by itself', {
  skip,
}, async () => {
  await recorder.call('PATCH', `/volumes/${secondId}`, { use: 'read' });
  await untilOn(first, Date.now());
  const fullAt = Date.now();
  const filler = await first.fill();
  for (const id of ids) {
    const live = await recorder.untilState(id, 'live', ({ problem }) => problem !== null);
    assert.equal(live.problem?.code, 'disk_full');
    const picture = await recorder.bytes(`/cameras/${id}/snapshot.jpg`);
    assert.equal(picture.status, 200);
    const { gaps } = await recorder.timeline(id, fullAt - 1_000, Date.now());
    assert.equal(gaps.at(-1)?.cause, 'disk_full', JSON.stringify(gaps));
  }
  fs.rmSync(filler);
  for (const id of ids) await recorder.untilState(id, 'recording');
  await untilOn(first, Date.now());
  // What came meanwhile was kept in memory.
  await assertNothingMissing(fullAt);
});

test('no file in use is left open on a disk, and the root disk has no recording', { skip }, async () => {
  assert.equal(await recorder.stop(), 0);
  assert.equal(fs.existsSync(path.join(data.path, 'recordings')), false);
  await first.unmount();
  await second.unmount();
  assert.deepEqual([...fs.readdirSync(first.path), ...fs.readdirSync(second.path)], []);
});
