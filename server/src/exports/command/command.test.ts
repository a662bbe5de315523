import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { record, startRecorder, temporaryFolder } from '../../../testing/recorder.ts';
import { makeStream, type TestStream } from '../../../testing/streams.ts';
import { remuxFiles } from '../../media/remux/remux-files.ts';
import { systemClock } from '../../shared/clock.ts';
import { readMoment } from './moments.ts';
import { readCommand } from './options.ts';
import { type RunParts, runExport } from './run.ts';

const timeZone = 'Europe/Vienna';
const noon = Date.parse('2026-11-22T11:00:00Z');

test('times are read by the clock of the recorder, or with an offset', () => {
  const times: Array<[text: string, iso: string | null]> = [
    ['2026-11-22 14:03', '2026-11-22T13:03:00.000Z'],
    ['2026-11-22T14:03:22.5', '2026-11-22T13:03:22.500Z'],
    ['2026-07-22 14:03:22', '2026-07-22T12:03:22.000Z'],
    ['2026-11-22T14:03:22Z', '2026-11-22T14:03:22.000Z'],
    ['2026-11-22 14:03+0530', '2026-11-22T08:33:00.000Z'],
    ['2026-11-22', '2026-11-21T23:00:00.000Z'],
    ['1795356180000', '2026-11-22T14:03:00.000Z'],
    ['2026-10-25 02:30', '2026-10-25T00:30:00.000Z'],
    ['2026-11-31 14:03', null],
    ['2026-11-22 25:03', null],
    ['14:03', null],
    ['yesterday', null],
  ];
  for (const [text, iso] of times) {
    const at = readMoment(text, timeZone);
    assert.equal(at && new Date(at).toISOString(), iso, text);
  }
});

const range = ['--from', '2026-11-22 12:00', '--to', '2026-11-22 12:01'];

test('what is asked for is read from the options; the file type from the name', () => {
  const args = ['--camera', 'yard', ...range, '--exact', '--no-sound', '--timelapse-speed', '60x', '--out', 'a.MKV'];
  assert.deepEqual(readCommand(args, timeZone), {
    wish: {
      cameraIds: ['yard'],
      ...{ from: noon, to: noon + 60_000, format: 'mkv', times: 'subtitle', stream: 'main', cut: 'exact' },
      ...{ sound: false, evidence: false, timelapse: { speed: 60 } },
    },
    ...{ out: 'a.MKV', data: null, force: false },
  });
  assert.equal(readCommand(['--help'], timeZone), 'help');
});

test('mistakes are told in one line that names the option', () => {
  const mistakes: Array<[args: string[], line: RegExp]> = [
    [['--camera', 'yard', ...range], /^--out is needed/],
    [[...range, '--out', 'a.mp4'], /^--camera is needed/],
    [['--camera', 'yard', '--out', 'a.mp4'], /^--from and --to are needed/],
    [['--camera', 'yard', ...range, '--date', '2026-11-22', '--out', 'a'], /^either --date/],
    [['--camera', 'yard', '--from', 'noon', '--to', '1', '--out', 'a'], /^--from is a time such as .*, not 'noon'$/],
    [['--camera', 'Yard!', ...range, '--out', 'a'], /^--camera: /],
    [['--camera', 'yard', ...range, '--out', 'a', '--format', 'avi'], /^--format: /],
    [['--camera', 'yard', ...range, '--out', 'a', '--timelapse-speed', 'fast'], /^--timelapse-speed: /],
    [['--camera', 'yard', ...range, '--out', 'a', '--timelapse-speed', '1', '--timelapse-length', '1'], /^either /],
    [['--camera', 'yard', ...range, '--out', 'a', '--speed', '3'], /^Unknown option '--speed'; see --help$/],
    [['--camera'], /^Option '--camera <value>' argument missing/],
  ];
  for (const [args, message] of mistakes) {
    assert.throws(() => readCommand(args, timeZone), { name: 'CommandError', message }, args.join(' '));
  }
});

let stream: TestStream;
before(async () => {
  stream = await makeStream({ seconds: 4, gopFrames: 25, audio: 'mono' });
});

/** Runs the command on a data folder, in this process, without cutting. */
async function run(t: TestContext, dataDir: string, args: string[], parts: Partial<RunParts> = {}) {
  const command = readCommand(args, timeZone);
  assert.ok(command !== 'help');
  const printed: string[] = [];
  const told: string[] = [];
  await runExport(command, {
    ...{ dataDir, timeZone, clock: systemClock, signal: t.signal, log: { debug() {}, warn() {} } },
    signManifest: async ({ files }) => ({ files: files.map(({ name }) => name) }),
    print: (line) => printed.push(line),
    err: { write: (text) => told.push(text) },
    async makeExport({ format, ranges, target }, { onProgress }) {
      const files = await remuxFiles({ format, ranges, target }, { onProgress });
      const facts = { encodedFrames: 0, subtitles: false, sha256: '', crc32: 0, pieces: [] };
      return files.map((file) => ({ ...file, ...facts, durationMs: file.toMs - file.fromMs }));
    },
    ...parts,
  });
  return { printed, told };
}

