import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { type ExportCreate, type ExportJob, ExportJobSchema } from '@nightjar/contract';
import { Value } from 'typebox/value';
import {
  type RecorderParts,
  record,
  startRecorder,
  type TestRecorder,
  temporaryFolder,
} from '../../testing/recorder.ts';
import { makeStream, type TestStream } from '../../testing/streams.ts';
import { waitFor } from '../../testing/wait.ts';
import { remuxFiles } from '../media/remux/remux-files.ts';
import { RetentionEngine } from '../retention/index.ts';
import { NvrError } from '../shared/errors.ts';
import { Exports, exportRoutes } from './index.ts';

const timeZone = 'Europe/Vienna';
const noon = Date.parse('2026-11-22T11:00:00Z');
const minuteMs = 60_000;
let stream: TestStream;

before(async () => {
  stream = await makeStream({ seconds: 4, gopFrames: 25, audio: 'mono' });
});

type MakeExport = ConstructorParameters<typeof Exports>[0]['makeExport'];

/** Without cutting: whole groups of pictures, in this process, faster than one of its own. The real one has tests of its own. */
const makeWhole: MakeExport = async ({ format, ranges, target, pieces }, { onProgress }) => {
  const files = await remuxFiles({ format, ranges, target }, { onProgress });
  return files.map((file) => ({
    ...file,
    durationMs: file.toMs - file.fromMs,
    ...{ encodedFrames: 0, subtitles: false, sha256: file.path.length.toString(16).padStart(64, '0') },
    pieces: pieces
      ? [{ fromMs: file.fromMs, toMs: file.toMs, frames: file.videoFrames, sha256: '', source: null }]
      : null,
  }));
};

const hangUntilAborted: MakeExport = ({ target }, { signal }) => {
  if (signal.aborted) return Promise.reject(signal.reason);
  fs.writeFileSync(target, 'half a file');
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
};

interface TestExports {
  exports: Exports;
  /** All that was published, in order. */
  published: Array<ExportJob | null>;
  /** Resolves with all jobs, oldest first, when none of them waits any more. */
  settled(): Promise<ExportJob[]>;
  files(root?: string): string[];
}

interface Wish {
  makeExport?: MakeExport;
  expireAfterDays?: number;
}

function startExports(t: TestContext, recorder: RecorderParts, wish: Wish = {}): TestExports {
  const { makeExport = makeWhole, expireAfterDays = 7 } = wish;
  const { database, index, volumes, cameras, clock, logger, dataDir } = recorder;
  const published: TestExports['published'] = [];
  const exports = new Exports({
    ...{ db: database.db, index, volumes, cameras, clock, timeZone, log: logger, makeExport, expireAfterDays },
    publish: (job) => published.push(job),
    makeRoom: async () => {},
    signManifest: async ({ files }) => ({ files: files.map(({ name, pieces }) => [name, pieces.length]) }),
    everyMs: 10,
  });
  exports.start();
  recorder.onStop.push(() => exports.close());
  t.after(() => exports.close());
  const settled = () =>
    waitFor(
      'no export waits any more',
      async () => {
        const jobs = await exports.list();
        return jobs.every(({ state }) => state !== 'queued' && state !== 'running') ? jobs.reverse() : null;
      },
      { everyMs: 10, details: () => JSON.stringify(published.at(-1)) },
    );
  const files = (root = dataDir) => fs.globSync('exports/**/*.*', { cwd: root }).sort();
  return { exports, published, settled, files };
}

/** Two cameras: the yard is recorded for three minutes before noon, the garage for one of them. */
async function startRecorded(t: TestContext): Promise<TestRecorder> {
  const recorder = await startRecorder(t, { now: noon, cameras: ['yard', 'garage'], timeZone });
  await record(recorder, { cameraId: 'yard', stream, startMs: noon - 3 * minuteMs, repeat: 45 });
  await record(recorder, { cameraId: 'garage', stream, startMs: noon - minuteMs, repeat: 15 });
  return recorder;
}

