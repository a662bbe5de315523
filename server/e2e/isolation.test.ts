// Mostly waits.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { breaksIn, countersOf, runsOf } from '../testing/recorded.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { smallCamera } from '../testing/small-camera.ts';

const data = temporaryDataDir();
let cameras: SimulatedCameras;
let recorder: RecorderProcess;

before(async () => {
  cameras = await startCameras({
    mounts: [
      smallCamera('steady', { audio: 'aac' }),
      smallCamera('other', { audio: 'pcma' }),
      smallCamera('another', { video: 'h265' }),
    ],
  });
  recorder = await RecorderProcess.start({ dataDir: data.path });
});

after(async () => {
  await recorder?.[Symbol.asyncDispose]();
  await cameras?.stop();
  data[Symbol.dispose]();
});

const source = (path: string) => ({ url: cameras.url(path) });
const recording = (id: string) => recorder.untilState(id, 'recording');

/** What people do to other cameras, each step until it has had its effect. */
const disturbances: Array<[what: string, act: () => Promise<unknown>]> = [
  [
    'adding a camera',
    () => recorder.addCamera({ id: 'other', name: 'Other', source: source('other') }).then(() => recording('other')),
  ],
  [
    'adding one that cannot be reached',
    async () => {
      await recorder.addCamera({ id: 'absent', name: 'Absent', source: { url: 'rtsp://127.0.0.1:1/absent' } });
      await recorder.untilState('absent', 'waiting', ({ code }) => code === 'camera_refused');
    },
  ],
  ['renaming one', () => recorder.updateCamera('other', { name: 'Somebody else' })],
  [
    'taking its sound away',
    async () => {
      await recorder.updateCamera('other', { audio: { mode: 'off' } });
      await recorder.untilState('other', 'recording', ({ media }) => media.audio === null);
    },
  ],
  [
    'pointing it to another address',
    async () => {
      await recorder.updateCamera('other', { source: { ...source('another'), transport: 'udp' } });
      await recorder.untilState('other', 'recording', ({ media }) => media.video.codec === 'h265');
    },
  ],
  [
    'having it encoded, in another process',
    async () => {
      await recorder.updateCamera('other', { video: { mode: 'encode', height: 90 } });
      await recorder.untilState('other', 'recording', ({ media }) => media.video.encoder !== null);
    },
  ],
  [
    'copying it again',
    async () => {
      await recorder.updateCamera('other', { video: { mode: 'copy' } });
      await recorder.untilState('other', 'recording', ({ media }) => media.video.encoder === null);
    },
  ],
  [
    'pausing its recording',
    () => recorder.setRecording('other', 'off').then(() => recorder.untilState('other', 'live')),
  ],
  ['trying a source', () => recorder.probe(source('another'))],
  ['deleting it with its footage', () => recorder.deleteCamera('other', 'delete')],
  ['deleting the one that cannot be reached', () => recorder.deleteCamera('absent')],
];

test('whatever is done to other cameras, a camera is recorded without a gap', async (t) => {
  await recorder.addCamera({ id: 'steady', name: 'Steady', source: source('steady') });
  await recorder.untilRecorded('steady', 'it is recorded', (segments) => countersOf(segments).length > 15);
  const worker = recorder.workerOf('steady');
  assert.ok(worker);
  for (const [what, act] of disturbances) {
    await t.test(what, async () => {
      const before = Math.max(...countersOf(await recorder.recorded('steady')));
      await act();
      assert.equal(recorder.workerOf('steady'), worker, 'another process records it');
      const { lastFrame } = await cameras.sent('steady');
      const segments = await recorder.untilRecorded(
        'steady',
        'the frames sent meanwhile',
        (now) => Math.max(...countersOf(now)) >= lastFrame,
      );
      assert.deepEqual(breaksIn(countersOf(segments).filter((counter) => counter >= before)), []);
    });
  }
  await t.test('renaming the camera itself', async () => {
    await recorder.updateCamera('steady', { name: 'Steady as ever', group: 'Yard' });
    const { lastFrame } = await cameras.sent('steady');
    await recorder.untilRecorded('steady', 'frames after it', (now) => Math.max(...countersOf(now)) > lastFrame + 15);
  });
  const segments = await recorder.recorded('steady');
  assert.deepEqual(breaksIn(countersOf(segments)), []);
  assert.equal(runsOf(segments).length, 1);
});
