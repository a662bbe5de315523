import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CameraStatus, type Recording, type UnixMs, type Week, weekdays, wholeWeek } from '@nightjar/contract';
import { stateWords } from './camera-state.ts';

const nowMs = Date.parse('2026-11-22T13:03:22Z');
const always: Recording = {
  mode: 'continuous',
  schedule: { week: wholeWeek(), exceptions: [] },
  override: null,
};
const nights: Recording = {
  ...always,
  mode: 'scheduled',
  schedule: {
    week: Object.fromEntries(weekdays.map((day) => [day, [{ from: '18:00', to: '06:00' }]])) as Week,
    exceptions: [],
  },
};
const overridden = (record: boolean): Recording => ({
  ...nights,
  override: { record, until: (nowMs + 30 * 60_000) as UnixMs },
});
const words = (status: object | undefined, recording = always) =>
  stateWords({
    camera: { recording },
    status: status as CameraStatus | undefined,
    nowMs,
    timeZone: 'Europe/Vienna',
  });

test('before the recorder has told anything, a camera is connecting', () => {
  assert.equal(words(undefined).kind, 'starting');
});

test('a live picture that is not recorded says why, and until when', () => {
  const live = { state: 'live', problem: null };
  const said = (recording: Recording) => [words(live, recording).kind, words(live, recording).word];
  assert.deepEqual(said({ ...always, mode: 'off' }), ['paused', 'Recording off']);
  assert.deepEqual(said(nights), ['unscheduled', 'Not scheduled until 18:00']);
  assert.deepEqual(said(overridden(false)), ['paused', 'Paused until 14:33']);
  assert.deepEqual(said(always), ['starting', 'Starting']);
});

test('a recording that ends says when', () => {
  assert.equal(words({ state: 'recording' }).detail, '');
  assert.equal(words({ state: 'recording' }, overridden(true)).word, 'Recording until 14:33');
  const evening = { camera: { recording: nights }, nowMs: nowMs + 6 * 3_600_000, timeZone: 'Europe/Vienna' };
  const status = { state: 'recording' } as CameraStatus;
  assert.equal(stateWords({ ...evening, status }).detail, 'until Mon 06:00');
});

test('a disk that cannot be written is a failure, unless nothing is to be recorded', () => {
  const live = { state: 'live', problem: { code: 'disk_full', reason: 'Make room.' } };
  assert.deepEqual(words(live), { kind: 'failing', word: 'Disk full', detail: '', reason: 'Make room.' });
  assert.equal(words(live, nights).kind, 'unscheduled');
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

test('a camera that is away while nothing is to be recorded is no alarm', () => {
  const waiting = { state: 'waiting', since: nowMs, retryAt: nowMs, reason: '', code: 'camera_unreachable' };
  assert.equal(words(waiting, nights).kind, 'offline');
  assert.equal(words(waiting, { ...always, mode: 'off' }).kind, 'offline');
});
