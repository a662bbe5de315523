// Mostly waits.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import type { RecorderEvent, VolumeDto } from '@nightjar/contract';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { cannotMount, LoopVolume } from '../testing/loop-volume.ts';
import { breaksInRuns, framesOf } from '../testing/recorded.ts';
import { RecorderProcess } from '../testing/recorder-process.ts';
import { smallCamera } from '../testing/small-camera.ts';
import { waitFor } from '../testing/wait.ts';

const skip = cannotMount;
const ids = ['one', 'two'];
let cameras: SimulatedCameras;
let disk: LoopVolume;
let recorder: RecorderProcess;

before(async () => {
  if (skip) return;
  cameras = await startCameras({ mounts: ids.map((id) => smallCamera(id)) });
  disk = await LoopVolume.create({ sizeMb: 64 });
  recorder = await RecorderProcess.start({ dataDir: disk.path });
  for (const id of ids) await recorder.addCamera({ id, name: id, source: { url: cameras.url(id) } });
  await untilFramesAfter(Date.now());
});

after(async () => {
  await recorder?.[Symbol.asyncDispose]();
  await cameras?.stop();
  await disk?.[Symbol.asyncDispose]();
});

async function untilFramesAfter(since: number): Promise<void> {
  for (const id of ids) {
    await recorder.untilRecorded(id, 'newer frames', (segments) =>
      framesOf(segments).some(({ stamp }) => (stamp?.wallMs ?? 0) > since),
    );
  }
}

const state = async () => (await recorder.call<VolumeDto[]>('GET', '/volumes'))[0]?.state;

function assertDatabaseWhole(): void {
  using database = new DatabaseSync(path.join(disk.path, 'nightjar.sqlite'), { readOnly: true });
  assert.deepEqual({ ...database.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
}

test('the disk of the database fills up: the recorder lives, says so, and goes on by itself', { skip }, async () => {
  const filler = await disk.fill();
  for (const id of ids) {
    const live = await recorder.untilState(id, 'live', ({ problem }) => problem !== null);
    assert.equal(live.problem?.code, 'disk_full');
    assert.equal((await recorder.bytes(`/cameras/${id}/snapshot.jpg`)).status, 200);
  }
  assert.equal(await state(), 'full');
  // What cannot be saved now is refused, or saved later; nothing breaks.
  const renamed = await recorder.request('PATCH', '/cameras/one', { name: 'Renamed while full' });
  assert.ok(renamed.status === 200 || renamed.status >= 500, String(renamed.status));
  const fullAt = Date.now();
  rmSync(filler);
  for (const id of ids) await recorder.untilState(id, 'recording');
  await untilFramesAfter(fullAt);
  assertDatabaseWhole();
  for (const id of ids) assert.deepEqual(breaksInRuns(await recorder.recorded(id)), []);
});

test('the disk of the database turns read-only: live goes on, and after a restart nothing is lost but that time', {
  skip,
}, async () => {
  const since = Date.now();
  await untilFramesAfter(since);
  await disk.breakReadOnly();
  for (const id of ids) {
    await recorder.untilState(id, 'live', ({ problem }) => problem !== null);
    assert.equal((await recorder.bytes(`/cameras/${id}/snapshot.jpg`)).status, 200);
  }
  await waitFor('it says that the disk is read-only', async () => (await state()) === 'read_only');
  assert.equal((await recorder.request('PATCH', '/cameras/one', { name: 'Nobody keeps this' })).status >= 500, true);
  await recorder.stop();
  await disk.unmount();
  await disk.mount();
  recorder = await RecorderProcess.start({ dataDir: disk.path });
  await untilFramesAfter(Date.now());
  assertDatabaseWhole();
  for (const id of ids) {
    const segments = await recorder.recorded(id);
    assert.deepEqual(breaksInRuns(segments), []);
    for (const { file, scan } of segments.slice(0, -1)) assert.equal(scan.validBytes, scan.fileBytes, file);
    const { gaps } = await recorder.timeline(id, since, Date.now());
    const causes = [...new Set(gaps.map(({ cause }) => cause))];
    assert.ok(causes.includes('recorder_down') || causes.includes('disk_error'), causes.join());
  }
  const events = await recorder.call<RecorderEvent[]>('GET', '/event-log?limit=100');
  assert.ok(events.some(({ kind }) => kind === 'recorder_started'));
});
