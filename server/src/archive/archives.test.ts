import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { type Archive, type ArchiveJob, ArchiveJobSchema } from '@nightjar/contract';
import { Value } from 'typebox/value';
import { packetCount } from '../../testing/media-tools.ts';
import {
  type RecorderParts,
  record,
  startRecorder,
  type TestRecorder,
  temporaryFolder,
} from '../../testing/recorder.ts';
import { makeStream, type TestStream } from '../../testing/streams.ts';
import { waitFor } from '../../testing/wait.ts';
import { remux } from '../media/remux/index.ts';
import { remuxFiles } from '../media/remux/remux-files.ts';
import { MarkStore } from '../retention/marks.ts';
import { Archives, archiveRoutes } from './index.ts';

const timeZone = 'Europe/Vienna';
const midnight = Date.parse('2026-11-22T23:00:00Z');
const hourMs = 3_600_000;
let stream: TestStream;

before(async () => {
  stream = await makeStream({ seconds: 4, gopFrames: 25, audio: 'stereo' });
});

type Remux = NonNullable<ConstructorParameters<typeof Archives>[0]['remux']>;

/** The real thing, but in this process: faster than one of its own. */
const remuxHere: Remux = (request, { onProgress }) => remuxFiles(request, { onProgress });

interface TestArchives {
  archives: Archives;
  /** All that was published, in order. */
  published: ArchiveJob[];
  /** Resolves with all jobs when none of them waits any more. */
  settled(): Promise<ArchiveJob[]>;
  files(root?: string): string[];
}

function startArchives(t: TestContext, recorder: RecorderParts, remux: Remux = remuxHere): TestArchives {
  const { database, index, volumes, cameras, clock, logger, dataDir } = recorder;
  const published: ArchiveJob[] = [];
  const archives = new Archives({
    ...{ db: database.db, index, volumes, cameras, clock, timeZone, log: logger },
    publish: (job) => published.push(job),
    makeRoom: async () => {},
    ...{ everyMs: 10, remux },
  });
  archives.start();
  recorder.onStop.push(() => archives.close());
  t.after(() => archives.close());
  const settled = () =>
    waitFor(
      'all archives are done or failed',
      async () => {
        const jobs = await archives.list({});
        return jobs.length > 0 && jobs.every(({ state }) => state === 'done' || state === 'failed') ? jobs : null;
      },
      { everyMs: 10, details: () => JSON.stringify(published.at(-1)) },
    );
  const files = (root = dataDir) =>
    fs.existsSync(path.join(root, 'archive'))
      ? fs
          .globSync('archive/**/*.*', { cwd: root })
          .map((name) => name.slice('archive/'.length))
          .sort()
      : [];
  return { archives, published, settled, files };
}

const archiveSetting = (changes: Partial<Archive> = {}): Archive => ({
  ...{ format: 'mp4', per: 'day', removeSegments: false },
  ...changes,
});

/** A recorder on the evening before `midnight`, whose camera archives. */
async function startArchiving(t: TestContext, archive: Partial<Archive> = {}): Promise<TestRecorder> {
  const recorder = await startRecorder(t, { now: midnight - 3 * hourMs, cameras: ['yard'] });
  await recorder.cameras.update('yard', { archive: archiveSetting(archive) });
  return recorder;
}

const segmentsIn = async ({ index }: TestRecorder) =>
  (await index.footage('yard', { from: 0, to: 1e15 } as never)).segments;

test('when a day is over its file is made by a process of its own, with progress to see', async (t) => {
  const recorder = await startArchiving(t);
  const { archives, published, settled, files } = startArchives(t, recorder, remux);
  await record(recorder, { cameraId: 'yard', stream, startMs: midnight - 90_000, repeat: 30 });
  await recorder.index.flush();
  assert.deepEqual(await archives.list({}), [], 'the day is not over');
  recorder.clock.now = midnight;
  const [job, ...others] = await settled();
  assert.deepEqual(others, []);
  assert.ok(Value.Check(ArchiveJobSchema, job));
  assert.deepEqual([job?.state, job?.date, job?.hour, job?.message], ['done', '2026-11-22', null, null]);
  assert.deepEqual(files(), ['yard/2026-11-22.mp4']);
  const file = path.join(recorder.dataDir, 'archive/yard/2026-11-22.mp4');
  assert.equal(await packetCount(file, 'v'), 90 * 25);
  const { sizeBytes, from, to, videoFrames } = job?.files[0] ?? {};
  assert.deepEqual([sizeBytes, from, to, videoFrames], [fs.statSync(file).size, midnight - 90_000, midnight, 2_250]);
  const states = published.map(({ state }) => state).filter((state, at, all) => state !== all[at - 1]);
  assert.deepEqual(states.slice(-2), ['running', 'done']);
  assert.equal((await segmentsIn(recorder)).length, 3, 'the recording stays');
});

