import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Meter } from './meter.ts';
import { type Signs, Watchdog } from './watchdog.ts';

const quiet: Signs = { packetsCame: () => false, soundCame: false, waitsForKeyframe: false };
const trickling: Signs = { ...quiet, packetsCame: () => true };

/** Looked at each second from `fromMs` on; when it first complained, and when the connection was to be given up. */
function complaint(watchdog: Watchdog, fromMs: number, signs: Signs, fed = false): Array<[kind: string, atMs: number]> {
  const said: Array<[string, number]> = [];
  for (let nowMs = fromMs; nowMs < fromMs + 120_000; nowMs += 1_000) {
    if (fed) watchdog.feed(nowMs);
    const trouble = watchdog.look(nowMs, signs);
    if (trouble && said.length === 0) said.push([trouble.kind, nowMs - fromMs]);
    if (trouble?.patienceMs === 0) return [...said, ['given up', nowMs - fromMs]];
  }
  return said;
}

test('silence from the start is given up after 15 s, and told from sound without picture', () => {
  assert.deepEqual(complaint(new Watchdog(0), 0, quiet), [
    ['silent', 16_000],
    ['given up', 16_000],
  ]);
  assert.deepEqual(complaint(new Watchdog(0), 0, { ...quiet, soundCame: true }), [
    ['no-picture', 16_000],
    ['given up', 16_000],
  ]);
});

test('packets that make no frame are waited for: they may be the rest of a long group of pictures', () => {
  assert.deepEqual(complaint(new Watchdog(0), 0, trickling), [
    ['no-keyframe', 16_000],
    ['given up', 60_000],
  ]);
});

test('frames without a keyframe are told of after 5 s; the connection stays for a minute', () => {
  const signs = { ...quiet, waitsForKeyframe: true };
  assert.deepEqual(complaint(new Watchdog(0), 0, signs, true), [
    ['no-keyframe', 6_000],
    ['given up', 60_000],
  ]);
});

test('a picture that stands still is given up after 5 s, after 20 s while packets of it still come', () => {
  const watchdog = new Watchdog(0);
  watchdog.feed(30_000);
  assert.deepEqual(complaint(watchdog, 30_000, quiet), [
    ['stalled', 6_000],
    ['given up', 6_000],
  ]);
  const slow = new Watchdog(0);
  slow.feed(30_000);
  assert.deepEqual(complaint(slow, 30_000, trickling), [
    ['stalled', 21_000],
    ['given up', 21_000],
  ]);
});

test('packets from before the silence are no sign of life', () => {
  const watchdog = new Watchdog(0);
  watchdog.feed(30_000);
  let asked = 0;
  const signs = { ...quiet, packetsCame: () => asked++ === 0 };
  assert.deepEqual(complaint(watchdog, 30_000, signs), [
    ['stalled', 6_000],
    ['given up', 6_000],
  ]);
});

test('packets are counted only when frames stay away', () => {
  const watchdog = new Watchdog(0);
  const counted = { ...quiet, packetsCame: () => assert.fail('counted') };
  for (let nowMs = 0; nowMs < 30_000; nowMs += 1_000) {
    watchdog.feed(nowMs);
    assert.equal(watchdog.look(nowMs, counted), null);
  }
});

test('rates are those of the last seconds, not of all time', () => {
  const meter = new Meter();
  assert.equal(meter.rates(), null);
  for (let second = 0; second <= 20; second += 1) {
    meter.mark(second * 1000);
    const fps = second < 10 ? 25 : 10;
    for (let frame = 0; frame < fps; frame += 1) meter.add(1, 1250);
  }
  assert.deepEqual(meter.rates(), { fps: 10, bitrateKbps: 100 });
});
