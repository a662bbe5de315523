import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReceiverDelay, videoOffsetOf } from './receiver-delay.ts';

const nowMs = Date.UTC(2026, 10, 22);
const offset = 2_000_000_000;
const rtpOf = (unixMs: number) => (Math.round(unixMs * 90) + offset) % 2 ** 32;

test('a picture whose RTP time is explained is as old as the recorder’s clock says', () => {
  const delay = new ReceiverDelay();
  delay.onAnswer(offset);
  delay.onFrame(rtpOf(nowMs - 120), nowMs);
  assert.equal(delay.latencyMs, 120);
  delay.onFrame(rtpOf(nowMs - 40), nowMs);
  assert.equal(delay.latencyMs, 80, 'the average of the newest');
});

test('RTP times wrap around without notice', () => {
  for (let hours = 0; hours < 14; hours++) {
    const delay = new ReceiverDelay();
    delay.onAnswer(offset);
    delay.onFrame(rtpOf(nowMs + hours * 3_600_000 - 80), nowMs + hours * 3_600_000);
    assert.equal(Math.round(delay.latencyMs ?? 0), 80);
  }
});

test('a picture is not younger than its way makes it', () => {
  const delay = new ReceiverDelay();
  delay.onAnswer(offset);
  delay.onPath(0.02);
  delay.onStatistics({ totalProcessingDelay: 0.05, framesDecoded: 10 });
  delay.onFrame(rtpOf(nowMs + 30), nowMs);
  assert.equal(Math.round(delay.latencyMs ?? 0), 15);
});

test('without it, what the browser and half a round trip took, of the newest frames', () => {
  const delay = new ReceiverDelay();
  assert.equal(delay.latencyMs, null);
  delay.onFrame(rtpOf(nowMs), nowMs);
  assert.equal(delay.latencyMs, null);
  delay.onPath(0.02);
  delay.onStatistics({ totalProcessingDelay: 10, framesDecoded: 10 });
  delay.onStatistics({ totalProcessingDelay: 10.3, framesDecoded: 20 });
  assert.equal(Math.round(delay.latencyMs ?? 0), 40);
  delay.onStatistics({ totalProcessingDelay: 10.3, framesDecoded: 20 });
  assert.equal(Math.round(delay.latencyMs ?? 0), 40, 'as before while no frame comes');
});

test('a time that is minutes away is of a clock that was set, and not believed', () => {
  const delay = new ReceiverDelay();
  delay.onAnswer(offset);
  delay.onStatistics({ totalProcessingDelay: 1, framesDecoded: 10 });
  delay.onFrame(rtpOf(nowMs + 500_000), nowMs);
  assert.equal(delay.latencyMs, 100);
});

test('the answer says where RTP times begin, for the picture', () => {
  const sound = 'm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mediaclk:direct=7\r\n';
  const picture =
    'm=video 9 UDP/TLS/RTP/SAVPF 103\r\nc=IN IP4 0.0.0.0\r\na=ts-refclk:local\r\na=mediaclk:direct=1234\r\n';
  assert.equal(videoOffsetOf(`v=0\r\n${sound}${picture}`), 1234);
  assert.equal(videoOffsetOf('v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 103\r\n'), null);
});
