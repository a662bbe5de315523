import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NvrError } from '../../shared/errors.ts';
import { retryDelayMs, supervise } from './supervise.ts';

type Run = (onFirstFrame: () => void, elapse: (ms: number) => void) => void;

async function delaysAfter(runs: Run[], random = () => 0.5): Promise<number[]> {
  const stop = new AbortController();
  const delays: number[] = [];
  let nowMs = 0;
  const elapse = (ms: number) => {
    nowMs += ms;
  };
  await supervise(
    {
      runOnce: async (_, onFirstFrame) => runs.shift()?.(onFirstFrame, elapse),
      report: (attempt) => {
        if (attempt.state === 'waiting') delays.push(attempt.retryInMs);
      },
      wait: async () => {
        if (runs.length === 0) stop.abort();
      },
      monotonicMs: () => nowMs,
      random,
    },
    stop.signal,
  );
  return delays;
}

const refuse: Run = () => {
  throw new NvrError('camera_refused', 'refused');
};
const lockOut: Run = () => {
  throw new NvrError('camera_auth_failed', 'wrong password');
};
const playFor =
  (ms: number): Run =>
  (onFirstFrame, elapse) => {
    onFirstFrame();
    elapse(ms);
    throw new NvrError('camera_stream_ended', 'ended');
  };

test('a camera whose stream breaks is tried at once, then as any other', async () => {
  assert.deepEqual(await delaysAfter([playFor(60_000), refuse, refuse, refuse]), [100, 1_000, 2_000, 4_000]);
  assert.deepEqual(await delaysAfter([refuse, refuse, playFor(500), refuse]), [1_000, 2_000, 100, 1_000]);
});

test('one whose streams break again and again is tried each second', async () => {
  const storm = [playFor(500), playFor(500), playFor(500), playFor(500), playFor(500)];
  assert.deepEqual(await delaysAfter([...storm, refuse]), [100, 100, 100, 1_000, 1_000, 2_000]);
  assert.deepEqual(await delaysAfter([...storm.slice(0, 4), playFor(60_000)]), [100, 100, 100, 1_000, 100]);
});

test('delays grow to 5 s, those after a wrong password to a minute', async () => {
  const growing = (code: 'camera_refused' | 'camera_auth_failed') =>
    [1, 2, 3, 4, 5, 1000].map((n) => retryDelayMs(n, code));
  assert.deepEqual(growing('camera_refused'), [1_000, 2_000, 4_000, 5_000, 5_000, 5_000]);
  assert.deepEqual(growing('camera_auth_failed'), [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  assert.deepEqual(await delaysAfter([lockOut, lockOut]), [5_000, 10_000]);
});

test('delays are spread by a tenth to either side', async () => {
  assert.deepEqual(await delaysAfter([refuse], () => 0), [900]);
  assert.deepEqual(await delaysAfter([refuse], () => 1), [1_100]);
});
