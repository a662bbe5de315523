import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, afterEach, before, type TestContext, test } from 'node:test';
import { readFrameNumber } from '../../testing/camera/read-picture.ts';
import { greyPictures } from '../../testing/media-tools.ts';
import { temporaryFolder } from '../../testing/recorder.ts';
import { smallCamera } from '../../testing/small-camera.ts';
import { waitFor } from '../../testing/wait.ts';
import { type Viewer, view, type WatchedCameras, watchCameras } from '../../testing/watched-cameras.ts';
import { writeFragment } from '../media/fmp4/index.ts';
import type { LiveFrame } from '../media/live-frame.ts';
import type { LiveStream } from './stream.ts';

const bounds = { timeout: 120_000 };
const size = { width: 320, height: 180 };
const h265 = { video: 'h265', gopFrames: 15 } as const;

let lab: WatchedCameras;
const viewers: Viewer[] = [];

before(async () => {
  lab = await watchCameras(null, [
    smallCamera('yard', { ...h265, audio: 'aac' }),
    smallCamera('hall', h265),
    smallCamera('plain'),
    smallCamera('reordered', { bFrames: 2 }),
    smallCamera('changing', { ...h265, secondClip: { ...size, video: 'h264' } }),
  ]);
});
after(() => lab.close());
afterEach(async () => {
  for (const viewer of viewers.splice(0)) viewer.leave();
  lab.pass(11_000);
  await waitFor('the end of all encoding', () => lab.encoders.pids.length === 0, { everyMs: 50 });
});

function watch(stream: LiveStream): Viewer {
  const viewer = view(stream);
  viewers.push(viewer);
  return viewer;
}

const picturesOf = ({ frames }: Viewer) => frames.filter(({ track }) => track === 'video');

const pictures = (viewer: Viewer, count: number) =>
  waitFor(`${count} pictures`, () => picturesOf(viewer).length >= count && picturesOf(viewer), { everyMs: 20 });

/** The number drawn in each picture, by its time. */
async function numbersIn(t: TestContext, viewer: Viewer, frames: LiveFrame[]): Promise<Map<number, number | null>> {
  const run = viewer.runs.at(-1);
  assert.ok(run);
  const file = path.join(temporaryFolder(t), 'pictures.mp4');
  await writeFile(file, Buffer.concat([run.init, writeFragment({ sequence: 1, runStartMs: run.startMs, frames })]));
  const shown = await greyPictures(file, frames.length, size);
  const times = frames.map(({ pts }) => pts).sort((a, b) => a - b);
  return new Map(shown.map((picture, at) => [times[at] ?? -1, readFrameNumber(picture)]));
}

test(
  'an H.265 stream is H.264 for those who ask for it: the same pictures and sound at the same times',
  bounds,
  async (t) => {
    const { hub } = lab;
    const source = await hub.open('yard', { codec: 'any' });
    const before = watch(source);
    const encoded = await hub.open('yard', { codec: 'h264' });
    assert.equal(await hub.open('yard', { codec: 'h264' }), encoded, 'one encoding for all');
    const after = watch(encoded);
    const frames = await pictures(after, 40);
    assert.match(after.runs[0]?.codecStrings.join() ?? '', /^avc1\.42c0.*,mp4a\.40\.2$/i);
    assert.equal(after.runs[0]?.startMs, before.runs[0]?.startMs);
    assert.ok(frames[0]?.keyframe);
    const drawn = await numbersIn(t, before, picturesOf(before));
    for (const [time, number] of await numbersIn(t, after, frames)) assert.equal(number, drawn.get(time), `at ${time}`);
    const sound = (viewer: Viewer) => new Map(viewer.frames.filter((f) => f.track === 'audio').map((f) => [f.dts, f]));
    const own = sound(before);
    assert.ok(sound(after).size > 20);
    for (const [time, { data }] of sound(after)) assert.ok(own.get(time)?.data.equals(data), `sound at ${time}`);
    const keyframes = frames.filter(({ keyframe }) => keyframe).map(({ dts }) => dts / 90_000);
    assert.ok(keyframes.length >= 2, 'keyframes for those who come later');
  },
);

