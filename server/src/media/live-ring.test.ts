import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Chunk, RunInfo } from './chunk.ts';
import { LiveRing } from './live-ring.ts';

const runOf = (runId: string) => ({ runId, cameraId: 'yard' }) as RunInfo;

/** 500 ms each, a keyframe every 2 s. */
const chunk = (sequence: number, sizeBytes = 1000): Chunk => ({
  sequence,
  sizeBytes,
  bytes: Buffer.alloc(0),
  mediaTime: 0,
  duration: 45_000,
  startMs: 0,
  keyframe: sequence % 4 === 1,
  frames: 12,
});

function ring(): { ring: LiveRing; take(): string[] } {
  const sent: string[] = [];
  const send: ConstructorParameters<typeof LiveRing>[0]['send'] = (message) => {
    if (message.type === 'chunk') sent.push(`${message.runId}${message.chunk.sequence}`);
    else sent.push(message.type === 'live-run' ? `run ${message.run.runId}` : 'replayed');
  };
  return { ring: new LiveRing({ cameraId: 'yard', send }), take: () => sent.splice(0) };
}

function feed(into: LiveRing, count: number, sizeBytes?: number): void {
  for (let sequence = 1; sequence <= count; sequence += 1) into.onChunk(chunk(sequence, sizeBytes));
}

test('nothing is sent while no one watches; then the last 20 s from a keyframe on, then what comes', () => {
  const { ring: live, take } = ring();
  live.onRun(runOf('a'));
  feed(live, 402);
  assert.deepEqual(take(), []);
  live.watched = true;
  const sent = take();
  assert.equal(sent[0], 'run a');
  assert.equal(sent[1], 'a361', 'a keyframe');
  assert.deepEqual(sent.slice(-2), ['a402', 'replayed']);
  live.onChunk(chunk(403));
  live.onRun(runOf('b'));
  live.onChunk(chunk(1));
  live.watched = true;
  assert.deepEqual(take(), ['a403', 'run b', 'b1']);
  live.watched = false;
  live.onChunk(chunk(2));
  assert.deepEqual(take(), []);
});

test('a replay tells where one run ends and the next begins', () => {
  const { ring: live, take } = ring();
  live.onRun(runOf('a'));
  feed(live, 4);
  live.onRun(runOf('b'));
  feed(live, 1);
  live.onRun(runOf('c'));
  live.watched = true;
  assert.deepEqual(take(), ['run a', 'a1', 'a2', 'a3', 'a4', 'run b', 'b1', 'run c', 'replayed']);
});

test('memory is bounded whatever the bit rate', () => {
  const { ring: live, take } = ring();
  live.onRun(runOf('a'));
  feed(live, 40, 10 * 1024 * 1024);
  live.watched = true;
  assert.deepEqual(take(), ['run a', 'a37', 'a38', 'a39', 'a40', 'replayed']);
});

test('of a group of pictures that does not end, nothing is kept; the next one is', () => {
  const { ring: live, take } = ring();
  live.onRun(runOf('a'));
  const megabyte = 1024 * 1024;
  for (let sequence = 1; sequence <= 1000; sequence += 1) {
    live.onChunk({ ...chunk(sequence, megabyte), keyframe: sequence === 1 });
  }
  live.watched = true;
  assert.deepEqual(take(), ['run a', 'replayed']);
  live.watched = false;
  live.onChunk({ ...chunk(1001, megabyte), keyframe: true });
  live.watched = true;
  assert.deepEqual(take(), ['run a', 'a1001', 'replayed']);
});
