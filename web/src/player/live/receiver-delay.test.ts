import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReceiverDelay } from './receiver-delay.ts';

const nowMs = Date.UTC(2026, 10, 22);
const ntpOf = (unixMs: number) => unixMs + 2_208_988_800_000;

test('a picture whose time is known is as old as the recorder’s clock says', () => {
  const delay = new ReceiverDelay();
  delay.onVideo({ estimatedPlayoutTimestamp: ntpOf(nowMs - 120), totalProcessingDelay: 1, framesDecoded: 10 }, nowMs);
  assert.equal(delay.latencyMs, 120);
});

test('without it, what the browser and half a round trip took, of the newest frames', () => {
  const delay = new ReceiverDelay();
  assert.equal(delay.latencyMs, null);
  delay.onPath(0.02);
  delay.onVideo({ totalProcessingDelay: 10, framesDecoded: 10 }, nowMs);
  delay.onVideo({ totalProcessingDelay: 10.3, framesDecoded: 20 }, nowMs);
  assert.equal(Math.round(delay.latencyMs ?? 0), 40);
  delay.onVideo({ totalProcessingDelay: 10.3, framesDecoded: 20 }, nowMs);
  assert.equal(Math.round(delay.latencyMs ?? 0), 40, 'as before while no frame comes');
});

test('a time of a clock that has nothing to do with the recorder’s is not believed', () => {
  const delay = new ReceiverDelay();
  const frames = { totalProcessingDelay: 1, framesDecoded: 10 };
  delay.onVideo({ estimatedPlayoutTimestamp: ntpOf(nowMs + 5_000), ...frames }, nowMs);
  assert.equal(delay.latencyMs, 100);
  delay.onVideo({ estimatedPlayoutTimestamp: 12_345, ...frames }, nowMs);
  assert.equal(delay.latencyMs, 100);
});
