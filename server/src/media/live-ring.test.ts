import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Chunk, RunInfo } from './chunk.ts';
import type { LiveFrame } from './live-frame.ts';
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

const picture = (dts: number): LiveFrame => ({
  track: 'video',
  dts,
  pts: dts,
  duration: 3600,
  keyframe: dts === 0,
  data: Buffer.alloc(1),
});
const sound = (dts: number): LiveFrame => ({ ...picture(dts), track: 'audio' });
const nameOf = ({ track, dts }: LiveFrame) => `${track}${dts}`;

function ring(): { ring: LiveRing; take(): string[] } {
  const sent: string[] = [];
  const send: ConstructorParameters<typeof LiveRing>[0]['send'] = (message) => {
    if (message.type === 'chunk') sent.push(`${message.runId}${message.chunk.sequence}`);
    else if (message.type === 'frames') sent.push(`${message.message}: ${message.frames.map(nameOf)}`);
    else sent.push(message.type === 'live-run' ? `run ${message.run.runId}` : 'replayed');
  };
  return { ring: new LiveRing({ cameraId: 'yard', send }), take: () => sent.splice(0) };
}

function feed(into: LiveRing, count: number, sizeBytes?: number): void {
  for (let sequence = 1; sequence <= count; sequence += 1) into.onChunk(chunk(sequence, sizeBytes));
}

test('nothing is sent while no one watches; then the last 20 s from a keyframe on, then what comes', async () => {
  const { ring: live, take } = ring();
  live.onRun(runOf('a'));
  feed(live, 402);
  assert.deepEqual(take(), []);
  live.watched = true;
  const sent = take();
  assert.equal(sent[0], 'run a');
  assert.equal(sent[1], 'a361', 'a keyframe');
  assert.deepEqual(sent.slice(-2), ['a402', 'replayed']);
  live.onFrame(picture(0));
  live.onFrame(sound(0));
  live.onRun(runOf('b'));
  live.onFrame(picture(0));
  await Promise.resolve();
  live.watched = true;
  live.onFrame(picture(3600));
  live.watched = false;
  await Promise.resolve();
  assert.deepEqual(take(), ['1: video0,audio0', 'run b', '1: video0']);
});

test('what is in no chunk yet is replayed too', async () => {
  const { ring: live, take } = ring();
  live.onRun(runOf('a'));
  for (const dts of [0, 3600, 41_400]) live.onFrame(picture(dts));
  live.onChunk(chunk(1));
  live.onFrame(picture(45_000));
  live.onFrame(picture(48_600));
  live.watched = true;
  assert.deepEqual(take(), ['run a', 'a1', '1: video45000,video48600', 'replayed']);
  live.onFrame(picture(52_200));
  await Promise.resolve();
  assert.deepEqual(take(), ['2: video52200']);
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
