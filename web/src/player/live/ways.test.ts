import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlayerFailure } from '../engine.ts';
import { type LiveSource, ways } from './transport.ts';
import { chooseWay, everywhere, judge, scopeOf, WayMemory } from './ways.ts';

const door: LiveSource = { cameraId: 'door', stream: 'main', codec: 'any' };
const yard: LiveSource = { ...door, cameraId: 'yard' };
const minutes = (count: number) => count * 60_000;

const verdict = (code: PlayerFailure['code'], circumstances: Partial<Parameters<typeof judge>[1]> = {}) =>
  judge(
    { code, message: '' },
    { source: door, hasSubstream: false, hadPicture: false, recorderAnswers: true, ...circumstances },
  );

test('the fastest way is taken; one that failed for a camera is left out for that camera', () => {
  const memory = new WayMemory();
  assert.equal(chooseWay(ways, memory, door, 0), 'webrtc');
  memory.avoid('webrtc', scopeOf(door), 0);
  assert.equal(chooseWay(ways, memory, door, 0), 'ws');
  assert.equal(chooseWay(ways, memory, yard, 0), 'webrtc');
});

test('a way that does not get through is left out for all cameras, until it works for one', () => {
  const memory = new WayMemory();
  memory.avoid('webrtc', everywhere, 0);
  memory.avoid('ws', everywhere, 0);
  assert.equal(chooseWay(ways, memory, yard, 0), 'll-hls');
  memory.forgive('ws', scopeOf(door));
  assert.equal(chooseWay(ways, memory, yard, 0), 'ws');
});

test('a better way is tried again after 5 minutes, then later and later, at least every hour', () => {
  const memory = new WayMemory();
  const waits = Array.from({ length: 6 }, () => {
    memory.avoid('webrtc', everywhere, 0);
    return memory.avoidedUntilMs('webrtc', scopeOf(door)) / minutes(1);
  });
  assert.deepEqual(waits, [5, 10, 20, 40, 60, 60]);
  assert.equal(chooseWay(ways, memory, door, minutes(60) - 1), 'ws');
  assert.equal(chooseWay(ways, memory, door, minutes(60)), 'webrtc');
});

test('when no way works, the one that may be tried again soonest is', () => {
  const memory = new WayMemory();
  for (const [i, way] of ways.entries()) memory.avoid(way, everywhere, way === 'll-hls' ? 0 : minutes(i + 1));
  assert.equal(chooseWay(ways, memory, door, minutes(4)), 'll-hls');
});

test('what was learnt outlives a reload, and unreadable notes do no harm', () => {
  const notes = new Map<string, string>();
  const storage = {
    getItem: (key: string) => notes.get(key) ?? null,
    setItem: (key: string, text: string) => void notes.set(key, text),
  };
  new WayMemory(storage).avoid('webrtc', everywhere, 0);
  assert.equal(chooseWay(ways, new WayMemory(storage), door, 0), 'ws');
  for (const key of notes.keys()) notes.set(key, '{"no": "list"');
  assert.equal(chooseWay(ways, new WayMemory(storage), door, 0), 'webrtc');
});

test('what the camera does is no fault of the way', () => {
  assert.equal(verdict('not_live'), 'retry');
  assert.equal(verdict('camera_not_found'), 'retry');
  assert.equal(verdict('stalled', { hadPicture: true }), 'retry');
  assert.equal(verdict('offline', { recorderAnswers: false }), 'retry');
  assert.equal(verdict('media', { recorderAnswers: false }), 'retry');
});

test('what cannot be carried or does not get through leads to the next way', () => {
  assert.equal(verdict('live_not_possible'), 'avoid-here');
  assert.equal(verdict('stalled'), 'avoid-here');
  assert.equal(verdict('media'), 'avoid-here');
  assert.equal(verdict('offline'), 'avoid-everywhere');
  assert.equal(verdict('no_path'), 'avoid-everywhere');
});

test('what the browser cannot decode is converted; if that is no use, another way', () => {
  assert.equal(verdict('unsupported'), 'convert');
  assert.equal(verdict('unsupported', { source: { ...door, codec: 'h264' } }), 'avoid-here');
});

test('a substream that is not there gives way to the full picture, and a busy encoder to the substream', () => {
  const sub: LiveSource = { ...door, stream: 'sub' };
  assert.equal(verdict('substream_not_found', { source: sub }), 'use-main');
  assert.equal(verdict('not_live', { source: sub }), 'use-main');
  assert.equal(verdict('encoder_busy', { hasSubstream: true }), 'use-sub');
  assert.equal(verdict('encoder_busy'), 'retry');
  assert.equal(verdict('encoder_busy', { source: sub, hasSubstream: true }), 'retry');
});
