// Mostly waits.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cable, type Cut } from '../testing/cable.ts';
import type { MountOptions } from '../testing/camera/index.ts';
import { assertGaps, assertNoneLost, assertTimes, assertWhole, FaultBench, holesIn } from '../testing/fault-bench.ts';
import { framesOf, type RecordedSegment, runsOf } from '../testing/recorded.ts';
import { smallCamera } from '../testing/small-camera.ts';

const user = { user: 'viewer', password: 'right' };

const mounts: MountOptions[] = [
  smallCamera('steady', { audio: 'aac' }),
  smallCamera('frozen', { audio: 'aac' }),
  smallCamera('dropped'),
  smallCamera('stormy', { audio: 'aac' }),
  // A server of its own: refusing is for all cameras of one.
  smallCamera('refused', { ...user, authMethod: 'basic' }),
  smallCamera('lost'),
  smallCamera('locked', { ...user, authMethod: 'digest' }),
  smallCamera('rekeyed', { ...user, user: 'owner', authMethod: 'digest' }),
  smallCamera('reset'),
  smallCamera('close'),
  smallCamera('silence'),
];

const connectionLost = ['stalled', 'camera_unreachable'] as const;

let bench: FaultBench;

before(async () => {
  bench = await FaultBench.start(mounts);
});

after(() => bench?.[Symbol.asyncDispose]());

const startOf = (segments: RecordedSegment[]) => Math.ceil(segments[0]?.info.startMs ?? 0);

/** Each run whole, times right, and the ledger tells each hole between them, with its ends. */
async function assertAccount(id: string, segments: RecordedSegment[], ...causes: Array<readonly string[]>) {
  assertWhole(segments);
  assertTimes(framesOf(segments), 150);
  const holes = holesIn(segments);
  assertGaps(await bench.gapsSince(id, startOf(segments)), holes, causes as never);
  return holes;
}