test('hours: one file each, nothing twice and nothing missing, named by the local clock', async (t) => {
  const recorder = await startArchiving(t, { per: 'hour', format: 'mkv' });
  const { settled, files } = startArchives(t, recorder);
  // A segment of a minute lies over the hour.
  await record(recorder, { cameraId: 'yard', stream, startMs: midnight - hourMs - 30_000, repeat: 15 });
  recorder.clock.now = midnight + 1;
  const jobs = await settled();
  assert.deepEqual(jobs.map(({ hour, files }) => [hour, files[0]?.from, files[0]?.to, files[0]?.videoFrames]).sort(), [
    [22, midnight - hourMs - 30_000, midnight - hourMs, 750],
    [23, midnight - hourMs, midnight - hourMs + 30_000, 750],
  ]);
  assert.deepEqual(files(), ['yard/2026-11-22/22+0100.mkv', 'yard/2026-11-22/23+0100.mkv']);
});

test('days before it was set are left alone; days that ended without a recorder are made up for', async (t) => {
  const recorder = await startRecorder(t, { now: midnight + hourMs, cameras: ['yard'] });
  const dayMs = 24 * hourMs;
  await record(recorder, { cameraId: 'yard', stream, startMs: midnight - hourMs });
  await recorder.cameras.update('yard', { archive: archiveSetting() });
  const first = startArchives(t, recorder);
  for (const day of [0, 1, 2]) {
    await record(recorder, { cameraId: 'yard', stream, startMs: midnight + hourMs + day * dayMs });
  }
  await recorder.stop();

  const { dataDir } = recorder;
  const again = await startRecorder(t, { now: midnight + hourMs + 2 * dayMs, dataDir });
  const second = startArchives(t, again);
  const jobs = await second.settled();
  assert.deepEqual(jobs.map(({ date }) => date).sort(), ['2026-11-23', '2026-11-24']);
  assert.deepEqual(second.files(), ['yard/2026-11-23.mp4', 'yard/2026-11-24.mp4']);
  assert.deepEqual(first.published, []);

  // What someone removed does not come again, and a camera that archives no more has no new ones.
  for (const { id } of jobs) await second.archives.remove(id);
  assert.deepEqual(second.files(), []);
  await again.cameras.update('yard', { archive: null });
  again.clock.now += dayMs;
  await record(again, { cameraId: 'yard', stream, startMs: again.clock.now });
  await again.cameras.update('yard', { archive: archiveSetting() });
  again.clock.now += dayMs;
  assert.deepEqual(
    (await second.settled()).map(({ date }) => date),
    ['2026-11-26'],
  );
});

test('the recording goes only when all files of its day are made, and what is locked stays', async (t) => {
  const recorder = await startArchiving(t, { per: 'hour', removeSegments: true });
  const failing = new Set(['23+0100.mp4.part']);
  const remux: Remux = (request, options) =>
    failing.has(path.basename(request.target)) ? Promise.reject(new Error('no')) : remuxHere(request, options);
  const { archives, settled, files } = startArchives(t, recorder, remux);
  const startMs = midnight - hourMs - 150_000;
  await record(recorder, { cameraId: 'yard', stream, startMs, repeat: 75 });
  await record(recorder, { cameraId: 'yard', stream, startMs: midnight, repeat: 2 });
  const all = await segmentsIn(recorder);
  const { db } = recorder.database;
  const marks = new MarkStore({ db, clock: recorder.clock, cameras: recorder.cameras, onChange: () => {} });
  const locked = all[1] as (typeof all)[number];
  await marks.create({ cameraId: 'yard', kind: 'lock', from: locked.startAt + 1_000, to: locked.startAt + 2_000 });
  recorder.clock.now = midnight + hourMs;
  const jobs = await settled();
  assert.deepEqual(jobs.map(({ state }) => state).sort(), ['done', 'failed']);
  assert.equal((await segmentsIn(recorder)).length, all.length, 'an hour is missing');

  failing.clear();
  const { hour, date, format } = jobs.find(({ state }) => state === 'failed') as ArchiveJob;
  await archives.make({ cameraId: 'yard', date, hour, format });
  await waitFor('the recording is removed', async () => (await archives.list({})).every((job) => job.segmentsRemoved));
  const left = await segmentsIn(recorder);
  assert.deepEqual(
    left.map(({ id }) => id),
    [locked.id, all.at(-1)?.id],
    'the locked one, and that of the next day',
  );
  assert.equal(files().length, 2);
  assert.ok(left.every((segment) => fs.existsSync(recorder.index.fileOf(segment))));
});

