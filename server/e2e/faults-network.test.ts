// Mostly waits.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SystemInfo } from '@nightjar/contract';
import { assertGaps, assertNoneLost, assertTimes, assertWhole, FaultBench, holesIn } from '../testing/fault-bench.ts';
import { Network } from '../testing/network.ts';
import { framesOf, type RecordedSegment, runsOf } from '../testing/recorded.ts';
import { smallCamera } from '../testing/small-camera.ts';

const skip = (await Network.whyNot()) ?? false;

/** A keyframe fills many packets. */
const large = { width: 640, height: 360, bitrateKbps: 600, gopFrames: 15 };

let bench: FaultBench;

before(async () => {
  if (!skip) bench = await FaultBench.start([smallCamera('steady', { audio: 'aac' })]);
});

after(() => bench?.[Symbol.asyncDispose]());

const startOf = (segments: RecordedSegment[]) => Math.ceil(segments[0]?.info.startMs ?? 0);

describe('a network', { skip, concurrency: true }, () => {
  test('UDP that loses 1, 5 and 10 % goes on in one run: frames are missing, time is not', async () => {
    await using network = await Network.create();
    const mounts = [
      smallCamera('udp-h264', { ...large, audio: 'aac', protocols: ['udp'] }),
      smallCamera('udp-h265', { ...large, video: 'h265', protocols: ['udp'] }),
      smallCamera('tcp', { audio: 'aac', protocols: ['tcp'] }),
    ];
    await using far = await bench.beside(mounts, network);
    const ids = ['udp-h264', 'udp-h265'];
    await Promise.all([...ids, 'tcp'].map((id) => far.record(id)));
    for (const percent of [1, 5, 10]) {
      await network.lose(percent);
      await sleep(6_000);
      assert.ok((await network.lost()) > 0, `${percent} %`);
    }
    await network.lose(0);
    for (const id of ids) {
      const segments = await far.recordedSince(id, Date.now() + 2_000);
      // Where the packet with the mark is lost, the frame is damaged, but there.
      const marked = framesOf(segments).filter(({ stamp }) => stamp !== null);
      const counters = marked.map(({ stamp }) => stamp?.frame ?? -1);
      assert.ok(
        counters.every((counter, n) => n === 0 || counter > (counters[n - 1] ?? 0)),
        'in order, none twice',
      );
      const sent = (counters.at(-1) ?? 0) - (counters[0] ?? 0) + 1;
      assert.ok(counters.length < sent, 'what is lost is lost');
      // A frame is gone when all its packets are, or the one with its mark.
      assert.ok(counters.length > 0.75 * sent, `${id}: ${counters.length} of ${sent} frames`);
      assertTimes(marked, 150);
      assert.equal(runsOf(segments).length, 1);
      assert.deepEqual(await bench.gapsSince(id, startOf(segments)), []);
      const { cameras } = await bench.recorder.call<SystemInfo>('GET', '/system');
      const lost = cameras.find(({ cameraId }) => cameraId === id)?.stats?.packetsLost ?? 0;
      assert.ok(lost > 10, `${lost} packets are counted as lost`);
    }
    const segments = await far.recordedOn('tcp', 5);
    assertNoneLost(segments);
    assert.equal(runsOf(segments).length, 1);
  });

  test('bandwidth that collapses makes frames late, not wrong: what comes has its own time', async () => {
    await using network = await Network.create();
    const mounts = [smallCamera('narrow', { ...large, audio: 'aac', protocols: ['tcp'] })];
    await using far = await bench.beside(mounts, network);
    await far.record('narrow');
    for (const kbps of [350, 60]) {
      await network.limit(kbps);
      await sleep(8_000);
    }
    await network.limit(null);
    const wideAt = Date.now();
    const segments = await far.recordedSince('narrow', wideAt + 5_000);
    const recordedAt = Date.now();
    assert.ok(recordedAt - wideAt < 25_000, `caught up after ${recordedAt - wideAt} ms`);
    assertWhole(segments);
    // A connection made meanwhile takes its time, and the simulated camera sends all of it as much later.
    assertTimes(framesOf(segments), 250, { sentWithinMs: 10_000 });
    const holes = holesIn(segments, 400);
    const gaps = await bench.gapsSince('narrow', startOf(segments));
    assertGaps(
      gaps,
      holes,
      holes.map(() => ['stalled', 'camera_unreachable']),
      250,
    );
    await bench.recorder.untilState('narrow', 'recording');
  });

  test('a cable that is pulled is a camera that cannot be reached, until it is plugged in', async () => {
    await using network = await Network.create();
    await using far = await bench.beside([smallCamera('unplugged', { audio: 'aac', protocols: ['tcp'] })], network);
    await far.record('unplugged');
    const pulledAt = Date.now();
    await network.connect(false);
    await bench.recorder.untilState('unplugged', 'waiting', ({ code }) => code === 'camera_unreachable');
    await network.connect(true);
    const pluggedAt = Date.now();
    const segments = await far.recordedSince('unplugged', pluggedAt);
    assertWhole(segments);
    assertTimes(framesOf(segments), 150);
    const holes = holesIn(segments);
    assertGaps(await bench.gapsSince('unplugged', startOf(segments)), holes, [['camera_unreachable']]);
    const [hole] = holes;
    assert.ok(hole && Math.abs(hole.from - pulledAt) < 1_000 && hole.to < pluggedAt + 15_000, JSON.stringify(hole));
  });

  test('that is disturbed disturbs no other', async () => {
    await bench.record('steady');
    await sleep(20_000);
    const segments = await bench.recordedOn('steady', 5);
    assertNoneLost(segments);
    assertTimes(framesOf(segments), 150);
  });
});
