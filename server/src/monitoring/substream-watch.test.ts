import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnixMs } from '@nightjar/contract';
import type { Camera } from '../camera/camera.ts';
import { SubstreamWatch } from './substream-watch.ts';

const waiting = {
  ...{ state: 'waiting' as const, since: 0, failures: 1, retryAt: 0 as UnixMs },
  ...{ code: 'camera_unreachable' as const, reason: 'It does not answer.' },
};

function watched(record: boolean) {
  let now = 0;
  const camera = {
    ...{ id: 'yard', name: 'Yard', createdAt: 0, substreamSince: 0, alerts: { downAfterSeconds: 60 } },
    ...{ substream: { record }, recording: { mode: 'continuous', override: null } },
  } as unknown as Camera;
  const told: string[] = [];
  const watch = new SubstreamWatch({
    clock: { nowMs: () => now as UnixMs, monotonicMs: () => now },
    cameras: { list: () => [camera], get: (id) => (id === 'yard' ? camera : undefined) },
    tell: ({ kind, level, cameraId, message }) => told.push(`${kind} ${level} ${cameraId}: ${message}`),
  });
  const pass = (ms: number) => {
    now += ms;
    watch.check();
  };
  return { watch, told, pass };
}

test('a recorded substream that stays down is told of once, and again when it is back', () => {
  const { watch, told, pass } = watched(true);
  watch.onState('yard', waiting);
  pass(30_000);
  assert.deepEqual(told, []);
  pass(31_000);
  pass(60_000);
  watch.onState('yard', { state: 'live', since: 0, lastFrameAt: 121_000 as UnixMs, problem: null } as never);
  assert.deepEqual(told, [
    'substream_down alert yard: The substream of Yard has sent no picture for 1 min 1 s. It does not answer.',
    'substream_up info yard: The substream of Yard is back after 2 min 1 s.',
  ]);
});

test('nobody is told of one that is only for watching', () => {
  const { watch, told, pass } = watched(false);
  watch.onState('yard', waiting);
  pass(600_000);
  assert.deepEqual(told, []);
});