test('a file that is not whole when read back never counts', async (t) => {
  const recorder = await startArchiving(t, { removeSegments: true });
  let damages = 0;
  const onWritten = async (file: string) => {
    damages += 1;
    const bytes = fs.readFileSync(file);
    // In the media, wherever the tables are.
    const at = bytes.length - 60_000;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    fs.writeFileSync(file, bytes);
  };
  const { archives, settled, files } = startArchives(t, recorder, (request, { onProgress }) =>
    remuxFiles(request, { onProgress, ...(damages === 0 && { onWritten }) }),
  );
  await record(recorder, { cameraId: 'yard', stream, startMs: midnight - hourMs, repeat: 2 });
  recorder.clock.now = midnight;
  const [job] = await settled();
  assert.deepEqual([job?.state, job?.files, job?.segmentsRemoved], ['failed', [], false]);
  assert.match(job?.message ?? '', /not whole when read back/);
  assert.deepEqual(files(), []);
  assert.equal((await segmentsIn(recorder)).length, 1);

  // Asked for again it succeeds.
  await archives.make({ cameraId: 'yard', date: '2026-11-22' });
  await waitFor('it is made', async () => (await archives.list({}))[0]?.segmentsRemoved);
  assert.deepEqual([files(), await segmentsIn(recorder)], [['yard/2026-11-22.mp4'], []]);
});

test('what a killed recorder was making is made again, and what it had read back is kept', async (t) => {
  const recorder = await startArchiving(t, { per: 'hour' });
  const first = startArchives(t, recorder, (request, options) =>
    path.basename(request.target).startsWith('22') ? remuxHere(request, options) : hangUntilAborted(request, options),
  );
  for (const hour of [2, 1]) {
    await record(recorder, { cameraId: 'yard', stream, startMs: midnight - hour * hourMs });
  }
  recorder.clock.now = midnight;
  await waitFor('the second one is being made', () => first.files().includes('yard/2026-11-22/23+0100.mp4.part'));
  await recorder.index.flush();

  // Another process, on what is on the disk now.
  const dataDir = temporaryFolder(t);
  fs.cpSync(recorder.dataDir, dataDir, { recursive: true });
  const again = await startRecorder(t, { now: midnight + 1, dataDir });
  let made = 0;
  const second = startArchives(t, again, (request, options) => {
    made += 1;
    return remuxHere(request, options);
  });
  const jobs = await second.settled();
  assert.deepEqual(new Set(jobs.map(({ state }) => state)), new Set(['done']));
  assert.equal(made, 1, 'the finished hour stays');
  assert.deepEqual(second.files(), ['yard/2026-11-22/22+0100.mp4', 'yard/2026-11-22/23+0100.mp4']);

  // Killed between reading it back and giving it its name: back to before the last rename.
  await again.stop();
  const folder = path.join(dataDir, 'archive/yard/2026-11-22');
  fs.renameSync(path.join(folder, '23+0100.mp4'), path.join(folder, '23+0100.mp4.part'));
  const third = await startRecorder(t, { now: midnight + 2, dataDir });
  await third.database.db.updateTable('archives').set({ state: 'running' }).where('hour', '=', 23).execute();
  const named = startArchives(t, third, () => Promise.reject(new Error('made again')));
  assert.deepEqual(new Set((await named.settled()).map(({ state }) => state)), new Set(['done']));
  assert.deepEqual(named.files(), ['yard/2026-11-22/22+0100.mp4', 'yard/2026-11-22/23+0100.mp4']);
});