describe('a camera that', { concurrency: true }, () => {
  test('is disturbed by nothing is recorded whole, whatever happens to the others', async () => {
    await bench.record('steady');
    // As long as the longest of the other tests.
    await sleep(14_000);
    const segments = await bench.recordedOn('steady', 15);
    assertNoneLost(segments);
    assertTimes(framesOf(segments), 100);
    assert.equal(runsOf(segments).length, 1);
    assert.deepEqual(await bench.gapsSince('steady', startOf(segments)), []);
  });

  test('freezes is noticed, shown as stalled, and recorded again when it goes on', async () => {
    await bench.record('frozen');
    const frozenAt = Date.now();
    await bench.cameras.fault('frozen', 'freeze');
    const { since, reason } = await bench.recorder.untilState(
      'frozen',
      'waiting',
      ({ code }) => code === 'camera_stalled',
    );
    assert.match(reason, /No picture for \d+ s/);
    assert.ok(since >= frozenAt && since < frozenAt + 10_000, `noticed after ${since - frozenAt} ms`);
    await bench.cameras.fault('frozen', 'unfreeze');
    const unfrozenAt = Date.now();
    const segments = await bench.recordedSince('frozen', unfrozenAt + 1_000);
    const [hole] = await assertAccount('frozen', segments, ['stalled']);
    assert.ok(hole && hole.to < unfrozenAt + 5_000, 'it goes on within 5 s');
  });

  test('drops the connection and accepts the next at once loses less than two seconds', async () => {
    await bench.record('dropped');
    await bench.cameras.fault('dropped', 'drop');
    const segments = await bench.recordedSince('dropped', Date.now() + 2_000);
    const [hole] = await assertAccount('dropped', segments, connectionLost);
    assert.ok(hole && hole.to - hole.from < 2_000, JSON.stringify(hole));
  });

  test('closes each connection as soon as it plays is recorded again when it has calmed down', async () => {
    await bench.record('stormy');
    await bench.cameras.fault('stormy', 'storm', 200);
    await bench.cameras.fault('stormy', 'drop');
    await sleep(8_000);
    await bench.cameras.fault('stormy', 'calm');
    const calmAt = Date.now();
    const segments = await bench.recordedSince('stormy', calmAt + 3_000);
    assertWhole(segments);
    const holes = holesIn(segments);
    assert.ok((holes.at(-1)?.to ?? 0) < calmAt + 3_000, `calm at ${calmAt}, then ${JSON.stringify(holes)}`);
    const gaps = await bench.gapsSince('stormy', startOf(segments));
    assertGaps(
      gaps,
      holes,
      holes.map(() => connectionLost),
    );
  });

  test('refuses connections says so, and is recorded again when it accepts them', async () => {
    const { user: username, password } = user;
    await bench.record('refused', { username, password });
    await bench.cameras.fault('refused', 'refuse');
    await bench.cameras.fault('refused', 'drop');
    const { reason, retryAt } = await bench.recorder.untilState(
      'refused',
      'waiting',
      ({ code }) => code === 'camera_refused',
    );
    assert.match(reason, /refuses the connection/);
    assert.ok(retryAt > Date.now() - 5_000);
    await bench.cameras.fault('refused', 'accept');
    const segments = await bench.recordedSince('refused', Date.now());
    await assertAccount('refused', segments, ['camera_unreachable']);
  });

  test('loses its stream path says so, and is recorded again when it is back', async () => {
    await bench.record('lost');
    await bench.cameras.fault('lost', 'not-found');
    await bench.cameras.fault('lost', 'drop');
    await bench.recorder.untilState('lost', 'waiting', ({ code }) => code === 'camera_stream_not_found');
    await bench.cameras.fault('lost', 'found');
    await assertAccount('lost', await bench.recordedSince('lost', Date.now()), ['camera_unreachable']);
  });

  test('has another password than the recorder knows is recorded as soon as that is corrected', async () => {
    const addedAt = Date.now();
    const { recorder } = bench;
    await bench.add('locked', { username: user.user, password: 'wrong' });
    const waiting = await recorder.untilState('locked', 'waiting', ({ code }) => code === 'camera_auth_failed');
    assert.doesNotMatch(JSON.stringify(waiting), /wrong"/);
    assert.ok(waiting.retryAt - Date.now() > 2_000, 'an account is not to be locked by many attempts');
    const corrected = Date.now();
    await recorder.updateCamera('locked', { source: { password: user.password } });
    const segments = await bench.recordedSince('locked', Date.now());
    assert.ok(startOf(segments) - corrected < 5_000, 'the correction waited for the next retry');
    const gaps = await bench.gapsSince('locked', addedAt);
    assert.deepEqual(
      gaps.map(({ cause }) => cause),
      ['auth_failed'],
    );
    assert.ok(Math.abs((gaps[0]?.to ?? 0) - startOf(segments)) < 100, JSON.stringify(gaps));
    assert.doesNotMatch(recorder.log, /wrong|:right/);
  });

  test('is given another password, and later the old one, is found again by itself', async () => {
    const source = { username: 'owner', password: user.password };
    await bench.record('rekeyed', source);
    await bench.cameras.fault('rekeyed', 'password', 'other');
    await bench.cameras.fault('rekeyed', 'drop');
    await bench.recorder.untilState('rekeyed', 'waiting', ({ code }) => code === 'camera_auth_failed');
    await bench.cameras.fault('rekeyed', 'password', user.password);
    const segments = await bench.recordedSince('rekeyed', Date.now());
    await assertAccount('rekeyed', segments, ['auth_failed']);
  });

  for (const how of ['reset', 'close', 'silence'] satisfies Cut[]) {
    test(`disappears by ${how} of its connection is recorded again when it is back`, async () => {
      await using cable = await Cable.to(bench.cameras.url(how));
      await bench.record(how, { url: cable.url });
      const cutAt = Date.now();
      cable.cut(how);
      if (how === 'silence') {
        await bench.recorder.untilState(how, 'waiting', ({ code }) => code === 'camera_stalled');
        // The next connection is accepted, and gets no answer.
        await sleep(2_000);
        cable.mend();
      }
      const backAt = Date.now();
      const segments = await bench.recordedSince(how, backAt + 1_000);
      const [hole] = await assertAccount(how, segments, how === 'silence' ? ['stalled'] : connectionLost);
      assert.ok(hole && Math.abs(hole.from - cutAt) < 1_000 && hole.to < backAt + 3_000, JSON.stringify(hole));
      await bench.recorder.deleteCamera(how);
    });
  }
});
