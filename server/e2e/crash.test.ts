import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { type CrashCost, CrashTrial, victims } from '../testing/crash.ts';
import { complaintsAbout } from '../testing/media-tools.ts';
import { seededRandom } from '../testing/random.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { smallCamera, smallCameraFrameMs } from '../testing/small-camera.ts';

const kills = 30;
const cameraIds = ['one', 'two', 'three', 'four'];
const data = temporaryDataDir();
const seed = Number(process.env.NIGHTJAR_SEED ?? 20);
let cameras: SimulatedCameras;
let trial: CrashTrial;

before(async () => {
  cameras = await startCameras({
    mounts: cameraIds.map((id) => smallCamera(id, id === 'two' ? { video: 'h265' } : {})),
  });
  const recorder = await RecorderProcess.start({ dataDir: data.path });
  for (const id of cameraIds) await recorder.addCamera({ id, name: id, source: { url: cameras.url(id) } });
  trial = CrashTrial.take(
    { dataDir: data.path, cameraIds, frameMs: smallCameraFrameMs, random: seededRandom(seed) },
    recorder,
  );
});

after(async () => {
  await trial?.recorder[Symbol.asyncDispose]();
  await cameras?.stop();
  data[Symbol.dispose]();
});

const costs: CrashCost[] = [];

test(`killed ${kills} times at random moments (seed ${seed}), each time at most a second is lost and the ledger knows it`, async (t) => {
  for (let kill = 0; kill < kills; kill += 1)
    costs.push(...(await trial.kill(victims[kill % victims.length] as 'main')));
  assert.deepEqual(
    costs.flatMap(({ problems }) => problems),
    [],
  );
  const lost = costs.map(({ lostBeforeMs }) => lostBeforeMs).sort((a, b) => a - b);
  const resumed = costs.map(({ resumedAfterMs }) => resumedAfterMs).sort((a, b) => a - b);
  const half = Math.floor(costs.length / 2);
  t.diagnostic(`lost before the kill: median ${lost[half]?.toFixed(0)} ms, at most ${lost.at(-1)?.toFixed(0)} ms`);
  t.diagnostic(`recording again: median ${resumed[half]?.toFixed(0)} ms, at most ${resumed.at(-1)?.toFixed(0)} ms`);
  assert.ok((lost.at(-1) ?? 0) <= 1_000, `${lost.at(-1)} ms lost`);
});

test('after all that, index and files agree, and every file plays', async () => {
  assert.equal(await trial.recorder.stop(), 0);
  assert.deepEqual(await trial.disagreements(), []);
  const files = await trial.newestFiles(6);
  assert.equal(files.length, 6);
  for (const file of files) assert.deepEqual(await complaintsAbout(file, { hasAudio: false }), []);
});