test('without room it says how much is needed, and begins nothing', async (t) => {
  const recorder = await startArchiving(t);
  const { id } = recorder.volumes.dataFolder;
  // Recordings go on, but there is nothing to spare.
  const keepFreeBytes = Math.round((recorder.volumes.status(id).freeBytes ?? 0) * 1.5);
  await recorder.volumes.update(id, { keepFreeBytes });
  const { settled, files } = startArchives(t, recorder);
  await record(recorder, { cameraId: 'yard', stream, startMs: midnight - hourMs });
  recorder.clock.now = midnight;
  const [job] = await settled();
  assert.equal(job?.state, 'failed');
  assert.match(job?.message ?? '', /need 9\d\.\d MB beside .* Data folder has 0 kB/);
  assert.deepEqual(files(), []);
});

test('a file of ours that someone deleted is left out, one that someone put there is not overwritten', async (t) => {
  const recorder = await startArchiving(t);
  const { settled, files } = startArchives(t, recorder);
  await record(recorder, { cameraId: 'yard', stream, startMs: midnight - hourMs, repeat: 30 });
  const [, second] = await segmentsIn(recorder);
  fs.rmSync(recorder.index.fileOf(second as never));
  fs.mkdirSync(path.join(recorder.dataDir, 'archive/yard'), { recursive: true });
  fs.writeFileSync(path.join(recorder.dataDir, 'archive/yard/2026-11-22.mp4'), 'precious');
  recorder.clock.now = midnight;
  const [job] = await settled();
  assert.deepEqual([job?.state, job?.files[0]?.videoFrames], ['done', 60 * 25]);
  assert.deepEqual(files(), ['yard/2026-11-22-2.mp4', 'yard/2026-11-22.mp4']);
  assert.equal(fs.readFileSync(path.join(recorder.dataDir, 'archive/yard/2026-11-22.mp4'), 'utf8'), 'precious');
  assert.equal((await segmentsIn(recorder)).length, 1);
});

test('several volumes: the file goes where there is room, from wherever the recording lies', async (t) => {
  const recorder = await startArchiving(t);
  const [own] = recorder.volumes.list();
  const other = await recorder.volumes.create({ path: temporaryFolder(t) });
  const { settled, files } = startArchives(t, recorder);
  await record(recorder, { cameraId: 'yard', stream, startMs: midnight - hourMs });
  await record(recorder, { cameraId: 'yard', stream, startMs: midnight - 60_000, volumeId: other.id });
  await recorder.volumes.update(own?.id ?? '', { use: 'read' });
  recorder.clock.now = midnight;
  const [job] = await settled();
  assert.deepEqual([job?.files[0]?.volumeId, job?.files[0]?.videoFrames], [other.id, 200]);
  assert.deepEqual([files(), files(other.root)], [[], ['yard/2026-11-22.mp4']]);
});

