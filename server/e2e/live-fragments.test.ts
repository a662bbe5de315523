// Mostly waits.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { FragmentViewer, upgradeRequest } from '../testing/fragment-viewer.ts';
import { countersIn } from '../testing/media-tools.ts';
import { breaksIn, countersOf } from '../testing/recorded.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { smallCamera } from '../testing/small-camera.ts';
import { waitFor } from '../testing/wait.ts';

const data = temporaryDataDir();
let cameras: SimulatedCameras;
let recorder: RecorderProcess;
const ids = ['h264', 'h265', 'heavy'];

before(async () => {
  cameras = await startCameras({
    mounts: [
      smallCamera('h264', { audio: 'aac' }),
      smallCamera('h265', { video: 'h265' }),
      // As much as a slow reader's socket buffers take in seconds.
      smallCamera('heavy', { width: 1280, height: 720, bitrateKbps: 16_000 }),
    ],
  });
  recorder = await RecorderProcess.start({ dataDir: data.path });
  for (const id of ids) await recorder.addCamera({ id, name: id, source: { url: cameras.url(id) } });
  for (const id of ids) await recorder.untilRecorded(id, '2 s', (now) => countersOf(now).length > 30);
});

after(async () => {
  await recorder?.[Symbol.asyncDispose]();
  await cameras?.stop();
  data[Symbol.dispose]();
});

const address = (id: string, query = '') =>
  `${recorder.url.replace('http', 'ws')}/api/v1/cameras/${id}/live/ws${query}`;

for (const codec of ['h264', 'h265'] as const) {
  test(`${codec}: a viewer gets each frame once, in order, from the newest keyframe on`, async () => {
    const newest = (await cameras.sent(codec)).lastFrame;
    using viewer = new FragmentViewer(address(codec));
    await viewer.more(60);
    const counters = viewer.counters(codec);
    assert.deepEqual(breaksIn(counters), []);
    // Keyframes are five frames apart.
    assert.ok((counters[0] ?? 0) >= newest - 7, `begins with ${counters[0]} when ${newest} was the newest`);
    assert.equal(viewer.frames[0]?.keyframe, true);
    const [run] = viewer.said;
    assert.equal(run?.type, 'run');
    assert.match(JSON.stringify(run), codec === 'h264' ? /avc1\.\w+,mp4a/ : /hvc1\./);
    assert.equal(viewer.inits.length, 1);
  });
}

test('sound comes with the picture and without holes', async () => {
  using viewer = new FragmentViewer(address('h264'));
  await viewer.more(45);
  const sound = viewer.frames.filter(({ track }) => track === 'audio');
  assert.ok(sound.length > 40, `${sound.length} frames of sound`);
  const ends = sound.slice(0, -1).map(({ dts, duration }) => dts + duration);
  const begins = sound.slice(1).map(({ dts }) => dts);
  assert.deepEqual(begins, ends);
});

test('a camera that comes back goes on in the same socket, as another run', async () => {
  using viewer = new FragmentViewer(address('h264'));
  await viewer.more(10);
  await cameras.fault('h264', 'drop');
  await waitFor('another run', () => viewer.runs === 2);
  await viewer.more(10);
  assert.equal(viewer.inits.length, 2);
  assert.equal(viewer.closedWith, null);
});

test('a media process that dies does not end the view', async () => {
  using viewer = new FragmentViewer(address('h265'));
  await viewer.more(10);
  process.kill(recorder.workerOf('h265') ?? -1, 'SIGKILL');
  await waitFor('another run', () => viewer.runs === 2);
  await viewer.more(10);
  assert.ok(viewer.said.some(({ type }) => type === 'gap'));
});

test('the MP4 without end gives each frame once, in order', async () => {
  const counters = await countersIn(`${recorder.url}/api/v1/cameras/h265/live/stream.mp4`, 'h265', { seconds: 3 });
  assert.ok(counters.length > 35, `${counters.length} frames`);
  assert.deepEqual(breaksIn(counters), []);
});

test('what cannot be watched is told, and why', async () => {
  using viewer = new FragmentViewer(address('nobody'));
  await waitFor('the end', () => viewer.closedWith);
  assert.equal(viewer.closedWith, 4404);
  assert.match(JSON.stringify(viewer.said), /camera_not_found/);
  using withoutSub = new FragmentViewer(address('h264', '?stream=sub'));
  await waitFor('the end', () => withoutSub.closedWith);
  assert.match(JSON.stringify(withoutSub.said), /substream_not_found/);
});

const upgradeOf = (id: string, origin = '') =>
  upgradeRequest(new URL(recorder.url).host, `/api/v1/cameras/${id}/live/ws`, origin ? [`Origin: ${origin}`] : []);

async function rawSocket(request: string): Promise<Socket> {
  const socket = connect(Number(new URL(recorder.url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write(request);
  return socket;
}

test('a page of another site may not watch; one of the recorder may', async () => {
  const statusOf = async (origin: string) => {
    const socket = await rawSocket(upgradeOf('h264', origin));
    const [line] = await new Promise<string[]>((resolve) =>
      socket.once('data', (bytes) => resolve(bytes.toString('latin1').split('\r\n'))),
    );
    socket.destroy();
    return line;
  };
  assert.match((await statusOf('http://elsewhere.example')) ?? '', /403/);
  assert.match((await statusOf(recorder.url)) ?? '', /101/);
});

test('viewers who read a byte a second cost little memory, and nobody else a frame', async () => {
  const before = await mainMemoryMb();
  const { lastFrame } = await cameras.sent('heavy');
  const slow = await Promise.all(Array.from({ length: 20 }, () => rawSocket(upgradeOf('heavy'))));
  for (const socket of slow) socket.pause();
  const sip = setInterval(() => {
    for (const socket of slow) socket.read(1);
  }, 1_000);
  using viewer = new FragmentViewer(address('heavy'));
  await viewer.more(8 * 15);
  clearInterval(sip);
  assert.deepEqual(breaksIn(viewer.counters('h264')), []);
  const grownMb = (await mainMemoryMb()) - before;
  // Unbounded, 20 viewers would have 16 MB each by now. All share the same bytes: a group of pictures or a little more.
  assert.ok(grownMb < 120, `${grownMb} MB`);
  for (const socket of slow) socket.destroy();
  const recorded = countersOf(await recorder.recorded('heavy')).filter((counter) => counter >= lastFrame);
  assert.ok(recorded.length > 100, `${recorded.length} frames are recorded`);
  assert.deepEqual(breaksIn(recorded), []);
});

async function mainMemoryMb(): Promise<number> {
  const status = await readFile(`/proc/${recorder.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

test('a camera that is removed ends its views', async () => {
  using viewer = new FragmentViewer(address('h265'));
  await viewer.more(5);
  await recorder.deleteCamera('h265');
  await waitFor('the end', () => viewer.closedWith);
  assert.equal(viewer.closedWith, 4404);
});
