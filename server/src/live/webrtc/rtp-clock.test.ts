import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ntpTime, RtpClock } from './rtp-clock.ts';

const noon = Date.UTC(2026, 10, 22, 12);
const since = (from: number, to: number) => (to - from + 2 ** 32) % 2 ** 32;

test('picture and sound of the same moment have times that mean the same', () => {
  const clock = new RtpClock();
  const at = (ms: number) => ({ video: clock.stampOf('video', ms), audio: clock.stampOf('audio', ms) });
  const [before, after] = [at(noon), at(noon + 1_000)];
  assert.equal(since(before.video, after.video), 90_000);
  assert.equal(since(before.audio, after.audio), 48_000);
});

test('times go on as if nothing had happened when the system clock is set, whichever way', () => {
  for (const stepMs of [-3_600_000, 3_600_000]) {
    const clock = new RtpClock();
    clock.follow(noon, 5_000);
    const before = clock.stampOf('video', noon);
    clock.follow(noon + 500 + stepMs, 5_500);
    assert.equal(since(before, clock.stampOf('video', noon + 500 + stepMs)), 45_000);
  }
});

test('a camera that was away leaves the time between as it is', () => {
  const clock = new RtpClock();
  clock.follow(noon, 0);
  clock.follow(noon + 60_000, 60_300);
  assert.equal(since(clock.stampOf('video', noon), clock.stampOf('video', noon + 60_000)), 60 * 90_000);
});

test('NTP counts from 1900, with a binary fraction', () => {
  assert.equal(ntpTime(0) >> 32n, 2_208_988_800n);
  assert.equal(ntpTime(1_500) & 0xffff_ffffn, 0x8000_0000n);
});