const bothCameras: ExportCreate = {
  cameraIds: ['yard', 'garage'] as ExportCreate['cameraIds'],
  from: noon - 2 * minuteMs,
  to: noon - minuteMs,
};
const yard = { ...bothCameras, cameraIds: ['yard'] } as ExportCreate;

test('a range of several cameras: a file each, named by camera and local time; what is not recorded is told of', async (t) => {
  const recorder = await startRecorded(t);
  const { exports, published, settled, files } = startExports(t, recorder);
  await exports.create({ ...bothCameras, to: noon - 30_000, title: ' Delivery ' }, 'Ann');
  await exports.create({ ...bothCameras, format: 'mkv' }, 'Ann');
  const [first, second] = await settled();
  assert.ok(Value.Check(ExportJobSchema, first), JSON.stringify(first));
  assert.deepEqual([first?.state, first?.message, first?.title, first?.madeBy], ['done', null, 'Delivery', 'Ann']);
  assert.deepEqual(
    first?.files.map(({ name, cameraId }) => [name, cameraId]),
    [
      ['yard_2026-11-22_11-57-59.mp4', 'yard'],
      ['garage_2026-11-22_11-59-00.mp4', 'garage'],
    ],
  );
  assert.deepEqual([first?.progress, first?.expiresAt], [1, noon + 7 * 86_400_000]);
  assert.deepEqual([second?.state, second?.message], ['done', 'Nothing is recorded of garage.']);
  assert.deepEqual([second?.parts, second?.partsDone, second?.files.length], [2, 2, 1]);
  assert.deepEqual(files(), [
    'exports/1/garage_2026-11-22_11-59-00.mp4',
    'exports/1/yard_2026-11-22_11-57-59.mp4',
    'exports/2/yard_2026-11-22_11-57-59.mkv',
  ]);
  const states = published.flatMap((job) => (job?.id === 1 ? [job.state] : []));
  assert.deepEqual([...new Set(states)], ['queued', 'running', 'done']);
});

test('days: a file for each camera and day, today as far as it went', async (t) => {
  const recorder = await startRecorded(t);
  const { exports, settled } = startExports(t, recorder);
  const dates = ['2026-11-22', '2026-11-21'];
  assert.deepEqual(await exports.estimate({ cameraIds: bothCameras.cameraIds, dates }), {
    ...{ files: 2, emptyParts: 2, recordedMs: 4 * minuteMs, durationMs: 4 * minuteMs, encodedMs: 0 },
    sizeBytes: (await exports.estimate({ cameraIds: bothCameras.cameraIds, dates })).sizeBytes,
  });
  await exports.create({ cameraIds: bothCameras.cameraIds, dates }, '');
  const [job] = await settled();
  assert.deepEqual(
    job?.files.map(({ name, from, to }) => [name, from, to]),
    [
      ['yard_2026-11-22_11-57-00.mp4', noon - 3 * minuteMs, noon],
      ['garage_2026-11-22_11-59-00.mp4', noon - minuteMs, noon],
    ],
  );
  assert.equal(job?.message, 'Nothing is recorded of yard on 2026-11-21, garage on 2026-11-21.');
});

test('cancelled it keeps the files that are complete, and goes on behind them', async (t) => {
  const recorder = await startRecorded(t);
  let hang = true;
  const makeExport: MakeExport = (request, options) =>
    hang && request.cameraName === 'garage' ? hangUntilAborted(request, options) : makeWhole(request, options);
  const { exports, published, settled, files } = startExports(t, recorder, { makeExport });
  await exports.create({ ...bothCameras, to: noon }, '');
  await waitFor('the second file is being made', () => published.at(-1)?.partsDone === 1 && files().length > 1);
  const cancelled = await exports.update(1, { state: 'cancelled' });
  assert.deepEqual([cancelled.state, cancelled.files.length, cancelled.partsDone], ['cancelled', 1, 1]);
  assert.deepEqual(files(), ['exports/1/yard_2026-11-22_11-57-59.mp4']);
  const before = fs.statSync(path.join(recorder.dataDir, files()[0] as string)).mtimeMs;
  hang = false;
  assert.equal((await exports.update(1, { state: 'queued' })).state, 'queued');
  const [job] = await settled();
  assert.deepEqual([job?.state, job?.files.length], ['done', 2]);
  assert.equal(fs.statSync(path.join(recorder.dataDir, 'exports/1/yard_2026-11-22_11-57-59.mp4')).mtimeMs, before);
  await assert.rejects(exports.update(1, { state: 'cancelled' }), { code: 'invalid_request' });
});

