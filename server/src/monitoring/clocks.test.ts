import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnixMs } from '@nightjar/contract';
import { CameraClocks } from './camera-clocks.ts';
import type { NewEvent } from './event-log.ts';
import { SystemClockWatch } from './system-clock.ts';

test('a camera clock that is wrong is told once, and once when it is right again', () => {
  const told: NewEvent[] = [];
  const clocks = new CameraClocks({ nameOf: () => 'Gate', tell: (event) => told.push(event) });
  for (const offset of [0, 4_900, -4_900, 5_100, 3_600_000, 4_000, 5_200, 2_400, -7_200_000])
    clocks.onOffset('gate', offset);
  assert.deepEqual(
    told.map(({ level, message }) => [level, message.split('.')[0]]),
    [
      ['warning', "The clock of Gate is 5 s ahead of the recorder's"],
      ['info', "The clock of Gate agrees with the recorder's again"],
      ['warning', "The clock of Gate is 2 h behind the recorder's"],
    ],
  );
});

test('the system clock being set is told; being slewed is not', () => {
  const told: NewEvent[] = [];
  let [now, monotonic, steps] = [1_795_356_180_000, 5_000, 0];
  const clock = { nowMs: () => now as UnixMs, monotonicMs: () => monotonic };
  const watch = new SystemClockWatch({
    clock,
    tell: (event) => told.push(event),
    onStep: () => {
      steps += 1;
    },
  });
  const second = (byWallMs: number) => {
    monotonic += 1_000;
    now += byWallMs;
    watch.check();
  };
  for (let n = 0; n < 3_600; n += 1) second(1_000.5);
  assert.equal(watch.lastStepAt, null);
  second(1_000 + 90_000);
  assert.equal(watch.lastStepAt, now);
  second(1_000 - 3_600_000);
  second(1_000);
  assert.deepEqual(
    told.map(({ message }) => message.split(/[,.]/)[0]),
    ['The system clock was set ahead by 1 min 30 s', 'The system clock was set back by 1 h'],
  );
  assert.equal(steps, 2);
});