test('over HTTP: asked for, listed, fetched by ranges, removed', async (t) => {
  let started: TestArchives | undefined;
  const recorder = await startRecorder(t, {
    now: midnight + 1,
    cameras: ['yard'],
    routes: (parts) => {
      const those = startArchives(t, parts);
      started = those;
      return (api) => archiveRoutes(api, { archives: those.archives });
    },
  });
  await record(recorder, { cameraId: 'yard', stream, startMs: midnight - hourMs });
  const ask = (payload: object) => recorder.app.inject({ method: 'POST', url: '/api/v1/archives', payload });
  const refusals: Array<[payload: object, code: string]> = [
    [{ cameraId: 'yard', date: '2026-11-23' }, 'invalid_request'],
    [{ cameraId: 'yard', date: '2026-11-31' }, 'invalid_request'],
    [{ cameraId: 'yard', date: '2026-11-22', hour: 24 }, 'invalid_request'],
    [{ cameraId: 'yard', date: '2026-11-20' }, 'footage_not_found'],
    [{ cameraId: 'nobody', date: '2026-11-22' }, 'camera_not_found'],
  ];
  for (const [payload, code] of refusals) assert.equal((await ask(payload)).json().code, code, JSON.stringify(payload));

  const wish = { cameraId: 'yard', date: '2026-11-22', hour: 23, format: 'ts' };
  const asked = await ask(wish);
  assert.equal(asked.statusCode, 201, asked.body);
  const url = String(asked.headers.location);
  await started?.settled();
  const job = (await recorder.app.inject(url)).json<ArchiveJob>();
  assert.equal(job.state, 'done', job.message ?? '');
  assert.deepEqual([(await ask(wish)).statusCode, (await ask(wish)).json()], [200, job]);
  const listed = await recorder.app.inject('/api/v1/archives?cameraId=yard&date=2026-11-22');
  assert.deepEqual(listed.json(), [job]);
  assert.deepEqual((await recorder.app.inject('/api/v1/archives?cameraId=nobody')).json(), []);

  const bytes = fs.readFileSync(path.join(recorder.dataDir, job.files[0]?.path ?? ''));
  const whole = await recorder.app.inject(`${url}/files/0`);
  assert.deepEqual([whole.statusCode, whole.headers['content-type']], [200, 'video/mp2t']);
  assert.equal(whole.headers['content-disposition'], 'attachment; filename="yard-2026-11-22-23+0100.ts"');
  assert.ok(whole.rawPayload.equals(bytes));
  const part = await recorder.app.inject({ url: `${url}/files/0`, headers: { range: 'bytes=188-375' } });
  assert.deepEqual([part.statusCode, part.headers['content-range']], [206, `bytes 188-375/${bytes.length}`]);
  assert.ok(part.rawPayload.equals(bytes.subarray(188, 376)));
  for (const wrong of [`${url}/files/1`, `${url}/files/x`, '/api/v1/archives/99', '/api/v1/archives/99/files/0']) {
    const answer = await recorder.app.inject(wrong);
    assert.deepEqual([answer.statusCode, answer.json().code], [404, 'archive_not_found'], wrong);
  }

  assert.equal((await recorder.app.inject({ method: 'DELETE', url })).statusCode, 204);
  assert.deepEqual(started?.files(), []);
  assert.equal((await recorder.app.inject({ method: 'DELETE', url })).statusCode, 404);
});

test('one that is being made can be removed; the others go on', async (t) => {
  const recorder = await startArchiving(t, { per: 'hour' });
  const { archives, files } = startArchives(t, recorder, (request, options) =>
    path.basename(request.target).startsWith('23') ? remuxHere(request, options) : hangUntilAborted(request, options),
  );
  for (const hour of [2, 1]) await record(recorder, { cameraId: 'yard', stream, startMs: midnight - hour * hourMs });
  recorder.clock.now = midnight;
  const job = await waitFor('the first is being made', async () =>
    (await archives.list({})).find(({ state }) => state === 'running'),
  );
  await archives.remove(job.id);
  await waitFor('the other is made', async () => (await archives.list({}))[0]?.state === 'done');
  assert.deepEqual(files(), ['yard/2026-11-22/23+0100.mp4']);
});

const hangUntilAborted: Remux = (request, { signal }) => {
  if (signal.aborted) return Promise.reject(signal.reason);
  fs.writeFileSync(request.target, 'half a file');
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
};

test('a clock that was years behind, or ahead, neither delays nor stops archives', async (t) => {
  const recorder = await startArchiving(t);
  const { archives } = startArchives(t, recorder);
  const { db } = recorder.database;
  const dealtWith = async () => (await db.selectFrom('archive_days').select('date').executeTakeFirst())?.date;
  await waitFor('the setting is noticed', dealtWith);
  await archives.close();
  await record(recorder, { cameraId: 'yard', stream, startMs: midnight - hourMs });
  await recorder.index.flush();
  recorder.clock.now = midnight;
  await db.updateTable('archive_days').set({ date: '2036-01-01' }).execute();
  const ahead = startArchives(t, recorder);
  await waitFor('it goes on from yesterday', async () => (await dealtWith()) === '2026-11-22');
  await ahead.archives.close();
  await db.updateTable('archive_days').set({ date: '1970-01-01' }).execute();
  const began = process.cpuUsage();
  const behind = startArchives(t, recorder);
  assert.deepEqual(
    (await behind.settled()).map(({ date, state }) => [date, state]),
    [['2026-11-22', 'done']],
  );
  t.diagnostic(`${Math.round(process.cpuUsage(began).user / 1_000)} ms of CPU`);
});
