import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NvrError } from '../../shared/errors.ts';
import { retryDelayMs, supervise } from './supervise.ts';

async function delaysAfter(runs: Array<(onFirstFrame: () => void) => void>): Promise<number[]> {
  const stop = new AbortController();
  const delays: number[] = [];
  await supervise(
    {
      runOnce: async (_, onFirstFrame) => runs.shift()?.(onFirstFrame),
      report: (attempt) => {
        if (attempt.state === 'waiting') delays.push(attempt.retryInMs);
      },
      wait: async () => {
        if (runs.length === 0) stop.abort();
      },
    },
    stop.signal,
  );
  return delays;
}

const refuse = () => {
  throw new NvrError('camera_refused', 'refused');
};
const playThenBreak = (onFirstFrame: () => void) => {
  onFirstFrame();
  throw new NvrError('camera_stream_ended', 'ended');
};

test('one recorded frame resets the delay', async () => {
  assert.deepEqual(await delaysAfter([refuse, refuse, playThenBreak, refuse]), [1_000, 2_000, 1_000, 2_000]);
});

test('delays grow to one minute and stay there', () => {
  assert.deepEqual([1, 2, 3, 6, 7, 8, 1000].map(retryDelayMs), [1_000, 2_000, 4_000, 32_000, 60_000, 60_000, 60_000]);
});
