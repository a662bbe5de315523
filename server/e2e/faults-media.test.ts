// Mostly waits.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MountOptions } from '../testing/camera/index.ts';
import {
  assertGaps,
  assertNoneLost,
  assertTimes,
  assertWhole,
  FaultBench,
  holesIn,
  offsetsOf,
} from '../testing/fault-bench.ts';
import { complaintsAbout } from '../testing/media-tools.ts';
import { countersOf, framesOf, type RecordedSegment, runsOf } from '../testing/recorded.ts';
import { smallCamera } from '../testing/small-camera.ts';

const mounts: MountOptions[] = [
  smallCamera('resized', { audio: 'aac', secondClip: { width: 160, height: 90 } }),
  smallCamera('recoded', { audio: 'aac', secondClip: { width: 320, height: 180, video: 'h265' } }),
  smallCamera('ahead', { audio: 'aac' }),
  smallCamera('behind', { audio: 'pcma' }),
  smallCamera('fast', { audio: 'aac' }),
  smallCamera('slow', { audio: 'aac' }),
  smallCamera('wrapped', { audio: 'aac', rtpWrapsAfterMs: 5_000 }),
  smallCamera('muted', { audio: 'aac' }),
  smallCamera('blind', { audio: 'aac' }),
  smallCamera('blinded', { audio: 'aac' }),
  smallCamera('keyless', { audio: 'aac' }),
  smallCamera('sparse', { audio: 'aac' }),
];

let bench: FaultBench;

before(async () => {
  bench = await FaultBench.start(mounts);
});

after(() => bench?.[Symbol.asyncDispose]());

const startOf = (segments: RecordedSegment[]) => Math.ceil(segments[0]?.info.startMs ?? 0);

/** Every frame once, in order, at its time, and no gap is claimed. */
async function assertUndisturbed(id: string, segments: RecordedSegment[], timesWithinMs: number): Promise<void> {
  assertNoneLost(segments);
  assertTimes(framesOf(segments), timesWithinMs);
  assert.deepEqual(await bench.gapsSince(id, startOf(segments)), []);
}

async function assertPlays(segments: RecordedSegment[]): Promise<void> {
  for (const { file, scan } of segments) {
    assert.deepEqual(await complaintsAbout(file, { hasAudio: scan.audio !== null }), [], file);
  }
}

