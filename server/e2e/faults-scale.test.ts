import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CameraCreate, CameraDto, CameraStatus, ErrorCode, GapCause } from '@nightjar/contract';
import { CameraStore } from '../src/camera/store.ts';
import { databaseFileName, openDatabase } from '../src/database/index.ts';
import { systemClock } from '../src/shared/clock.ts';
import { type MountOptions, type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { assertWhole } from '../testing/fault-bench.ts';
import { Network } from '../testing/network.ts';
import { countersOf, runsOf } from '../testing/recorded.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { waitFor } from '../testing/wait.ts';

const live = 50;
const dead = 150;
const user = { user: 'viewer', password: 'right', authMethod: 'digest' } as const;
const small: Omit<MountOptions, 'path'> = {
  ...{ name: 'CAMERA', width: 160, height: 90, fps: 5, gopFrames: 5, audio: 'none', loopSeconds: 10 },
};

const hasNetwork = (await Network.whyNot()) === null;
const data = temporaryDataDir();
let network: Network | null = null;
let silent: Server;
let cameras: SimulatedCameras;
let recorder: RecorderProcess;

before(async () => {
  network = hasNetwork ? await Network.create() : null;
  silent = createServer(() => {}).listen(0, '127.0.0.1');
  const mounts = Array.from({ length: live }, (_, i) => ({ ...small, path: `live-${i}` }));
  cameras = await startCameras({
    mounts: [...mounts, { ...small, path: 'late' }, { ...small, ...user, path: 'locked' }],
  });
  await cameras.fault('late', 'not-found');
});

after(async () => {
  await recorder?.[Symbol.asyncDispose]();
  await cameras?.stop();
  await new Promise((resolve) => silent.close(resolve));
  await network?.[Symbol.asyncDispose]();
  data[Symbol.dispose]();
});

interface Kind {
  code: ErrorCode;
  cause: GapCause;
  source(n: number): CameraCreate['source'];
}

/** What is the matter with the dead ones, in turns. */
async function kinds(): Promise<Kind[]> {
  const address = silent.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const holes = await network?.blackHoles(dead);
  return [
    { code: 'camera_refused', cause: 'camera_unreachable', source: (n) => ({ url: `rtsp://127.0.0.1:${n + 1}/` }) },
    { code: 'camera_stream_not_found', cause: 'camera_unreachable', source: () => ({ url: cameras.url('late') }) },
    {
      code: 'camera_auth_failed',
      cause: 'auth_failed',
      source: () => ({ url: cameras.url('locked'), username: user.user, password: 'wrong' }),
    },
    holes
      ? { code: 'camera_unreachable', cause: 'camera_unreachable', source: (n) => ({ url: `rtsp://${holes[n]}/` }) }
      : { code: 'camera_timeout', cause: 'stalled', source: () => ({ url: `rtsp://127.0.0.1:${port}/` }) },
  ];
}

/** As they would be found at a start: the live ones scattered among the dead. */
async function configure(deadKinds: Kind[]): Promise<void> {
  const database = await openDatabase(path.join(data.path, databaseFileName));
  const store = await CameraStore.open({ db: database.db, clock: systemClock });
  const add = (id: string, source: CameraCreate['source']) => store.create({ id, name: id, source });
  for (let n = 0; n < dead; n += 1) {
    await add(`dead-${n}`, (deadKinds[n % deadKinds.length] as Kind).source(n));
    if (n % 3 === 0) await add(`live-${n / 3}`, { url: cameras.url(`live-${n / 3}`) });
  }
  await database.close();
}

test('of 200 cameras 150 are dead: the others are recorded whole, and soon', async (t) => {
  const deadKinds = await kinds();
  await configure(deadKinds);
  const startedAt = performance.now();
  const since = Date.now();
  recorder = await RecorderProcess.start({ dataDir: data.path });
  let slowestMs = 0;
  const states = async () => {
    const askedAt = performance.now();
    const list = await recorder.call<CameraDto[]>('GET', '/cameras');
    slowestMs = Math.max(slowestMs, performance.now() - askedAt);
    return new Map(list.map((camera) => [camera.id, camera]));
  };
  const liveIds = Array.from({ length: live }, (_, n) => `live-${n}`);
  const deadIds = Array.from({ length: dead }, (_, n) => `dead-${n}`);
  await waitFor(
    'all live cameras are recorded',
    async () => {
      await states();
      const all = await Promise.all(liveIds.map((id) => recorder.status(id)));
      return all.every(({ state }) => state === 'recording');
    },
    { withinMs: 90_000, everyMs: 250 },
  );
  t.diagnostic(`all ${live} are recorded ${Math.round(performance.now() - startedAt)} ms after the start`);

  await t.test('each of the dead says what is the matter, and they are not tried all at once', async () => {
    const waiting = await Promise.all(
      deadIds.map((id) => recorder.untilState(id, 'waiting', ({ failures }) => failures > 1)),
    );
    for (const [n, { code }] of waiting.entries())
      assert.equal(code, deadKinds[n % deadKinds.length]?.code, deadIds[n]);
    const moments = new Map<number, number>();
    for (const { retryAt } of waiting) {
      const moment = Math.floor(retryAt / 100);
      moments.set(moment, (moments.get(moment) ?? 0) + 1);
    }
    assert.ok(Math.max(...moments.values()) < dead / 3, JSON.stringify([...moments]));
    for (const n of [0, 1, 2, 3]) {
      const { gaps } = await recorder.timeline(`dead-${n}`, since, Date.now());
      assert.ok(
        gaps.some(({ cause }) => cause === deadKinds[n]?.cause),
        JSON.stringify(gaps),
      );
    }
  });

  await t.test('they take no process for themselves', async () => {
    // Nine for 50 cameras; some of the first are still half full of dead ones.
    const count = await waitFor('processes', () => recorder.workerPids().length);
    t.diagnostic(`${count} media processes; the slowest list of cameras took ${Math.round(slowestMs)} ms`);
    assert.ok(count <= 15, `${count} processes`);
    assert.ok(slowestMs < 10_000);
  });

  await t.test('one that is corrected or comes back is recorded like any other', async () => {
    const corrected = deadKinds.findIndex(({ code }) => code === 'camera_auth_failed');
    await recorder.updateCamera(`dead-${corrected}`, { source: { password: user.password } });
    await cameras.fault('late', 'found');
    const back = deadKinds.findIndex(({ code }) => code === 'camera_stream_not_found');
    for (const n of [corrected, back]) {
      const status: CameraStatus = await recorder.untilState(`dead-${n}`, 'recording');
      assert.equal(status.state, 'recording');
    }
  });

  await t.test('no frame of the live ones is missing', async () => {
    await sleep(3_000);
    for (const id of liveIds) {
      const segments = await recorder.untilRecorded(id, '25 frames', (now) => countersOf(now).length > 25);
      assertWhole(segments);
      assert.equal(runsOf(segments).length, 1, id);
    }
  });
});
