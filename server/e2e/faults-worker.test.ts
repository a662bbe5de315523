// Mostly waits.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertGaps, assertWhole, FaultBench, holesIn } from '../testing/fault-bench.ts';
import { isRunning } from '../testing/processes.ts';
import { framesOf, longestPauseMs, runsOf } from '../testing/recorded.ts';
import { smallCamera } from '../testing/small-camera.ts';

/** More than share one worker. */
const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

let bench: FaultBench;

before(async () => {
  bench = await FaultBench.start(ids.map((id) => smallCamera(id, { audio: 'aac' })));
  await Promise.all(ids.map((id) => bench.record(id)));
});

after(() => bench?.[Symbol.asyncDispose]());

test('a media worker that is killed costs its cameras less than two seconds, and no other one anything', async () => {
  const { recorder } = bench;
  const worker = recorder.workerOf('a');
  assert.ok(worker);
  const mates = ids.filter((id) => recorder.workerOf(id) === worker);
  const others = ids.filter((id) => !mates.includes(id));
  assert.ok(mates.length > 1 && others.length > 0, `${mates.length} and ${others.length} cameras`);
  const before = new Map(await Promise.all(ids.map(async (id) => [id, runsOf(await recorder.recorded(id))] as const)));
  process.kill(worker, 'SIGKILL');
  for (const id of mates) {
    const known = before.get(id)?.length ?? 0;
    const segments = await recorder.untilRecorded(id, 'a new run of a second', (now) => {
      const runs = runsOf(now);
      return runs.length > known && framesOf(now).filter(({ runId }) => runId === runs.at(-1)).length > 15;
    });
    assertWhole(segments);
    const lostMs = longestPauseMs(segments);
    assert.ok(lostMs < 2_000, `${id}: ${lostMs} ms lost`);
    const gaps = await bench.gapsSince(id, Math.ceil(segments[0]?.info.startMs ?? 0));
    // What the ledger says of a lost worker is tested with the ledger.
    assertGaps(
      gaps,
      holesIn(segments),
      gaps.map(({ cause }) => [cause]),
    );
  }
  for (const id of others) {
    const segments = await bench.recordedOn(id, 5);
    assert.deepEqual(runsOf(segments), before.get(id), id);
  }
  assert.ok(recorder.running);
  assert.ok(!isRunning(worker));
});
