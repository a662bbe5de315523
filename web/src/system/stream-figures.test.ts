import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StreamStats } from '@nightjar/contract';
import { figuresOf } from './stream-figures.ts';

const nowMs = Date.parse('2026-11-22T13:03:22Z');
const stats = (part: Partial<StreamStats> = {}): StreamStats => ({
  fps: 24.96,
  bitrateKbps: 4_210,
  keyframeIntervalMs: 1_480,
  lastFrameAt: nowMs - 900,
  reconnects: 2,
  packetsReceived: 9_900,
  packetsLost: 100,
  packetsLate: 3,
  clockOffsetMs: -1_240,
  writeBacklogBytes: 0,
  ...part,
});

test('a stream is told in figures with their units', () => {
  assert.deepEqual(figuresOf(stats(), nowMs), {
    fps: '25',
    bitrate: '4.2 Mbit/s',
    lost: '100 (1 %)',
    reconnects: '2',
    keyframes: 'every 1.5 s',
    lastFrame: 'now',
    late: '3',
    clock: '1.2 s behind',
  });
});

test('what is not known is not a number', () => {
  const nothing = Object.values(figuresOf(null, nowMs));
  assert.ok(nothing.every((text) => text === '–'));
  assert.equal(figuresOf(stats({ clockOffsetMs: null, keyframeIntervalMs: null }), nowMs).clock, '–');
});

test('a stale frame says how old it is, and a clock that is right says so', () => {
  assert.equal(figuresOf(stats({ lastFrameAt: nowMs - 90_000 }), nowMs).lastFrame, '1 min 30 s ago');
  assert.equal(figuresOf(stats({ clockOffsetMs: 120 }), nowMs).clock, 'right');
  assert.equal(figuresOf(stats({ clockOffsetMs: 3_600_000 }), nowMs).clock, '1 h ahead');
  assert.equal(figuresOf(stats({ packetsLost: 0 }), nowMs).lost, '0');
});
