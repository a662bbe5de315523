// Mostly waits.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import type { CameraDto, CameraStatus, Timeline } from '@nightjar/contract';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { packetCount } from '../testing/media-tools.ts';
import { breaksIn, breaksInRuns, countersOf, framesOf, type RecordedSegment, runsOf } from '../testing/recorded.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { smallCamera } from '../testing/small-camera.ts';
import { waitFor } from '../testing/wait.ts';

/** The folder of the substream's footage, and its path on the simulated camera. */
const sub = 'yard.sub';
const user = { user: 'viewer', password: 's3cret' };
const data = temporaryDataDir();
const copy = temporaryDataDir();
let cameras: SimulatedCameras;
let recorder: RecorderProcess;
let addedAt = 0;

before(async () => {
  cameras = await startCameras({
    mounts: [
      smallCamera('yard', user),
      smallCamera(sub, { ...user, width: 160, height: 90 }),
      smallCamera('other', { width: 160, height: 90 }),
    ],
  });
  recorder = await RecorderProcess.start({ dataDir: data.path });
  addedAt = Date.now();
  const source = { url: cameras.url('yard'), username: user.user, password: user.password };
  const substream = { url: cameras.url(sub), connect: 'on-demand' as const };
  await recorder.addCamera({ id: 'yard', name: 'Yard', source, substream });
});

after(async () => {
  await recorder?.[Symbol.asyncDispose]();
  await cameras?.stop();
  for (const folder of [data, copy]) folder[Symbol.dispose]();
});

/** Resolves when so many frames more are on disk than the stream had sent by now. */
async function recordedOn(stream: string, frames: number): Promise<RecordedSegment[]> {
  const from = (await cameras.sent(stream)).lastFrame;
  return recorder.untilRecorded(stream, `${frames} frames after ${from}`, (segments) => {
    return Math.max(...countersOf(segments)) >= from + frames;
  });
}

const untilSubstream = (state: NonNullable<CameraStatus['substream']>['state']) =>
  waitFor(`the substream is ${state}`, async () => {
    const status = await recorder.status('yard');
    return status.substream?.state === state && status;
  });

/** The first bytes of a live view. */
async function firstPicture(stream: string): Promise<{ status: number; bytes: number }> {
  const response = await fetch(`${recorder.url}/api/v1/cameras/yard/live/stream.mp4?stream=${stream}`);
  const reader = response.body?.getReader();
  const bytes = (await reader?.read())?.value?.length ?? 0;
  await reader?.cancel();
  return { status: response.status, bytes };
}

const timelineOf = (stream: 'main' | 'sub'): Promise<Timeline> =>
  recorder.call('GET', `/cameras/yard/timeline?from=${addedAt - 60_000}&to=${Date.now()}&stream=${stream}`);

interface Report {
  findings: unknown[];
  camerasEntered?: string[];
}

function command(name: 'check' | 'reindex', dataDir: string, ...args: string[]): Report {
  const script = path.resolve(import.meta.dirname, `../src/${name}.ts`);
  const options = ['--disable-warning=ExperimentalWarning', script, '--data', dataDir, '--json', ...args];
  const { stdout, stderr } = spawnSync(process.execPath, options, { encoding: 'utf8' });
  assert.ok(stdout, `${name}: ${stderr}`);
  return JSON.parse(stdout);
}

test('on demand it is connected for who watches, with the password of its camera, and leaves no file', async () => {
  await untilSubstream('idle');
  const { status: code, bytes } = await firstPicture('sub');
  assert.deepEqual([code, bytes > 100], [200, true]);
  const { substream } = await untilSubstream('live');
  assert.equal(substream?.state === 'live' && substream.media.video.width, 160);
  assert.equal(existsSync(path.join(data.path, 'recordings', sub)), false);
  const { body } = await recorder.request<{ code: string }>('GET', '/cameras/yard/timeline?from=1&to=2&stream=sub');
  assert.equal(body.code, 'substream_not_found');
});

