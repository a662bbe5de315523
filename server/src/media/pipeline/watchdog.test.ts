import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Meter } from './meter.ts';
import { Watchdog } from './watchdog.ts';

test('silence is overdue after 5 s once frames came, after 15 s before the first', () => {
  const watchdog = new Watchdog(0);
  assert.equal(watchdog.overdueMs(15_000), null);
  assert.equal(watchdog.overdueMs(15_001), 15_001);
  watchdog.feed(20_000);
  assert.equal(watchdog.overdueMs(25_000), null);
  assert.equal(watchdog.overdueMs(26_000), 6_000);
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