test('after a kill -9 it goes on: what was complete stays, leftovers go', async (t) => {
  const recorder = await startRecorded(t);
  const makeExport: MakeExport = (request, options) =>
    request.cameraName === 'garage' ? hangUntilAborted(request, options) : makeWhole(request, options);
  const first = startExports(t, recorder, { makeExport });
  await first.exports.create({ ...bothCameras, to: noon }, '');
  const { published, files } = first;
  await waitFor('the second file is being made', () => published.at(-1)?.partsDone === 1 && files().length > 1);
  await recorder.index.flush();

  // Another process, on what is on the disk now.
  const dataDir = temporaryFolder(t);
  fs.cpSync(recorder.dataDir, dataDir, { recursive: true });
  fs.writeFileSync(path.join(dataDir, 'exports/1/garage_2026-11-22_11-59-00.mp4'), 'named, but not yet entered');
  const again = await startRecorder(t, { now: noon + 1, dataDir, timeZone });
  const made: string[] = [];
  const second = startExports(t, again, {
    makeExport: (request, options) => {
      made.push(request.cameraName);
      return makeWhole(request, options);
    },
  });
  const [job] = await second.settled();
  assert.deepEqual([job?.state, made], ['done', ['garage']]);
  assert.deepEqual(second.files(), [
    'exports/1/garage_2026-11-22_11-59-00.mp4',
    'exports/1/yard_2026-11-22_11-57-59.mp4',
  ]);
});

test('footage that waits to be exported is not cleaned; afterwards it is', async (t) => {
  const recorder = await startRecorded(t);
  const { exports, files } = startExports(t, recorder, { makeExport: hangUntilAborted });
  const { database, clock, logger: log, cameras, volumes, index } = recorder;
  await index.flush();
  await exports.create(yard, '');
  await waitFor('it is being made', () => files().length > 0);
  await cameras.update('yard', { retention: { maxAgeDays: 1, maxSizeBytes: null } });
  clock.now = noon + 2 * 86_400_000;
  const engine = new RetentionEngine({ db: database.db, clock, log, cameras, volumes, index });
  t.after(() => engine.close());
  const left = async () => (await index.footage('yard', { from: 0, to: 1e15 } as never)).segments.map((s) => s.startAt);
  await engine.freeSpaceNow();
  assert.deepEqual(await left(), [noon - 2 * minuteMs], 'the minute that is asked for');
  assert.equal((await index.deleteFootage('yard')).segments, 1, 'also when its camera is removed with all footage');
  await exports.update(1, { state: 'cancelled' });
  await engine.freeSpaceNow();
  assert.deepEqual(await left(), []);
});

test('finished exports go after their days, kept ones stay', async (t) => {
  const recorder = await startRecorded(t);
  const { exports, published, settled, files } = startExports(t, recorder, { expireAfterDays: 2 });
  for (const title of ['goes', 'stays']) await exports.create({ ...yard, title }, '');
  await settled();
  assert.equal((await exports.update(2, { keep: true })).expiresAt, null);
  recorder.clock.now += 2 * 86_400_000;
  await waitFor('the first is removed', async () => (await exports.list()).length === 1);
  assert.deepEqual(files(), ['exports/2/yard_2026-11-22_11-57-59.mp4']);
  const [kept] = await exports.list();
  assert.equal(await recorder.volumes.exportsBytes(recorder.volumes.dataFolder.id), kept?.sizeBytes);
  assert.equal(published.at(-1), null);
  assert.equal((await exports.update(2, { keep: false })).expiresAt, recorder.clock.now + 2 * 86_400_000);
});

