import assert from 'node:assert/strict';
import { test } from 'node:test';
import { iceServersOf } from './ice-servers.ts';
import { ratesBetween } from './rates.ts';
import { RecorderClock } from './recorder-clock.ts';

test('the recorder’s clock is at least as far ahead as its fastest message tells', () => {
  const clock = new RecorderClock();
  assert.equal(clock.aheadMs(40), 40);
  clock.hear(1_100, 1_000);
  clock.hear(2_020, 2_000);
  assert.equal(clock.aheadMs(40), 100);
  for (let i = 0; i < 20; i++) clock.hear(3_010, 3_000);
  assert.equal(clock.aheadMs(40), 40, 'what was heard long ago is forgotten');
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
