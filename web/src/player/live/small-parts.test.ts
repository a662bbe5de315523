import assert from 'node:assert/strict';
import { test } from 'node:test';
import { iceServersOf } from './ice-servers.ts';
import { ratesBetween } from './rates.ts';
import { RecorderClock } from './recorder-clock.ts';

test('the recorder’s clock is asked, and the shortest trip believed', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
  const tripsMs = [300, 20, 100];
  const clock = new RecorderClock(async () => {
    // All of a slow trip's time goes by on the way back.
    const [tookMs = 0] = tripsMs.splice(0, 1);
    const recorderMs = Date.now() + 500 + Math.min(tookMs / 2, 10);
    t.mock.timers.tick(tookMs);
    return recorderMs;
  });
  assert.equal(clock.aheadMs, 0);
  await clock.refresh();
  assert.equal(clock.aheadMs, 500);
  assert.deepEqual(tripsMs, []);
  await clock.refresh();
  assert.equal(clock.nowMs, Date.now() + 500);
});

test('the recorder’s clock is at least as far ahead as its fastest message tells', async () => {
  const clock = new RecorderClock(async () => {
    throw new Error('away');
  });
  await clock.refresh();
  clock.hear(1_100, 1_000);
  clock.hear(2_020, 2_000);
  assert.equal(clock.aheadMs, 100);
  for (let i = 0; i < 20; i++) clock.hear(3_010, 3_000);
  assert.equal(clock.aheadMs, 10, 'what was heard long ago is forgotten');
});

test('rates are of one connection only', () => {
  const before = { atMs: 0, frames: 100, bytes: 50_000 };
  assert.deepEqual(ratesBetween(before, { atMs: 2_000, frames: 130, bytes: 175_000 }), { fps: 15, bitrateKbps: 500 });
  assert.equal(ratesBetween(before, { atMs: 2_000, frames: 10, bytes: 60_000 }), null);
  assert.equal(ratesBetween(before, { atMs: 2_000, frames: 130, bytes: 10 }), null);
  assert.deepEqual(ratesBetween(before, { atMs: 1_000, frames: 125, bytes: null }), { fps: 25, bitrateKbps: null });
});

test('STUN and TURN servers are read from the header, quotes and commas in passwords included', () => {
  const link =
    '<stun:stun.example.net>; rel="ice-server", </style.css>; rel="preload", ' +
    '<turn:turn.example.net?transport=udp>; rel="ice-server"; username="u"; credential="a, \\"b\\""; credential-type="password"';
  assert.deepEqual(iceServersOf(link), [
    { urls: 'stun:stun.example.net' },
    { urls: 'turn:turn.example.net?transport=udp', username: 'u', credential: 'a, "b"' },
  ]);
  assert.deepEqual(iceServersOf(null), []);
});