test('an H.264 stream stays as it is, unless B-frames are not wanted', bounds, async (t) => {
  const { hub, encoders } = lab;
  assert.equal(await hub.open('plain', { codec: 'h264' }, { reordered: false }), hub.stream('plain'));
  assert.equal(await hub.open('reordered', { codec: 'h264' }), hub.stream('reordered'));
  assert.deepEqual(encoders.pids, []);
  const source = watch(hub.stream('reordered'));
  const straight = watch(await hub.open('reordered', { codec: 'h264' }, { reordered: false }));
  const frames = await pictures(straight, 30);
  assert.ok(frames.every(({ pts, dts }, at) => pts === dts && dts > (frames[at - 1]?.dts ?? -1)));
  const drawn = await numbersIn(t, source, picturesOf(source));
  for (const [time, number] of await numbersIn(t, straight, frames)) assert.equal(number, drawn.get(time));
});

test('so many at once, and no more; one that nobody watches makes place, and ends by itself', bounds, async () => {
  const { hub, encoders, pass } = lab;
  const yard = watch(await hub.open('yard', { codec: 'h264' }));
  pass(60_000);
  await assert.rejects(hub.open('hall', { codec: 'h264' }), { code: 'encoder_busy' });
  assert.equal(yard.ended, false);
  yard.leave();
  const [first] = encoders.pids;
  pass(5_000);
  const hall = watch(await hub.open('hall', { codec: 'h264' }));
  assert.notEqual(encoders.pids[0], first);
  hall.leave();
  pass(11_000);
  await waitFor('the end of an encoding', () => encoders.pids.length === 0, { everyMs: 50 });
});

test('a killed encoder is replaced: its viewers go on with another run', bounds, async () => {
  const { hub, encoders, pass } = lab;
  const viewer = watch(await hub.open('yard', { codec: 'h264' }));
  await pictures(viewer, 5);
  const [pid] = encoders.pids;
  process.kill(pid ?? 0, 'SIGKILL');
  await waitFor('the gap', () => viewer.gaps === 1, { everyMs: 10 });
  pass(2_000);
  await waitFor('another run', () => viewer.runs.length === 2, { everyMs: 10 });
  const [again] = await pictures(viewer, 5);
  assert.ok(again?.keyframe);
  assert.notEqual(encoders.pids[0], pid);
});

test('a camera that changes its codec is followed, and H.264 of its own is not encoded', bounds, async () => {
  const { hub, encoders, cameras } = lab;
  const viewer = watch(await hub.open('changing', { codec: 'h264' }));
  await pictures(viewer, 5);
  await cameras.fault('changing', 'codec');
  await waitFor('the end of encoding', () => encoders.pids.length === 0);
  await pictures(viewer, 5);
  assert.equal(viewer.runs.at(-1), hub.stream('changing').run);
  await cameras.fault('changing', 'codec');
  await waitFor('encoding anew', () => viewer.runs.length === 3);
  await pictures(viewer, 5);
  assert.equal(encoders.pids.length, 1);
});

test('an encoder that stands still holds nobody up, and is live again when it goes on', bounds, async () => {
  const { hub, encoders } = lab;
  const source = watch(await hub.open('yard', {}));
  const viewer = watch(await hub.open('yard', { codec: 'h264' }));
  await pictures(viewer, 5);
  const [pid = 0] = encoders.pids;
  process.kill(pid, 'SIGSTOP');
  await pictures(source, picturesOf(source).length + 45);
  process.kill(pid, 'SIGCONT');
  const newest = (of: Viewer) => picturesOf(of).at(-1)?.pts ?? 0;
  const wanted = newest(source);
  const isLive = () => newest(viewer) > wanted && newest(source) - newest(viewer) < 30_000;
  await waitFor('a picture of less than a third of a second ago', isLive, { everyMs: 10 });
});
