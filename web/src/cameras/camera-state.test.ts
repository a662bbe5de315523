import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraStatus } from '@nightjar/contract';
import { stateWords } from './camera-state.ts';

const nowMs = Date.parse('2026-11-22T13:03:22Z');
const words = (status: object | undefined, mode: 'continuous' | 'off' = 'continuous') =>
  stateWords({
    camera: { recording: { mode } },
    status: status as CameraStatus | undefined,
    nowMs,
    timeZone: 'Europe/Vienna',
  });

test('before the recorder has told anything, a camera is connecting', () => {
  assert.equal(words(undefined).kind, 'starting');
});

test('a live picture that is not recorded says so only when that is wanted', () => {
  assert.equal(words({ state: 'live' }, 'off').word, 'Paused');
  assert.equal(words({ state: 'live' }).kind, 'starting');
});

test('a failing camera says what, since when, and when the next try is', () => {
  const waiting = { state: 'waiting', since: nowMs - 300_000, retryAt: nowMs + 20_000, reason: 'Plug it in.' };
  assert.deepEqual(words({ ...waiting, code: 'camera_unreachable' }), {
    kind: 'failing',
    word: 'Not reachable',
    detail: 'since 13:58 · next try in 20 s',
    reason: 'Plug it in.',
  });
  assert.equal(words({ ...waiting, code: 'pipeline_failed' }).word, 'Not recording');
  assert.match(words({ ...waiting, code: 'disk_full', retryAt: nowMs - 5 }).detail, /trying now$/);
});