test('files are made beside a running recorder, and from what it left; nothing of it is changed', async (t) => {
  const recorder = await startRecorder(t, { now: noon + 120_000, cameras: ['yard', 'garage'], timeZone });
  await record(recorder, { cameraId: 'yard', stream, startMs: noon, repeat: 30 });
  await recorder.index.flush();
  const out = temporaryFolder(t);
  const file = path.join(out, 'yard.mp4');
  const running = await run(t, recorder.dataDir, ['--camera', 'yard', ...range, '--out', file, '--evidence']);
  assert.match(running.printed[0] ?? '', /yard\.mp4: .* MB, 1,500 pictures, 60 s$/);
  assert.deepEqual(fs.readdirSync(out), ['yard.evidence.json', 'yard.mp4']);

  // What is there is not replaced unawares, and what was made for it does not stay.
  const again = run(t, recorder.dataDir, ['--camera', 'yard', ...range, '--out', file]);
  await assert.rejects(again, /yard\.mp4 is there already; --force replaces it/);
  await run(t, recorder.dataDir, ['--camera', 'yard', ...range, '--out', file, '--force']);
  assert.deepEqual(fs.readdirSync(out), ['yard.evidence.json', 'yard.mp4']);

  // A file that somebody has removed leaves a gap.
  fs.rmSync(
    fs
      .globSync('recordings/yard/**/*.mp4', { cwd: recorder.dataDir })
      .map((name) => path.join(recorder.dataDir, name))
      .sort()[1] as string,
  );
  const gap = await run(t, recorder.dataDir, ['--camera', 'yard', '--date', '2026-11-22', '--out', `${out}/gap/`]);
  assert.match(gap.printed[0] ?? '', /1,500 pictures/);

  await recorder.stop();
  const before = fs.globSync('**/*', { cwd: recorder.dataDir });
  const days = ['--date', '2026-11-22', '--date', '2026-11-21', '--out', `${out}/days/`];
  const { told } = await run(t, recorder.dataDir, ['--camera', 'yard', '--camera', 'garage', ...days]);
  assert.deepEqual(fs.readdirSync(path.join(out, 'days')), ['yard_2026-11-22_12-00-00.mp4']);
  assert.deepEqual(
    told.filter((line) => line.startsWith('Nothing')),
    [
      'Nothing is recorded of yard on 2026-11-21.\n',
      'Nothing is recorded of garage on 2026-11-21.\n',
      'Nothing is recorded of garage on 2026-11-22.\n',
    ],
  );
  assert.deepEqual(fs.globSync('**/*', { cwd: recorder.dataDir }), before);
});

test('interrupted it leaves nothing half made; wrong wishes are told', async (t) => {
  const recorder = await startRecorder(t, { now: noon + 120_000, cameras: ['yard'], timeZone });
  await record(recorder, { cameraId: 'yard', stream, startMs: noon, repeat: 2 });
  await recorder.index.flush();
  const out = temporaryFolder(t);
  const stop = new AbortController();
  const args = ['--camera', 'yard', ...range, '--out', `${out}/`];
  const cut = run(t, recorder.dataDir, args, {
    signal: stop.signal,
    makeExport: async ({ target }, { signal }) => {
      fs.writeFileSync(target, 'half a file');
      stop.abort(new Error('Ctrl-C'));
      throw signal.reason;
    },
  });
  await assert.rejects(cut, /Ctrl-C/);
  assert.deepEqual(fs.readdirSync(out), []);

  const refused = (args: string[], message: RegExp) => assert.rejects(run(t, recorder.dataDir, args), { message });
  await refused(['--camera', 'nobody', ...range, '--out', out], /no camera "nobody" here\. There are: yard\./);
  await refused(['--camera', 'yard', '--date', '2026-11-20', '--out', out], /Nothing of it is recorded/);
  await refused(
    ['--camera', 'yard', '--date', '2026-11-20', '--date', '2026-11-21', '--out', `${out}/a.mp4`],
    /must be a folder/,
  );
  await refused(['--camera', 'yard', ...range, '--out', '/nowhere/a.mp4'], /there is no folder \/nowhere/);
  await assert.rejects(run(t, out, ['--camera', 'yard', ...range, '--out', out]), /no recorder's data in/);
});
