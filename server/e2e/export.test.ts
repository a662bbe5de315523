import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { ExportCreate, ExportJob } from '@nightjar/contract';
import { readFrameNumber } from '../testing/camera/read-picture.ts';
import { drawnStream, layDrawnFootage } from '../testing/drawn-footage.ts';
import { greyPictures, runTool } from '../testing/media-tools.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { waitFor } from '../testing/wait.ts';

const fps = 25;
const frameMs = 1_000 / fps;
const size = { width: 160, height: 90 };
const loopFrames = 10 * fps;
/** A full minute three days ago. */
const t0 = Math.floor(Date.now() / 60_000) * 60_000 - 3 * 86_400_000;
/** In the middle of groups of pictures, and over the end of the first loop. */
const range = { from: t0 + 87 * frameMs, to: t0 + 301 * frameMs };
const data = temporaryDataDir();
let recorder: RecorderProcess;

before(async () => {
  const common = { ...size, path: 'any', fps, gopFrames: fps, loopSeconds: 10 };
  const [plain, reordered] = [await drawnStream(common), await drawnStream({ ...common, bFrames: 2 })];
  await layDrawnFootage(data.path, [
    { cameraId: 'door', stream: plain, startMs: t0, repeat: 3 },
    { cameraId: 'yard', stream: reordered, startMs: t0, repeat: 3 },
  ]);
  recorder = await RecorderProcess.start({ dataDir: data.path });
});

after(async () => {
  await recorder?.stop();
  data[Symbol.dispose]();
});

/** Made, downloaded: the first camera's file. */
async function exported(wish: Partial<ExportCreate>): Promise<{ job: ExportJob; files: string[] }> {
  const body = { cameraIds: ['door'], ...range, ...wish };
  const made = await recorder.call<ExportJob>('POST', '/exports', body);
  const job = await waitFor('the export', async () => {
    const now = await recorder.call<ExportJob>('GET', `/exports/${made.id}`);
    assert.notEqual(now.state, 'failed', now.message ?? '');
    return now.state === 'done' && now;
  });
  const files = job.files.map(({ name }) => path.join(data.path, `${job.id}-${name}`));
  for (const { index } of job.files) {
    const answer = await fetch(`${recorder.url}/api/v1/exports/${job.id}/files/${index}`);
    fs.writeFileSync(files[index] ?? '', Buffer.from(await answer.arrayBuffer()));
  }
  return { job, files };
}

/** Numbers that the pictures of a file show, in the order shown. */
async function numbersIn(file = ''): Promise<Array<number | null>> {
  return (await greyPictures(file, 1_000, size)).map(readFrameNumber);
}

/** Those of the frames `[first, end)` since `t0`. */
const numbersOf = (first: number, end: number): number[] =>
  Array.from({ length: end - first }, (_, at) => (first + at) % loopFrames);

for (const format of ['mp4', 'mkv', 'ts'] as const) {
  test(`${format}, cut exactly: the very frames asked for of two cameras, by the numbers in their pictures`, async () => {
    const { job, files } = await exported({ cameraIds: ['door', 'yard'], format, cut: 'exact' });
    const videos = job.files.filter(({ subtitles }) => !subtitles);
    assert.deepEqual(
      videos.map(({ cameraId, from, to, videoFrames }) => ({ cameraId, from, to, videoFrames })),
      ['door', 'yard'].map((cameraId) => ({ cameraId, ...range, videoFrames: 214 })),
    );
    for (const { index, encodedFrames } of videos) {
      assert.deepEqual(await numbersIn(files[index]), numbersOf(87, 301));
      // From frame 87 to the next group at 100; with B-frames perhaps the few at the end, too.
      assert.ok(encodedFrames >= 13 && encodedFrames <= 16, `${encodedFrames} encoded anew`);
    }
  });
}

test('cut at a keyframe: from the one before, nothing is encoded anew', async () => {
  const { job, files } = await exported({});
  assert.deepEqual([job.files[0]?.from, job.files[0]?.encodedFrames], [t0 + 75 * frameMs, 0]);
  assert.deepEqual(await numbersIn(files[0]), numbersOf(75, 301));
});

test('the subtitles tell the recording time of the pictures that they lie under', async () => {
  const { files } = await exported({ cut: 'exact', times: 'subtitle' });
  const text = (
    await runTool('ffmpeg', ['-v', 'error', '-i', files[0] ?? '', '-map', '0:s', '-f', 'srt', '-'])
  ).toString();
  const cues = [...text.matchAll(/00:00:(\d\d),(\d{3}) --> .*\n(.*)/g)];
  assert.equal(cues.length, 10, text);
  for (const [, seconds, ms, words = ''] of cues) {
    const told = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)/.exec(words);
    const toldMs = Date.parse(`${told?.[1]}T${told?.[2]}Z`);
    const wallMs = range.from + Number(seconds) * 1_000 + Number(ms);
    // The first begins within its second, all others with theirs.
    assert.ok(
      wallMs - toldMs >= 0 && wallMs - toldMs < (wallMs === range.from ? 1_000 : frameMs),
      `${words} at ${seconds},${ms}`,
    );
  }
});

test('burned in and exact: every picture is there once, at its time', async () => {
  const { job, files } = await exported({ times: 'burned' });
  const [file] = job.files;
  assert.deepEqual([file?.videoFrames, file?.encodedFrames, file?.from, file?.to], [214, 214, range.from, range.to]);
  assert.equal((await greyPictures(files[0] ?? '', 1_000, size)).length, 214);
});

test('a timelapse of given length lasts that long, of keyframes as they were recorded', async () => {
  const whole = { from: t0, to: t0 + 30_000 };
  const { job, files } = await exported({ ...whole, timelapse: { lengthSeconds: 2 } });
  const [file] = job.files;
  assert.ok(Math.abs((file?.durationMs ?? 0) - 2_000) <= 100, `${file?.durationMs} ms`);
  assert.equal(file?.encodedFrames, 0);
  const numbers = await numbersIn(files[0]);
  assert.ok(numbers.length >= 20, `${numbers.length} pictures`);
  assert.deepEqual(
    numbers.filter((number) => number === null || number % fps !== 0),
    [],
  );
});