test('what is still being recorded: it waits for the pictures that were asked for, not for those to come', async (t) => {
  const recorder = await startRecorder(t, { now: noon, cameras: ['yard'], timeZone });
  await record(recorder, { cameraId: 'yard', stream, startMs: noon - 20_000, repeat: 4, leaveOpen: true });
  const { exports, settled } = startExports(t, recorder);
  const cameraIds = yard.cameraIds;
  const written = await exports.create({ cameraIds, from: noon - 15_000, to: noon - 10_000 }, '');
  await waitFor('that in the file is made', async () => (await exports.get(written.id)).state === 'done');
  const open = await exports.create({ cameraIds, from: noon - 15_000, to: noon + minuteMs }, '');
  const signed = await exports.create({ cameraIds, from: noon - 15_000, to: noon - 10_000, evidence: true }, '');
  assert.equal(open.to, noon + minuteMs);
  assert.equal((await exports.get(open.id)).state, 'queued');
  assert.equal((await exports.get(signed.id)).state, 'queued', 'records are of whole files');
  for (const stop of recorder.onStop.splice(0, 1)) await stop();
  recorder.index.onWorkerLost(['yard']);
  const [, whole] = await settled();
  assert.deepEqual([whole?.state, whole?.files[0]?.to], ['done', noon - 4_000]);
});

test('without room it says how much is needed; a part that fails does not hold up the others', async (t) => {
  const recorder = await startRecorded(t);
  const failures = new Map<string, NvrError>([['garage', new NvrError('pipeline_failed', 'The muxer broke.')]]);
  const makeExport: MakeExport = (request, options) => {
    const failure = failures.get(request.cameraName);
    return failure ? Promise.reject(failure) : makeWhole(request, options);
  };
  const { exports, settled } = startExports(t, recorder, { makeExport });
  await exports.create({ ...bothCameras, cameraIds: ['garage', 'yard'] as never, to: noon }, '');
  const [partly] = await settled();
  assert.deepEqual([partly?.state, partly?.files.length], ['failed', 1]);
  assert.equal(partly?.message, '1 of 2 could not be made. garage: The muxer broke.');

  failures.set('yard', new NvrError('disk_full', 'The disk became full while it was written.'));
  await exports.create(yard, '');
  const [, full] = await settled();
  assert.match(full?.message ?? '', /The disk became full: what is left needs \d.* MB, Data folder has /);

  const { id } = recorder.volumes.dataFolder;
  await recorder.volumes.update(id, { keepFreeBytes: (recorder.volumes.status(id).freeBytes ?? 0) * 2 });
  await exports.create(yard, '');
  const [, , refused] = await settled();
  assert.match(refused?.message ?? '', /need .* MB beside .* Data folder has 0 kB/);
});

