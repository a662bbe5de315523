import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveChunk, livePicture, liveRun, liveSound } from '../../testing/live-frames.ts';
import type { LiveFrame } from '../media/live-frame.ts';
import { type LiveListener, LiveStream } from './stream.ts';

const numbered = (frames: readonly LiveFrame[]) =>
  frames.map(({ track, dts }) => (track === 'video' ? dts / 3600 : `sound ${dts / 1024}`));

function listener(): LiveListener & { told: unknown[] } {
  const told: unknown[] = [];
  return {
    told,
    onRun: ({ runId }) => told.push(`run ${runId}`),
    onFrames: (frames) => told.push(...numbered(frames)),
    onGap: () => told.push('gap'),
    onEnd: () => told.push('end'),
  };
}

const pictures = (from: number, to: number, gopFrames = 25) =>
  Array.from({ length: to - from }, (_, i) => livePicture(from + i, { gopFrames }));

const streamAt = (now: () => number = () => 0) => new LiveStream('yard', now);

/** A live stream to which all `frames` came, one message each. */
function fed(frames: readonly LiveFrame[]): LiveStream {
  const stream = streamAt();
  stream.onRun(liveRun('a'));
  stream.onReplayed();
  frames.forEach((frame, n) => {
    stream.onFrames('a', n + 1, [frame]);
  });
  return stream;
}

test('a viewer begins with the newest keyframe and gets each frame that follows', () => {
  const stream = fed(pictures(0, 60));
  const viewer = listener();
  stream.subscribe(viewer, { from: 'newest-keyframe' });
  stream.onFrames('a', 61, [livePicture(60), liveSound(100)]);
  assert.deepEqual(viewer.told, ['run a', 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 'sound 100']);
});

test('what was replayed in chunks is not told again when the frames of the last chunk come', () => {
  const stream = streamAt();
  const viewer = listener();
  stream.subscribe(viewer, { from: 'kept' });
  stream.onRun(liveRun('a'));
  stream.onChunk('a', liveChunk(1, [...pictures(0, 12), liveSound(0), liveSound(1)]));
  // The same sound, by some ticks elsewhere: files and live have their own notion of how long a frame lasts.
  stream.onFrames('a', 1, [{ ...liveSound(1), dts: 1020 }, ...pictures(10, 14), liveSound(2)]);
  stream.onReplayed();
  assert.deepEqual(viewer.told, [
    ...['run a', ...numbered(pictures(0, 12)), 'sound 0', 'sound 1'],
    ...[12, 13, 'sound 2'],
  ]);
});

test('after messages that were left out, the next keyframe goes on', () => {
  const stream = fed(pictures(0, 5));
  const viewer = listener();
  stream.subscribe(viewer, { from: 'newest-keyframe' });
  stream.onFrames('a', 9, pictures(8, 12));
  stream.onFrames('a', 10, [liveSound(20)]);
  stream.onFrames('a', 11, pictures(25, 27));
  assert.deepEqual(viewer.told, ['run a', 0, 1, 2, 3, 4, 'gap', 25, 26]);
  assert.deepEqual(
    stream.gops.map(({ afterGap }) => afterGap),
    [true, true],
  );
  const late = listener();
  stream.subscribe(late, { from: 'kept' });
  assert.deepEqual(late.told, ['run a', 0, 1, 2, 3, 4, 'gap', 25, 26]);
});

test('a worker that died leaves a gap for those who watch and for those who come', () => {
  const stream = fed(pictures(0, 3));
  const viewer = listener();
  stream.subscribe(viewer, { from: 'newest-keyframe' });
  stream.onLost();
  const late = listener();
  stream.subscribe(late, { from: 'newest-keyframe' });
  stream.onRun(liveRun('b'));
  stream.onFrames('b', 1, pictures(0, 2));
  assert.deepEqual(viewer.told, ['run a', 0, 1, 2, 'gap', 'run b', 0, 1]);
  assert.deepEqual(late.told, ['run a', 0, 1, 2, 'gap', 'run b', 0, 1]);
});

test('frames of a run that is over are left out', () => {
  const stream = fed(pictures(0, 3));
  stream.onRun(liveRun('b'));
  stream.onFrames('a', 4, pictures(3, 5));
  assert.equal(stream.gops.length, 1);
  assert.equal(stream.gops[0]?.frames.length, 3);
});

test('some seconds are kept, three groups of pictures at least, and never more than the memory allows', () => {
  assert.deepEqual(
    fed(pictures(0, 1001)).gops.map(({ frames }) => (frames[0]?.dts ?? 0) / 3600),
    [800, 825, 850, 875, 900, 925, 950, 975, 1000],
  );
  assert.equal(fed(pictures(0, 1001, 250)).gops.length, 3);
  const megabyte = 1024 * 1024;
  const large = Array.from({ length: 200 }, (_, n) => livePicture(n, { gopFrames: 20, sizeBytes: megabyte }));
  const stream = fed(large);
  const keptBytes = stream.gops.flatMap(({ frames }) => frames).reduce((sum, { data }) => sum + data.length, 0);
  assert.ok(keptBytes <= 48 * megabyte, `${keptBytes} bytes`);
});

test('a group of pictures that does not end is given up; the next keyframe begins anew', () => {
  const megabyte = 1024 * 1024;
  const endless = Array.from({ length: 60 }, (_, n) => livePicture(n, { gopFrames: 1000, sizeBytes: megabyte }));
  const stream = fed(endless);
  assert.equal(stream.gops.length, 0);
  stream.onFrames('a', 61, [livePicture(1000, { gopFrames: 1000 })]);
  assert.equal(stream.gops.length, 1);
});

test('whoever waits for a picture is told when it is there; without one, when patience ends', async () => {
  const stream = streamAt();
  const waiting = stream.ready(AbortSignal.timeout(60_000));
  stream.onRun(liveRun('a'));
  stream.onReplayed();
  stream.onFrames('a', 1, pictures(0, 1));
  assert.equal(await waiting, true);
  const dark = streamAt();
  dark.onReplayed();
  assert.equal(await dark.ready(AbortSignal.timeout(1)), false);
});

test('a stream is unused from the moment its last viewer leaves', () => {
  let nowMs = 0;
  const stream = streamAt(() => nowMs);
  const leave = stream.subscribe(listener(), { from: 'kept' });
  stream.subscribe(listener(), { from: 'kept', keepsAlive: false });
  nowMs = 5_000;
  assert.equal(stream.unusedMs, 0);
  leave();
  nowMs = 8_000;
  assert.equal(stream.unusedMs, 3_000);
});

test('the end of a stream is told once', () => {
  const stream = fed(pictures(0, 1));
  const viewer = listener();
  stream.subscribe(viewer, { from: 'kept' });
  stream.end();
  stream.onFrames('a', 2, pictures(1, 2));
  assert.deepEqual(viewer.told, ['run a', 0, 'end']);
});