describe('a camera that', { concurrency: true }, () => {
  test('changes its resolution begins a new run with an init segment of its own', async () => {
    await bench.record('resized');
    await bench.cameras.fault('resized', 'resolution');
    const segments = await bench.recorder.untilRecorded('resized', 'a small picture', (now) =>
      now.some(({ scan, frames }) => scan.video.width === 160 && frames.length > 15),
    );
    await assertUndisturbed('resized', segments, 150);
    assert.equal(
      new Set(segments.map(({ info, scan }) => `${info.runId} ${scan.video.width}x${scan.video.height}`)).size,
      runsOf(segments).length,
    );
    const status = await bench.recorder.untilState('resized', 'recording');
    assert.deepEqual([status.media.video.width, status.media.video.height], [160, 90]);
    await bench.cameras.fault('resized', 'resolution');
    const back = await bench.recorder.untilRecorded('resized', 'a large picture again', (now) => {
      const last = now.at(-1);
      return last?.scan.video.width === 320 && last.frames.length > 5 && now.length > segments.length;
    });
    await assertUndisturbed('resized', back, 150);
    await assertPlays(back.slice(0, -1));
  });

  test('changes its codec, and back, begins a new run each time', async () => {
    await bench.record('recoded');
    for (const codec of ['h265', 'h264'] as const) {
      await bench.cameras.fault('recoded', 'codec');
      await bench.recorder.untilRecorded('recoded', `half a second of ${codec}`, (now) => {
        const last = now.at(-1);
        return last?.scan.video.codec === codec && last.frames.length > 7;
      });
    }
    const segments = await bench.recordedOn('recoded', 5);
    assertWhole(segments);
    assertTimes(framesOf(segments), 150);
    assert.deepEqual(
      segments.map(({ scan }) => scan.video.codec),
      ['h264', 'h265', 'h264'],
    );
    const holes = holesIn(segments);
    assertGaps(
      await bench.gapsSince('recoded', startOf(segments)),
      holes,
      holes.map(() => ['stalled', 'camera_unreachable']),
    );
    for (const { from, to } of holes) assert.ok(to - from < 3_000, `${to - from} ms are lost`);
    await assertPlays(segments.slice(0, -1));
  });

  for (const [id, ms] of [
    ['ahead', 3_000],
    ['behind', -3_000],
  ] as const) {
    test(`jumps ${ms} ms in its own time is recorded on by the recorder's`, async () => {
      await bench.record(id);
      // The simulated camera cannot send times from before its own beginning.
      await bench.recordedOn(id, 60);
      await bench.cameras.fault(id, 'jump', ms);
      const segments = await bench.recordedOn(id, 60);
      await assertUndisturbed(id, segments, 150);
      assert.equal(runsOf(segments).length, 1);
      await bench.recorder.deleteCamera(id);
      await assertPlays(await bench.recorder.recorded(id));
    });
  }

  for (const [id, ppm, withinMs, lastWithinMs] of [
    ['fast', 50_000, 350, 200],
    // Until it shows, slowness looks like a network that gets slower.
    ['slow', -50_000, 2_500, 450],
  ] as const) {
    test(`runs 5 % ${id} keeps the recorder's time, and is in step with it after seconds`, async () => {
      await bench.cameras.fault(id, 'rate', ppm);
      await bench.record(id);
      await bench.recordedOn(id, 15 * 20);
      const newest = (segments: readonly RecordedSegment[]) => framesOf(segments).slice(-15 * 5);
      const isInStep = (segments: readonly RecordedSegment[]) => {
        const offsets = offsetsOf(newest(segments));
        const least = Math.min(...offsets);
        return least > -lastWithinMs && Math.max(...offsets) - least < lastWithinMs;
      };
      // A busy machine hides the clock behind delays of its own: it takes longer there.
      const segments = await bench.recorder.untilRecorded(id, 'in step', isInStep);
      await assertUndisturbed(id, segments, withinMs);
      assertTimes(newest(segments), lastWithinMs);
      assert.equal(runsOf(segments).length, 1);
      await bench.recorder.deleteCamera(id);
      await assertPlays(await bench.recorder.recorded(id));
    });
  }

  test('counts its RTP time stamps over 2^32 is recorded as if nothing had happened', async () => {
    await bench.record('wrapped');
    const segments = await bench.recordedOn('wrapped', 15 * 8);
    await assertUndisturbed('wrapped', segments, 150);
    assert.equal(runsOf(segments).length, 1);
    const sound = segments.flatMap(({ audio }) => audio);
    const last = sound.at(-1);
    assert.ok(last && last.dts / 16_000 > 8, 'sound goes on, too');
  });

  test('goes silent and sounds again is seen all the time', async () => {
    await bench.record('muted');
    const seen = async () => {
      const { lastFrame } = await bench.cameras.sent('muted');
      const asked = performance.now();
      await bench.recorder.untilRecorded('muted', 'the newest', (now) => Math.max(...countersOf(now)) >= lastFrame);
      return performance.now() - asked;
    };
    await bench.cameras.fault('muted', 'mute');
    await bench.recordedOn('muted', 30);
    const delayMs = await seen();
    assert.ok(delayMs < 2_000, `while silent, the picture came ${delayMs} ms late`);
    await bench.cameras.fault('muted', 'unmute');
    const segments = await bench.recordedOn('muted', 30);
    await assertUndisturbed('muted', segments, 150);
    assert.equal(runsOf(segments).length, 1, 'a pause of the sound needs no new run');
    for (const { duration } of segments.at(-1)?.chunks ?? []) {
      assert.ok(duration / 90 <= 567, `a chunk of ${duration / 90} ms`);
    }
  });

  test('sends sound only from the start is told as such, and recorded when the picture comes', async () => {
    await bench.cameras.fault('blind', 'no-picture');
    const addedAt = Date.now();
    await bench.add('blind');
    const { reason } = await bench.recorder.untilState('blind', 'waiting', ({ code }) => code === 'camera_no_video');
    assert.match(reason, /sound but no picture/);
    await bench.cameras.fault('blind', 'picture');
    const segments = await bench.recordedSince('blind', Date.now());
    assertWhole(segments);
    const gaps = await bench.gapsSince('blind', addedAt);
    assert.deepEqual(
      gaps.map(({ cause }) => cause),
      ['no_keyframe'],
    );
    assert.ok(Math.abs((gaps[0]?.to ?? 0) - startOf(segments)) < 100, JSON.stringify(gaps));
  });

  test('loses its picture while sound goes on is connected anew, and the gap is exact', async () => {
    await bench.record('blinded');
    await bench.cameras.fault('blinded', 'no-picture');
    await bench.recorder.untilState('blinded', 'waiting', ({ code }) => code === 'camera_stalled');
    await bench.cameras.fault('blinded', 'picture');
    const segments = await bench.recordedSince('blinded', Date.now());
    assertWhole(segments);
    assertTimes(framesOf(segments), 150);
    assertGaps(await bench.gapsSince('blinded', startOf(segments)), holesIn(segments), [['stalled']]);
  });

  test('sends no keyframe from the start is told as such, and recorded from the first one on', async () => {
    await bench.cameras.fault('keyless', 'no-keyframes');
    const addedAt = Date.now();
    await bench.add('keyless');
    const { reason } = await bench.recorder.untilState(
      'keyless',
      'waiting',
      ({ code }) => code === 'camera_no_keyframe',
    );
    assert.match(reason, /no keyframe for \d+ s/);
    await sleep(2_000);
    await bench.cameras.fault('keyless', 'keyframes');
    const keyframesAt = Date.now();
    const segments = await bench.recordedSince('keyless', keyframesAt + 1_000);
    assertWhole(segments);
    assert.ok(startOf(segments) - keyframesAt < 1_000, 'the connection that brought no keyframe stands');
    const gaps = await bench.gapsSince('keyless', addedAt);
    assert.deepEqual(
      gaps.map(({ cause }) => cause),
      ['no_keyframe'],
    );
    assert.ok(Math.abs((gaps[0]?.to ?? 0) - startOf(segments)) < 100, JSON.stringify(gaps));
  });

  test('sends no keyframe for 30 s loses nothing: the segment is longer, its chunks are not', async () => {
    await bench.record('sparse');
    await bench.cameras.fault('sparse', 'no-keyframes');
    await sleep(30_000);
    await bench.cameras.fault('sparse', 'keyframes');
    const segments = await bench.recordedOn('sparse', 15);
    await assertUndisturbed('sparse', segments, 150);
    assert.equal(segments.length, 1);
    const chunks = segments[0]?.chunks ?? [];
    const gops = chunks.flatMap(({ keyframe, startMs }) => (keyframe ? [startMs] : []));
    const longestMs = Math.max(...gops.slice(1).map((at, n) => at - (gops[n] ?? at)));
    assert.ok(longestMs > 29_000, `${longestMs} ms without a keyframe`);
    for (const { duration } of chunks) assert.ok(duration / 90 <= 567, `a chunk of ${duration / 90} ms`);
    // What comes before the next keyframe plays from the one before.
    const { from = 0 } = (await bench.recorder.timeline('sparse', startOf(segments), Date.now())).spans[0] ?? {};
    const picture = await bench.recorder.bytes(`/cameras/sparse/snapshot.jpg?at=${Math.ceil(from) + 3_000}`);
    assert.equal(picture.status, 200);
  });
});