test('a recorded one has all its frames, and footage of its own to be played', async () => {
  await recorder.updateCamera('yard', { substream: { record: true } });
  await recordedOn(sub, 30);
  await untilSubstream('recording');
  const { spans } = await timelineOf('sub');
  const [from, to] = [spans[0]?.from ?? 0, spans.at(-1)?.to ?? 0];
  const range = `from=${from}&to=${to}`;
  const shown = await packetCount(`${recorder.url}/api/v1/cameras/yard/playback.m3u8?${range}&stream=sub`, 'v');
  const segments = await recorder.recorded(sub);
  assert.deepEqual(breaksIn(countersOf(segments)), []);
  const frames = framesOf(segments).filter(({ shownAtMs }) => shownAtMs < to - 1);
  assert.ok(Math.abs(shown - frames.length) <= 8, `${shown} of ${frames.length} frames are played`);
  const still = await recorder.bytes(`/cameras/yard/snapshot.jpg?at=${Math.floor((from + to) / 2)}&stream=sub`);
  assert.deepEqual([still.status, still.headers.get('content-type')], [200, 'image/jpeg']);
});

test('whatever becomes of it, its camera is recorded without a gap', async () => {
  const runs = runsOf(await recorder.recorded('yard'));
  await cameras.fault(sub, 'not-found');
  await cameras.fault(sub, 'drop');
  const status = await untilSubstream('waiting');
  assert.equal(status.state, 'recording');
  await cameras.fault(sub, 'found');
  await recordedOn(sub, 10);
  await recorder.updateCamera('yard', { substream: { url: cameras.url('other') } });
  await recorder.untilRecorded(sub, 'another picture', (segments) => runsOf(segments).length >= 3);
  await recorder.updateCamera('yard', { substream: null });
  await waitFor('it is gone', async () => (await recorder.status('yard')).substream === null);
  // A pause long enough to be told.
  await recordedOn('yard', 15);
  await recorder.updateCamera('yard', { substream: { url: cameras.url(sub), record: true } });
  await recordedOn(sub, 10);
  const segments = await recordedOn('yard', 10);
  assert.deepEqual(breaksIn(countersOf(segments)), []);
  assert.deepEqual(runsOf(segments), runs);
  assert.deepEqual(breaksInRuns(await recorder.recorded(sub)), []);
  const causes = (await timelineOf('sub')).gaps.map(({ cause }) => cause);
  assert.ok(causes.includes('paused') && causes.some((cause) => cause !== 'paused'), causes.join());
});

test('it goes on after a restart, and both are in order by then', async () => {
  await recorder.stop();
  assert.deepEqual(command('check', data.path, '--media').findings, []);
  cpSync(data.path, copy.path, { recursive: true, preserveTimestamps: true });
  recorder = await RecorderProcess.start({ dataDir: data.path });
  await recordedOn(sub, 10);
  const { gaps } = await timelineOf('sub');
  assert.equal(gaps.at(-1)?.cause, 'recorder_down');
  assert.equal((await recorder.call<CameraDto[]>('GET', '/cameras')).length, 1);
});

test('a new index finds the footage of both', () => {
  const rows = () => {
    using database = new DatabaseSync(path.join(copy.path, 'nightjar.sqlite'));
    return database.prepare('SELECT camera_id, path, run_id, end_at FROM segments ORDER BY path').all();
  };
  const told = rows();
  assert.deepEqual(new Set(told.map((row) => row.camera_id)), new Set(['yard', sub]));
  assert.deepEqual(command('reindex', copy.path).findings, []);
  assert.deepEqual(rows(), told);
  for (const name of readdirSync(copy.path)) if (name.startsWith('nightjar.sqlite')) rmSync(path.join(copy.path, name));
  const { findings, camerasEntered } = command('reindex', copy.path);
  assert.deepEqual([findings, camerasEntered], [[], ['yard']]);
  assert.deepEqual(rows(), told);
});

test('a camera that is removed with its footage leaves nothing of its substream', async () => {
  await recorder.deleteCamera('yard', 'delete');
  assert.deepEqual(readdirSync(path.join(data.path, 'recordings')), []);
  await recorder.stop();
  using database = new DatabaseSync(path.join(data.path, 'nightjar.sqlite'));
  for (const table of ['cameras', 'runs', 'segments', 'gaps', 'removed', 'footage_totals']) {
    assert.deepEqual(database.prepare(`SELECT * FROM ${table}`).all(), [], table);
  }
  assert.deepEqual(command('check', data.path).findings, []);
});