test('over HTTP: asked for, listed, fetched whole and resumed, as a ZIP too, removed', async (t) => {
  let started: TestExports | undefined;
  const recorder = await startRecorder(t, {
    ...{ now: noon, cameras: ['yard', 'garage'], timeZone },
    routes: (parts) => {
      const those = startExports(t, parts);
      started = those;
      return (api) => exportRoutes(api, { exports: those.exports });
    },
  });
  await record(recorder, { cameraId: 'yard', stream, startMs: noon - 2 * minuteMs, repeat: 30 });
  await record(recorder, { cameraId: 'garage', stream, startMs: noon - 2 * minuteMs, repeat: 30 });
  const inject = recorder.app.inject.bind(recorder.app);
  const ask = (payload: object) => inject({ method: 'POST', url: '/api/v1/exports', payload });
  const refusals: Array<[payload: object, code: string]> = [
    [{ cameraIds: ['yard'], from: noon, to: noon - 1 }, 'invalid_range'],
    [{ cameraIds: ['yard'], from: noon - 1 }, 'invalid_request'],
    [{ cameraIds: ['yard'], from: 1, to: 2, dates: ['2026-11-22'] }, 'invalid_request'],
    [{ cameraIds: ['yard'], dates: ['2026-11-31'] }, 'invalid_request'],
    [{ cameraIds: ['yard'], from: 1, to: noon }, 'invalid_range'],
    [{ cameraIds: ['yard'], from: noon - 1, to: noon, timelapse: {} }, 'invalid_request'],
    [{ cameraIds: ['nobody'], from: 1, to: 2 }, 'camera_not_found'],
    [{ cameraIds: ['yard'], from: noon + 1, to: noon + 2 }, 'footage_not_found'],
    [{ cameraIds: ['yard'], dates: ['2026-11-21'] }, 'footage_not_found'],
  ];
  for (const [payload, code] of refusals) assert.equal((await ask(payload)).json().code, code, JSON.stringify(payload));

  const asked = await ask({ ...bothCameras, evidence: true });
  assert.equal(asked.statusCode, 201, asked.body);
  const url = String(asked.headers.location);
  assert.equal(asked.json<ExportJob>().madeBy, '127.0.0.1');
  assert.equal((await inject(`${url}/file`)).json().code, 'export_not_done');
  await started?.settled();
  const job = (await inject(url)).json<ExportJob>();
  assert.deepEqual([job.state, job.hasManifest, job.files.length], ['done', true, 2]);
  assert.deepEqual((await inject('/api/v1/exports')).json(), [job]);

  const bytes = fs.readFileSync(path.join(recorder.dataDir, 'exports/1', job.files[0]?.name ?? ''));
  const whole = await inject(`${url}/files/0`);
  assert.deepEqual([whole.statusCode, whole.headers['content-type']], [200, 'video/mp4']);
  assert.equal(whole.headers['content-disposition'], 'attachment; filename="yard_2026-11-22_11-58-00.mp4"');
  assert.ok(whole.rawPayload.equals(bytes));
  await resumes(inject, `${url}/files/0`, bytes);

  const zip = await inject(`${url}/file`);
  assert.equal(zip.headers['content-disposition'], 'attachment; filename="export-1_2026-11-22_11-58-00.zip"');
  assert.equal(Number(zip.headers['content-length']), zip.rawPayload.length);
  await resumes(inject, `${url}/file`, zip.rawPayload);
  const file = path.join(temporaryFolder(t), 'all.zip');
  fs.writeFileSync(file, zip.rawPayload);
  const listing = execFileSync('python3', ['-m', 'zipfile', '-l', file], { encoding: 'utf8' });
  for (const name of [...job.files.map(({ name }) => name), 'evidence.json']) assert.match(listing, new RegExp(name));
  execFileSync('python3', ['-m', 'zipfile', '-t', file]);
  const manifest = await inject(`${url}/manifest`);
  assert.deepEqual(
    manifest.json().files,
    job.files.map(({ name }) => [name, 1]),
  );
  assert.deepEqual(
    started?.files().map((name) => path.basename(name)),
    ['evidence.json', 'garage_2026-11-22_11-58-00.mp4', 'yard_2026-11-22_11-58-00.mp4'],
    'nothing else is left',
  );

  for (const wrong of [`${url}/files/2`, `${url}/files/x`, '/api/v1/exports/99', '/api/v1/exports/99/file']) {
    const answer = await inject(wrong);
    assert.deepEqual([answer.statusCode, answer.json().code], [404, 'export_not_found'], wrong);
  }
  assert.equal((await inject({ method: 'DELETE', url })).statusCode, 204);
  assert.equal(fs.existsSync(path.join(recorder.dataDir, 'exports')), false);
  assert.equal((await inject({ method: 'DELETE', url })).statusCode, 404);
});

/** A download that broke off in the middle is completed byte by byte; of another version it is begun anew. */
async function resumes(inject: TestRecorder['app']['inject'], url: string, bytes: Buffer): Promise<void> {
  const head = await inject({ method: 'HEAD', url });
  const etag = String(head.headers.etag);
  const middle = Math.floor(bytes.length / 2);
  const rest = await inject({ url, headers: { range: `bytes=${middle}-`, 'if-range': etag } });
  assert.deepEqual(
    [rest.statusCode, rest.headers['content-range']],
    [206, `bytes ${middle}-${bytes.length - 1}/${bytes.length}`],
  );
  assert.ok(rest.rawPayload.equals(bytes.subarray(middle)));
  const other = await inject({ url, headers: { range: `bytes=${middle}-`, 'if-range': '"another"' } });
  assert.deepEqual([other.statusCode, other.rawPayload.length], [200, bytes.length]);
}
