import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { CameraCreate, Gap } from '@nightjar/contract';
import { type MountOptions, type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { complaintsAbout } from '../testing/media-tools.ts';
import { isRunning } from '../testing/processes.ts';
import {
  breaksIn,
  breaksInRuns,
  countersOf,
  framesOf,
  longestPauseMs,
  type RecordedSegment,
  runsOf,
} from '../testing/recorded.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { smallCamera } from '../testing/small-camera.ts';

const user = { user: 'viewer', password: 'right' };

const mounts: MountOptions[] = [
  smallCamera('frozen', { audio: 'aac' }),
  smallCamera('dropped'),
  // A server of its own: refusing is for all cameras of one.
  smallCamera('refused', { ...user, authMethod: 'basic' }),
  smallCamera('lost'),
  smallCamera('locked', { ...user, authMethod: 'digest' }),
  smallCamera('resized', { audio: 'aac', secondClip: { width: 160, height: 90 } }),
  smallCamera('ahead', { audio: 'aac' }),
  smallCamera('behind', { audio: 'pcma' }),
  smallCamera('muted', { audio: 'aac' }),
];

const data = temporaryDataDir();
let cameras: SimulatedCameras;
let recorder: RecorderProcess;

before(async () => {
  cameras = await startCameras({ mounts });
  recorder = await RecorderProcess.start({ dataDir: data.path });
});

after(async () => {
  await recorder?.[Symbol.asyncDispose]();
  await cameras?.stop();
  data[Symbol.dispose]();
});

/** Adds the camera and resolves when it has recorded a second. */
async function record(id: string, source: Partial<CameraCreate['source']> = {}): Promise<RecordedSegment[]> {
  await recorder.addCamera({ id, name: id, source: { url: cameras.url(id), ...source } });
  return recordedOn(id, 15);
}

/** Resolves when so many frames more are on disk than were sent by now. */
async function recordedOn(id: string, frames: number): Promise<RecordedSegment[]> {
  const from = (await cameras.sent(id)).lastFrame;
  return recorder.untilRecorded(id, `${frames} frames after ${from}`, (segments) => {
    return Math.max(...countersOf(segments)) >= from + frames;
  });
}

async function gapsSince(id: string, from: number): Promise<Gap[]> {
  const { gaps } = await recorder.timeline(id, from, Date.now());
  return gaps;
}

describe('a camera that', { concurrency: true }, () => {
  test('freezes is noticed, shown as stalled, and recorded again when it goes on', async () => {
    await record('frozen');
    const frozenAt = Date.now();
    await cameras.fault('frozen', 'freeze');
    const { since, reason } = await recorder.untilState('frozen', 'waiting', ({ code }) => code === 'camera_stalled');
    assert.match(reason, /No picture for \d+ s/);
    assert.ok(since >= frozenAt);
    await cameras.fault('frozen', 'unfreeze');
    await recorder.untilState('frozen', 'recording');
    const segments = await recordedOn('frozen', 15);
    assert.deepEqual(breaksInRuns(segments), []);
    const gaps = await gapsSince('frozen', frozenAt - 1_000);
    assert.deepEqual(
      gaps.map(({ cause }) => cause),
      ['stalled'],
    );
    const missingMs = longestPauseMs(segments);
    const gapMs = (gaps[0]?.to ?? 0) - (gaps[0]?.from ?? 0);
    assert.ok(Math.abs(gapMs - missingMs) < 500, `a gap of ${gapMs} ms for a pause of ${missingMs} ms`);
  });

  test('drops the connection is recorded again', async () => {
    await record('dropped');
    await cameras.fault('dropped', 'drop');
    const segments = await recorder.untilRecorded('dropped', 'a second run', (now) => runsOf(now).length > 1);
    assert.deepEqual(breaksInRuns(segments), []);
    const gaps = await gapsSince('dropped', Math.ceil(segments[0]?.info.startMs ?? 0));
    assert.equal(gaps.length, 1, JSON.stringify(gaps));
  });

  test('refuses connections says so, and is recorded again when it accepts them', async () => {
    await record('refused', { username: user.user, password: user.password });
    await cameras.fault('refused', 'refuse');
    await cameras.fault('refused', 'drop');
    const { reason, retryAt } = await recorder.untilState(
      'refused',
      'waiting',
      ({ code }) => code === 'camera_refused',
    );
    assert.match(reason, /refuses the connection/);
    assert.ok(retryAt > Date.now() - 5_000);
    await cameras.fault('refused', 'accept');
    await recorder.untilState('refused', 'recording');
    assert.deepEqual(breaksInRuns(await recordedOn('refused', 5)), []);
  });

  test('loses its stream path says so, and is recorded again when it is back', async () => {
    await record('lost');
    await cameras.fault('lost', 'not-found');
    await cameras.fault('lost', 'drop');
    await recorder.untilState('lost', 'waiting', ({ code }) => code === 'camera_stream_not_found');
    await cameras.fault('lost', 'found');
    await recorder.untilState('lost', 'recording');
  });

  test('has another password says so, and is recorded as soon as that is corrected', async () => {
    const source = { url: cameras.url('locked'), username: user.user, password: 'wrong' };
    await recorder.addCamera({ id: 'locked', name: 'Locked', source });
    const waiting = await recorder.untilState('locked', 'waiting', ({ code }) => code === 'camera_auth_failed');
    assert.doesNotMatch(JSON.stringify(waiting), /wrong"/);
    const corrected = Date.now();
    await recorder.updateCamera('locked', { source: { password: user.password } });
    await recorder.untilState('locked', 'recording');
    assert.ok(Date.now() - corrected < 5_000, 'the correction waited for the next retry');
    await recordedOn('locked', 5);
    assert.deepEqual(
      (await gapsSince('locked', corrected - 60_000)).map(({ cause }) => cause),
      ['auth_failed'],
    );
    assert.doesNotMatch(recorder.log, /wrong|:right/);
  });

  test('changes its resolution begins a new run with an init segment of its own', async () => {
    await record('resized');
    await cameras.fault('resized', 'resolution');
    const segments = await recorder.untilRecorded('resized', 'a small picture', (now) =>
      now.some(({ scan, frames }) => scan.video.width === 160 && frames.length > 15),
    );
    assert.deepEqual(breaksIn(countersOf(segments)), []);
    assert.equal(
      new Set(segments.map(({ info, scan }) => `${info.runId} ${scan.video.width}x${scan.video.height}`)).size,
      runsOf(segments).length,
    );
    const status = await recorder.untilState('resized', 'recording');
    assert.deepEqual([status.media.video.width, status.media.video.height], [160, 90]);
    const closed = segments.filter(({ scan }) => scan.video.width === 320);
    for (const { file } of closed) assert.deepEqual(await complaintsAbout(file, { hasAudio: true }), []);
    await cameras.fault('resized', 'resolution');
    const back = await recorder.untilRecorded('resized', 'a large picture again', (now) => {
      const last = now.at(-1);
      return last?.scan.video.width === 320 && last.frames.length > 5 && now.length > segments.length;
    });
    assert.deepEqual(breaksIn(countersOf(back)), []);
    for (const { file, scan } of back) {
      if (scan.video.width === 160) assert.deepEqual(await complaintsAbout(file, { hasAudio: true }), []);
    }
  });

  for (const [id, ms] of [
    ['ahead', 3_000],
    ['behind', -3_000],
  ] as const) {
    test(`jumps ${ms} ms in its own time is recorded on by the recorder's`, async () => {
      await record(id);
      // The simulated camera cannot send times from before its own beginning.
      await recordedOn(id, 60);
      await cameras.fault(id, 'jump', ms);
      const segments = await recordedOn(id, 30);
      assert.deepEqual(breaksIn(countersOf(segments)), []);
      const frames = framesOf(segments);
      for (const [at, { shownAtMs }] of frames.entries()) {
        const before = frames[at - 1]?.shownAtMs ?? 0;
        assert.ok(shownAtMs > before, `frame ${at} is shown at ${shownAtMs}, the one before at ${before}`);
      }
      // Capture times do not jump: only the RTP time stamps do.
      const offsets = frames.map(({ shownAtMs, stamp }) => shownAtMs - (stamp?.wallMs ?? 0));
      const spread = Math.max(...offsets) - Math.min(...offsets);
      assert.ok(spread < 500, `the recorded times stray by ${spread} ms from the capture`);
      assert.deepEqual(await gapsSince(id, Math.ceil(segments[0]?.info.startMs ?? 0)), []);
      for (const { file, scan } of segments.slice(0, -1)) {
        assert.deepEqual(await complaintsAbout(file, { hasAudio: scan.audio !== null }), []);
      }
    });
  }

  test('goes silent and sounds again is seen all the time', async () => {
    await record('muted');
    const seen = async () => {
      const { lastFrame } = await cameras.sent('muted');
      const asked = performance.now();
      await recorder.untilRecorded('muted', 'the newest frame', (now) => Math.max(...countersOf(now)) >= lastFrame);
      return performance.now() - asked;
    };
    await cameras.fault('muted', 'mute');
    await recordedOn('muted', 30);
    const delayMs = await seen();
    assert.ok(delayMs < 2_000, `while silent, the picture came ${delayMs} ms late`);
    await cameras.fault('muted', 'unmute');
    const segments = await recordedOn('muted', 30);
    assert.deepEqual(breaksIn(countersOf(segments)), []);
    assert.equal(runsOf(segments).length, 1, 'a pause of the sound needs no new run');
    const last = segments.at(-1);
    const { chunks } = last as RecordedSegment;
    for (const { duration } of chunks) assert.ok(duration / 90 <= 567, `a chunk of ${duration / 90} ms`);
  });
});

describe('a media worker that is killed', () => {
  test('costs its cameras less than two seconds, and no other one anything', async () => {
    for (const id of ['frozen', 'dropped', 'refused', 'lost', 'locked', 'resized', 'ahead', 'behind', 'muted']) {
      await recorder.untilState(id, 'recording');
      await recordedOn(id, 5);
    }
    const ids = mounts.map(({ path }) => path);
    const worker = recorder.workerOf('frozen');
    assert.ok(worker);
    const mates = ids.filter((id) => recorder.workerOf(id) === worker);
    const others = ids.filter((id) => !mates.includes(id));
    assert.ok(mates.length > 1 && others.length > 0, `${mates.length} and ${others.length} cameras`);
    const before = new Map(
      await Promise.all(ids.map(async (id) => [id, runsOf(await recorder.recorded(id))] as const)),
    );
    const killedAt = Date.now();
    process.kill(worker, 'SIGKILL');
    for (const id of mates) {
      const known = before.get(id)?.length ?? 0;
      const segments = await recorder.untilRecorded(id, 'a new run of a second', (now) => {
        const runs = runsOf(now);
        return runs.length > known && framesOf(now).filter(({ runId }) => runId === runs.at(-1)).length > 15;
      });
      const lostMs = longestPauseMs(
        segments.filter(({ frames }) => (frames.at(-1)?.shownAtMs ?? 0) > killedAt - 60_000),
        killedAt - 5_000,
      );
      assert.ok(lostMs < 2_000, `${id}: ${lostMs} ms lost`);
      const gaps = await gapsSince(id, killedAt - 2_000);
      assert.equal(gaps.length, 1, `${id}: ${JSON.stringify(gaps)}`);
    }
    for (const id of others) {
      const segments = await recordedOn(id, 5);
      assert.deepEqual(runsOf(segments), before.get(id), id);
    }
    assert.ok(recorder.running);
    assert.ok(!isRunning(worker));
  });
});
