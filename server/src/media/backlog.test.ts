import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveChunk, livePicture } from '../../testing/live-frames.ts';
import { FrameBacklog } from './backlog.ts';
import type { FromWorker } from './protocol.ts';

const frames = (sizeBytes: number): FromWorker => ({
  ...{ type: 'frames', cameraId: 'yard', runId: 'a', message: 1 },
  frames: [livePicture(0, { sizeBytes })],
});
const past: FromWorker = { type: 'chunk', cameraId: 'yard', runId: 'a', chunk: liveChunk(1, [livePicture(0)]) };

test('a wall of cameras that is opened gets the past of all of them, and every frame that comes meanwhile', () => {
  const backlog = new FrameBacklog();
  for (let n = 0; n < 6 * 60; n += 1) assert.ok(backlog.admit(past));
  for (let n = 0; n < 2_000; n += 1) assert.ok(backlog.admit(frames(20_000)));
});

test('a main process that takes nothing costs frames, and not without bound; then they come again', () => {
  const backlog = new FrameBacklog();
  const sent: Array<() => void> = [];
  for (let left = backlog.admit(frames(100_000)); left; left = backlog.admit(frames(100_000))) sent.push(left);
  assert.ok(sent.length > 450 && sent.length < 550, `${sent.length} messages of 0.1 MB wait`);
  assert.ok(backlog.admit(past), 'nothing else is left out');
  for (const left of sent) left();
  assert.ok(backlog.admit(frames(100_000)));
});
