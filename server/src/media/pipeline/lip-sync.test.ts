import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LipSync, type RtpPosition, RtpTicks } from './lip-sync.ts';

/** A packet captured `atMs` after PLAY, which the pipeline takes for one of `atMs + offsetMs`. */
const packet = (clockRate: number, atMs: number, offsetMs: number): RtpPosition => ({
  clockRate,
  ticks: (atMs * clockRate) / 1_000,
  runningTimeNs: (atMs + offsetMs) * 1e6,
});
const video = (atMs: number, offsetMs: number) => packet(90_000, atMs, offsetMs);
const audio = (atMs: number, offsetMs: number) => packet(16_000, atMs, offsetMs);

const shiftMs = (...positions: Array<[RtpPosition | null, RtpPosition | null]>): number => {
  const sync = new LipSync();
  for (const [picture, sound] of positions) sync.update(picture, sound);
  return sync.shiftNs / 1e6;
};

test('sound is moved to where the answer to PLAY puts it', () => {
  assert.equal(shiftMs([video(40, 100), audio(64, 36)]), 64);
  assert.equal(shiftMs([video(40, 100), audio(64, 36)], [video(2_040, 100), audio(2_064, 36)]), 64);
  assert.equal(shiftMs([video(40, 60), audio(2_000, -1_900)]), 1_960);
});

test('once sender reports have moved a track, there is nothing more to be moved', () => {
  assert.equal(shiftMs([video(40, 100), audio(64, 36)], [video(80, 100), audio(128, 100)]), 0);
  const later: [RtpPosition, RtpPosition] = [video(120, 100), audio(192, 36)];
  assert.equal(shiftMs([video(40, 36), audio(64, 100)], [video(80, 100), audio(128, 100)], later), 0);
});

test('without RTP-Info, or with one that cannot be true, sound stays where it is', () => {
  assert.equal(shiftMs([video(40, 100), null]), 0);
  assert.equal(shiftMs([null, audio(64, 36)]), 0);
  assert.equal(shiftMs([video(40, 100), audio(64, 36 - 5_000)]), 0);
});

test('RTP time stamps are counted over their wraps, for as long as a connection lasts', () => {
  const base = 2 ** 32 - 9_000;
  const ticks = new RtpTicks(base);
  const secondTicks = 90_000;
  for (let second = 0; second < 200_000; second += 100) {
    assert.equal(ticks.at((base + second * secondTicks) % 2 ** 32), second * secondTicks);
  }
  assert.equal(new RtpTicks(1_000).at(400), -600, 'a packet from before the beginning');
});
