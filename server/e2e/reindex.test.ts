// Mostly waits.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import type { Timeline } from '@nightjar/contract';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { framesOf } from '../testing/recorded.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { smallCamera } from '../testing/small-camera.ts';
import { waitFor } from '../testing/wait.ts';

const data = temporaryDataDir();
const copy = temporaryDataDir();
const ids = ['garden', 'gate'];
let cameras: SimulatedCameras;
let recorder: RecorderProcess;
let recordedFrom = 0;
let recordedTo = 0;
/** As the recorder told it while it ran, until `recordedTo`. */
const told = new Map<string, Timeline>();

before(async () => {
  cameras = await startCameras({
    mounts: [
      smallCamera('garden', { video: 'h265', bFrames: 2, secondClip: { width: 160, height: 90, video: 'h265' } }),
      smallCamera('gate', { audio: 'aac', audioDelayMs: 2_000 }),
    ],
  });
  recorder = await RecorderProcess.start({ dataDir: data.path, timeZone: 'Europe/Vienna' });
});

after(async () => {
  await recorder?.[Symbol.asyncDispose]();
  await cameras?.stop();
  for (const folder of [data, copy]) folder[Symbol.dispose]();
});

interface Outcome {
  code: number | null;
  report: { problems: number; findings: Array<{ kind: string; level: string }>; recorderRunning?: boolean };
}

/** `nightjar check` or `nightjar reindex`, as a process of its own. */
function command(name: 'check' | 'reindex', dataDir: string, ...args: string[]): Outcome {
  const script = path.resolve(import.meta.dirname, `../src/${name}.ts`);
  const options = ['--disable-warning=ExperimentalWarning', script, '--data', dataDir, '--json', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, options, { encoding: 'utf8' });
  assert.ok(stdout, `${name}: ${stderr}`);
  return { code: status, report: JSON.parse(stdout) };
}

/** The index, but for what is not in files. */
function indexOf(dataDir: string, ...not: string[]): unknown[] {
  using database = new DatabaseSync(path.join(dataDir, 'nightjar.sqlite'));
  const queries = [
    'SELECT * FROM runs WHERE EXISTS (SELECT 1 FROM segments WHERE run_id = runs.id) ORDER BY id',
    'SELECT * FROM segments ORDER BY run_id, sequence',
  ];
  const rows = queries.flatMap((query) => database.prepare(query).all());
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !not.includes(column))));
}

/** Resolves when each camera has recorded so many frames that begin after `since`. */
async function recordedOn(frames: number, since = Date.now()): Promise<void> {
  for (const id of ids) {
    await recorder.untilRecorded(id, `${frames} frames after ${since}`, (segments) => {
      return framesOf(segments).filter(({ shownAtMs }) => shownAtMs > since).length >= frames;
    });
  }
}

test('two cameras record, with B-frames, late sound, another resolution, a lost connection and a pause', async () => {
  recordedFrom = Date.now();
  for (const id of ids) await recorder.addCamera({ id, name: `Camera ${id}`, source: { url: cameras.url(id) } });
  await recordedOn(45);
  await cameras.fault('garden', 'resolution');
  const until = Date.now() + 3_000;
  await recorder.updateCamera('gate', { recording: { override: { record: false, until } } });
  await recorder.untilRecorded('garden', 'a small picture', (segments) =>
    segments.some(({ scan, frames }) => scan.video.width === 160 && frames.length > 15),
  );
  await recordedOn(15, until);
  await cameras.fault('garden', 'drop');
  await recordedOn(30);
  const { code, report } = command('check', data.path, '--full');
  assert.deepEqual([code, report.problems, report.recorderRunning], [0, 0, true], JSON.stringify(report.findings));
  recordedTo = Date.now();
  await recordedOn(15);
  // What is told of that time does not change any more once it is on disk.
  for (const id of ids) {
    const timeline = await waitFor('the timeline is complete', async () => {
      const now = await recorder.timeline(id, recordedFrom, recordedTo);
      return (now.spans.at(-1)?.to ?? 0) >= recordedTo && now;
    });
    told.set(id, timeline);
  }
  assert.equal(await recorder.stop(), 0, recorder.log);
  cpSync(data.path, copy.path, { recursive: true, preserveTimestamps: true });
});

test('when it has stopped, files, boxes, pictures and rows agree', () => {
  const { code, report } = command('check', data.path, '--media');
  assert.deepEqual([code, report.problems, report.recorderRunning], [0, 0, false], JSON.stringify(report.findings));
});

test('with its database deleted, reindexing finds every run and segment as it was', async () => {
  const original = indexOf(data.path, 'id');
  for (const name of readdirSync(data.path)) if (name.startsWith('nightjar.sqlite')) rmSync(path.join(data.path, name));
  const { code, report } = command('reindex', data.path);
  assert.deepEqual([code, report.findings], [0, []]);
  assert.deepEqual(indexOf(data.path, 'id'), original);
  recorder = await RecorderProcess.start({ dataDir: data.path, timeZone: 'Europe/Vienna' });
  for (const id of ids) {
    const source = { url: cameras.url(id) };
    await recorder.addCamera({ id, name: id, source, recording: { mode: 'off' } });
    const { spans } = await recorder.timeline(id, recordedFrom, recordedTo);
    assert.deepEqual(spans, told.get(id)?.spans);
  }
  await recorder.stop();
});

test('with its database kept, reindexing changes nothing that can be seen', async () => {
  const original = indexOf(copy.path);
  const { code, report } = command('reindex', copy.path);
  assert.deepEqual([code, report.findings], [0, []]);
  assert.deepEqual(indexOf(copy.path), original);
  recorder = await RecorderProcess.start({ dataDir: copy.path, timeZone: 'Europe/Vienna' });
  for (const id of ids) assert.deepEqual(await recorder.timeline(id, recordedFrom, recordedTo), told.get(id));
  await recorder.stop();
});
