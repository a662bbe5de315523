import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnixMs } from '@nightjar/contract';
import { RunClock } from './run-clock.ts';

/** Clocks that a test moves: `elapse` is real time, `utcMs` what the system clock says. */
function clocks() {
  const now = { utcMs: 1_800_000_000_000, runningNs: 5e9, pauseNs: 0 };
  const runningTimeNs = () => {
    now.runningNs += now.pauseNs;
    return now.runningNs;
  };
  const run = new RunClock({ nowMs: () => now.utcMs as UnixMs, monotonicMs: () => now.runningNs / 1e6 }, runningTimeNs);
  const elapse = (ms: number, rate = 1) => {
    now.runningNs += ms * 1e6;
    now.utcMs += ms * rate;
  };
  /** What a frame that arrives now is stamped. */
  const stampMs = () => run.anchor.utcMs + (run.nowNs() - run.anchor.ptsNs) / 1e6;
  return { now, run, elapse, stampMs };
}

test('a clock that is set an hour, either way, is noticed once, and from then on times are right again', () => {
  for (const hour of [3_600_000, -3_600_000]) {
    const { now, run, elapse, stampMs } = clocks();
    const { anchor } = run;
    elapse(1_000);
    assert.equal(run.check(), false);
    assert.equal(run.anchor, anchor);
    now.utcMs += hour;
    elapse(700);
    assert.ok(Math.abs(now.utcMs - stampMs()) > 3_000_000, 'until it is noticed, time goes on as it was');
    assert.equal(run.check(), true);
    assert.ok(Math.abs(now.utcMs - stampMs()) < 1);
    elapse(1_000);
    assert.equal(run.check(), false);
    assert.ok(Math.abs(now.utcMs - stampMs()) < 1);
  }
});

test('a clock that is slewed by 500 ppm for a day is followed without a step', () => {
  const { now, run, elapse, stampMs } = clocks();
  const { anchor } = run;
  for (let second = 0; second < 86_400; second += 1) {
    elapse(1_000, 1.0005);
    assert.equal(run.check(), false);
  }
  assert.equal(run.anchor, anchor);
  assert.ok(Math.abs(now.utcMs - stampMs()) < 1, `${now.utcMs - stampMs()} ms`);
});

test('a process that is held up between the two clocks takes that for no step', () => {
  const { now, run, elapse } = clocks();
  assert.ok(run.anchor);
  now.pauseNs = 300e6;
  assert.equal(run.check(), false);
  now.pauseNs = 0;
  // While it was held up, all clocks went on.
  now.utcMs += 600;
  elapse(1_000);
  assert.equal(run.check(), false);
});
