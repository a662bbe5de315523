// Mostly waits.
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import type { ArchiveJob, RecorderEvent } from '@nightjar/contract';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { packetCount } from '../testing/media-tools.ts';
import { commandLine, descendants, isRunning } from '../testing/processes.ts';
import { breaksInRuns, framesOf, recordedSegments } from '../testing/recorded.ts';
import { record, startRecorder } from '../testing/recorder.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { smallCamera } from '../testing/small-camera.ts';
import { makeStream } from '../testing/streams.ts';
import { waitFor } from '../testing/wait.ts';

const dayMs = 86_400_000;
const startedAt = Date.now();
/** Of the days before yesterday and yesterday, UTC. */
const dateBefore = new Date(startedAt - 2 * dayMs).toISOString().slice(0, 10);
const date = new Date(startedAt - dayMs).toISOString().slice(0, 10);
const noon = Date.parse(`${date}T12:00:00Z`);
/** Enough that making a file of them takes seconds. */
const frames = 12_000;
const data = temporaryDataDir();
const inData = (...names: string[]) => path.join(data.path, ...names);
let cameras: SimulatedCameras;
let recorder: RecorderProcess;

before(async () => {
  cameras = await startCameras({ mounts: [smallCamera('yard', { audio: 'aac' })] });
  await layFootage();
  recorder = await RecorderProcess.start({ dataDir: data.path });
});

after(async () => {
  await recorder?.[Symbol.asyncDispose]();
  await cameras?.stop();
  data[Symbol.dispose]();
});

/** As a recorder has left it that was switched off yesterday in the afternoon. `gate` archives its days. */
async function layFootage(): Promise<void> {
  const context = { after: () => {} } as unknown as TestContext;
  const past = await startRecorder(context, { dataDir: data.path, now: noon, timeZone: 'UTC' });
  const archive = { format: 'mkv', per: 'hour', removeSegments: true } as const;
  await past.cameras.create({ id: 'yard', name: 'Yard', source: { url: cameras.url('yard') } });
  await past.cameras.create({ id: 'gate', name: 'Gate', source: { url: 'rtsp://127.0.0.1:9/gate' }, archive });
  await past.database.db.insertInto('archive_days').values({ camera_id: 'gate', date: dateBefore }).execute();
  const stream = await makeStream({ seconds: 4, gopFrames: 25, audio: 'mono' });
  await record(past, { cameraId: 'yard', stream, startMs: noon, repeat: frames / 100 });
  await record(past, { cameraId: 'gate', stream, startMs: noon, repeat: 10 });
  await past.stop();
}

const archivesOf = (cameraId: string) => recorder.call<ArchiveJob[]>('GET', `/archives?cameraId=${cameraId}`);
const partFiles = () => globSync('archive/**/*.part*', { cwd: data.path });

test('a day that ended without a recorder plays from its folder soon after the start', async () => {
  const playlist = inData('recordings', 'yard', date, 'index.m3u8');
  await waitFor('the playlist is written', () => existsSync(playlist));
  assert.equal(await packetCount(playlist, 'v'), frames);
});

test('a day that was to be archived becomes files, is then removed, and all is told', async () => {
  const jobs = await waitFor('the archive of the gate is made', async () => {
    const all = await archivesOf('gate');
    return all.length > 0 && all.every(({ segmentsRemoved }) => segmentsRemoved) ? all : null;
  });
  assert.deepEqual(
    jobs.map((job) => [job.date, job.hour, job.state, job.files.map((file) => file.path)]),
    [[date, 12, 'done', [`archive/gate/${date}/12+0000.mkv`]]],
  );
  const file = inData(jobs[0]?.files[0]?.path ?? '');
  assert.equal(await packetCount(file, 'v'), 1_000);
  assert.ok((await packetCount(file, 'a')) >= 1_875, 'forty seconds of sound');
  // The signed account of the day stays until it is over in every time zone.
  const left = globSync('*', { cwd: inData('recordings', 'gate', date) });
  assert.deepEqual(
    left.filter((name) => name !== 'evidence.jsonl'),
    [],
    'no recording and no playlist is left',
  );
  const events = await recorder.call<RecorderEvent[]>('GET', '/event-log?cameraId=gate');
  assert.ok(events.some(({ kind }) => kind === 'archive_done'));
});

test('a recorder that is killed while it makes a file makes it anew, and records meanwhile', async (t) => {
  await recorder.untilRecorded('yard', 'the camera records', (all) => framesOf(all).length > frames + 15);
  await recorder.call('POST', '/archives', { cameraId: 'yard', date });
  const maker = await waitFor(
    'the file is being written',
    () => partFiles().length > 0 && descendants(recorder.pid).find((pid) => commandLine(pid).includes('remux/process')),
    { everyMs: 20 },
  );
  await recorder.kill();
  await waitFor('nobody writes it any more', () => !isRunning(maker));
  assert.equal(existsSync(inData('archive', 'yard', `${date}.mp4`)), false);

  recorder = await RecorderProcess.start({ dataDir: data.path });
  const shares = new Set<number>();
  const [job] = await waitFor(
    'it is made',
    async () => {
      const all = await archivesOf('yard');
      shares.add(all[0]?.progress ?? 0);
      return all[0]?.state === 'done' ? all : null;
    },
    { everyMs: 50, details: () => recorder.log },
  );
  t.diagnostic(`progress: ${[...shares].map((share) => share.toFixed(2)).join(' ')}`);
  assert.deepEqual(partFiles(), []);
  const file = inData(job?.files[0]?.path ?? '');
  assert.equal(path.basename(file), `${date}.mp4`);
  assert.deepEqual([await packetCount(file, 'v'), job?.files[0]?.videoFrames], [frames, frames]);
  const { body, headers } = await recorder.bytes(`/archives/${job?.id}/files/0`);
  assert.equal(headers.get('content-type'), 'video/mp4');
  assert.ok(body.equals(readFileSync(file)));
  assert.ok(existsSync(inData('recordings', 'yard', date, 'index.m3u8')), 'the recording stays');

  const live = await recordedSegments(data.path, 'yard', { changedSince: startedAt });
  const sinceStart = live.filter(({ info }) => info.startMs > startedAt);
  assert.deepEqual(breaksInRuns(sinceStart), []);
});
