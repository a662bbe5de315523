import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ticker } from './ticker.ts';

test('each step runs until its signal aborts; one that throws ends itself only', async () => {
  const ticker = new Ticker(1);
  const stop = new AbortController();
  let calls = 0;
  const failing = ticker.run(() => {
    throw new Error('broken');
  }, stop.signal);
  const running = ticker.run(() => {
    calls += 1;
    if (calls === 5) stop.abort();
  }, stop.signal);
  await assert.rejects(failing, /broken/);
  await running;
  assert.equal(calls, 5);
  await ticker.run(() => assert.fail('already aborted'), stop.signal);
});
