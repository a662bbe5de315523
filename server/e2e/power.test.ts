// Mostly waits.
import assert from 'node:assert/strict';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { cannotMount, LoopVolume } from '../testing/loop-volume.ts';
import { complaintsAbout } from '../testing/media-tools.ts';
import { seededRandom } from '../testing/random.ts';
import { breaksInRuns, framesOf } from '../testing/recorded.ts';
import { RecorderProcess } from '../testing/recorder-process.ts';
import { smallCamera, smallCameraFrameMs } from '../testing/small-camera.ts';

/** What a power loss may cost: the time between two syncs, and the chunk that was being made. */
const mayLoseMs = 5_000 + 1_000;
const ids = ['one', 'two'];
const random = seededRandom(7);
let cameras: SimulatedCameras;

before(async () => {
  cameras = await startCameras({ mounts: ids.map((id) => smallCamera(id)) });
});

after(() => cameras?.stop());

test('power cuts: what was recorded more than a sync ago is on the disk, whole and in the index', {
  skip: cannotMount,
}, async (t) => {
  // The file system's own commits come too late to help.
  await using disk = await LoopVolume.create({ sizeMb: 256, options: 'commit=300' });
  let recorder = await RecorderProcess.start({ dataDir: disk.path });
  for (const id of ids) await recorder.addCamera({ id, name: id, source: { url: cameras.url(id) } });
  for (let cut = 0; cut < 3; cut += 1) {
    const since = Date.now();
    for (const id of ids) {
      // Long enough that something older than a sync must be there.
      await recorder.untilRecorded(id, 'eight seconds', (segments) =>
        framesOf(segments).some(({ stamp }) => (stamp?.wallMs ?? 0) > since + 8_000),
      );
    }
    await sleep(random() * 5_000);
    const cutAt = Date.now();
    await disk.cutPower();
    await recorder.kill();
    await disk.unmount();
    await disk.mount();
    recorder = await RecorderProcess.start({ dataDir: disk.path });
    using database = new DatabaseSync(path.join(disk.path, 'nightjar.sqlite'), { readOnly: true });
    assert.deepEqual({ ...database.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
    for (const id of ids) {
      await recorder.untilState(id, 'recording');
      const segments = (await recorder.recorded(id)).filter(({ info }) => info.startMs < cutAt);
      const last = framesOf(segments).at(-1);
      const lostMs = cutAt - (last?.stamp?.wallMs ?? 0) - smallCameraFrameMs;
      t.diagnostic(`${id}: the last ${lostMs.toFixed(0)} ms before the power cut are lost`);
      assert.ok(lostMs <= mayLoseMs, `${id}: ${lostMs} ms lost`);
      assert.deepEqual(breaksInRuns(segments), []);
      const newest = segments.at(-1);
      assert.equal(newest?.scan.validBytes, newest?.scan.fileBytes, 'a torn end');
      assert.deepEqual(await complaintsAbout(newest?.file ?? '', { hasAudio: false }), []);
      const until = (last?.shownAtMs ?? 0) + smallCameraFrameMs;
      const { spans, gaps } = await recorder.timeline(id, since, Date.now());
      assert.equal(gaps.find(({ to }) => to > cutAt)?.cause, 'recorder_down', JSON.stringify(gaps));
      const span = spans.find(({ from, to }) => from < cutAt && to > cutAt - mayLoseMs);
      assert.ok(Math.abs((span?.to ?? 0) - until) < 100, JSON.stringify({ spans, until }));
    }
  }
  assert.equal(await recorder.stop(), 0);
});
