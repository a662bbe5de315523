import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import type { UnixMs } from '@nightjar/contract';
import { record, startRecorder, type TestRecorder } from '../../../testing/recorder.ts';
import { makeStream, type TestStream } from '../../../testing/streams.ts';
import { readInit, samplesOf } from '../../media/fmp4/index.ts';

const run = promisify(execFile);
const origin = 1_795_353_600_000;
const at = (seconds: number) => (origin + seconds * 1_000) as UnixMs;
const api = '/api/v1/cameras/yard/playback';
let sounding: TestStream;
let reordered: TestStream;
let hevc: TestStream;

before(async () => {
  sounding = await makeStream({ seconds: 4, gopFrames: 25, audio: 'stereo' });
  reordered = await makeStream({ seconds: 4, gopFrames: 50, width: 480, height: 272, bFrames: 2 });
  hevc = await makeStream({ seconds: 4, gopFrames: 25, codec: 'h265' });
});

const start = (t: TestContext) => startRecorder(t, { now: at(0), cameras: ['yard'] });

const get = ({ app }: TestRecorder, url: string) => app.inject(url.startsWith('/') ? url : `${api}/${url}`);

const fastUrl = (from: number, to: number, speed: number, more = '') =>
  `fast.m3u8?from=${at(from)}&to=${at(to)}&speed=${speed}${more}`;

interface Listed {
  url: string;
  wall: [number, number];
  seconds: number;
}

async function fragmentsOf(recorder: TestRecorder, url: string): Promise<{ fragments: Listed[]; maps: string[] }> {
  const { body, statusCode } = await get(recorder, url);
  assert.equal(statusCode, 200, body);
  const tags = /^#EXT-X-NIGHTJAR-WALL:(\d+),(\d+)\n#EXTINF:([\d.]+),\n(\S+)$/gm;
  const fragments = [...body.matchAll(tags)].map(([, begin, end, length, uri = '']): Listed => {
    return { url: uri, wall: [Number(begin) - origin, Number(end) - origin], seconds: Number(length) };
  });
  return { fragments, maps: [...body.matchAll(/^#EXT-X-MAP:URI="([^"]+)"$/gm)].map(([, uri = '']) => uri) };
}

/** Presentation times that ffmpeg decodes from a playlist over HTTP, seconds; and what it complains about. */
async function decode({ app }: TestRecorder, url: string): Promise<{ times: number[]; complaints: string }> {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as { port: number };
  const input = `http://127.0.0.1:${port}${api}/${url}`;
  const options = ['-v', 'warning', '-i', input, '-show_entries', 'frame=pts_time', '-of', 'csv=p=0'];
  const { stdout, stderr } = await run('ffprobe', options, { timeout: 60_000 });
  return {
    times: stdout.match(/[\d.]+/g)?.map(Number) ?? [],
    complaints: stderr,
  };
}

test('ffmpeg plays the keyframes alone, each at its time, without sound or a warning', async (t) => {
  const recorder = await start(t);
  await record(recorder, { cameraId: 'yard', stream: sounding, startMs: at(0), repeat: 16 });
  const { times, complaints } = await decode(recorder, fastUrl(0, 64, 8));
  assert.equal(complaints, '');
  assert.deepEqual(
    times,
    Array.from({ length: 64 }, (_, second) => second / 8),
  );
  const { fragments } = await fragmentsOf(recorder, fastUrl(0, 64, 8));
  assert.deepEqual(
    fragments.map(({ wall }) => wall),
    [
      [0, 16_000],
      [16_000, 32_000],
      [32_000, 48_000],
      [48_000, 64_000],
    ],
  );
});

test('a picture is the recorded one, byte for byte, and lasts until the next; backwards too', async (t) => {
  const recorder = await start(t);
  await record(recorder, { cameraId: 'yard', stream: reordered, startMs: at(0), repeat: 4 });
  const recorded = reordered.units.filter(({ track, unit }) => track === 'video' && unit.keyframe);
  for (const [more, walls] of [
    ['', [[0, 16_000]]],
    ['&reverse=true', [[16_000, 0]]],
  ] as const) {
    const { fragments, maps } = await fragmentsOf(recorder, fastUrl(0, 60, 8, more));
    assert.deepEqual(
      fragments.map(({ wall: [begin, end] }) => [Math.round(begin / 1_000) * 1_000, Math.round(end / 1_000) * 1_000]),
      walls,
    );
    assert.equal(maps.length, 1);
    const samples = samplesOf((await get(recorder, fragments[0]?.url ?? '')).rawPayload);
    assert.equal(samples.length, 8);
    assert.ok(samples.every(({ track, keyframe, pts, dts }) => track === 'video' && keyframe && pts === dts));
    const expected = recorded.map(({ unit }) => unit.data);
    if (more !== '') expected.reverse();
    for (const [index, { data }] of samples.entries()) {
      assert.ok(data.equals(expected[index % expected.length] as Buffer), `picture ${index}`);
    }
    for (const [index, { dts, duration }] of samples.entries()) {
      const next = samples[index + 1];
      if (next) assert.equal(dts + duration, next.dts);
    }
    assert.equal((await decode(recorder, fastUrl(0, 60, 8, more))).times.length, 8);
  }
});

test('H.265 after H.264, with a gap between: a map each, no sound track, all pictures', async (t) => {
  const recorder = await start(t);
  await record(recorder, { cameraId: 'yard', stream: sounding, startMs: at(0), repeat: 2 });
  await record(recorder, { cameraId: 'yard', stream: sounding, startMs: at(8.5), repeat: 2 });
  await record(recorder, { cameraId: 'yard', stream: hevc, startMs: at(60), repeat: 2 });
  const { fragments, maps } = await fragmentsOf(recorder, fastUrl(0, 100, 16));
  assert.deepEqual(
    fragments.map(({ wall }) => wall),
    [
      [0, 16_500],
      [60_000, 64_000],
      [64_000, 68_000],
    ],
  );
  assert.equal(maps.length, 2, 'none for a run that is decoded as the one before it');
  const configs = [];
  for (const map of maps) configs.push(readInit((await get(recorder, map)).rawPayload));
  assert.deepEqual(
    configs.map(({ video, audio }) => [video.codec, audio]),
    [
      ['h264', null],
      ['h265', null],
    ],
  );
  const counts = [];
  for (const { url } of fragments) counts.push(samplesOf((await get(recorder, url)).rawPayload).length);
  assert.deepEqual(counts, [10, 3, 2], 'of keyframes every second, one in 1.6 s at most');
});

test('what is being recorded is played up to its newest chunk', async (t) => {
  const recorder = await start(t);
  await record(recorder, { cameraId: 'yard', stream: sounding, startMs: at(0), repeat: 4, leaveOpen: true });
  const { fragments } = await fragmentsOf(recorder, fastUrl(0, 3_600, 8));
  const [last] = fragments.slice(-1);
  assert.equal(last?.wall[1], 16_000);
  assert.equal((await decode(recorder, fastUrl(0, 3_600, 8))).times.length, 16);
});

test('footage that goes while it is played: its pictures are missing, the rest goes on', async (t) => {
  const recorder = await start(t);
  await record(recorder, { cameraId: 'yard', stream: sounding, startMs: at(0), repeat: 45 });
  const { fragments } = await fragmentsOf(recorder, fastUrl(0, 180, 64));
  assert.deepEqual(
    fragments.map(({ wall }) => wall[0]),
    [0, 128_000],
  );
  const { segments } = await recorder.index.footage('yard', { from: at(0), to: at(200) });
  rmSync(recorder.index.fileOf(segments[1] as (typeof segments)[number]));
  const torn = await get(recorder, fragments[0]?.url ?? '');
  assert.equal(torn.statusCode, 200);
  assert.equal(torn.headers['cache-control'], 'no-store');
  const whole = samplesOf(torn.rawPayload);
  assert.equal(
    whole.reduce((sum, { duration }) => sum + duration, 0),
    2 * 90_000,
    'no hole in what is played',
  );
  for (const segment of segments) rmSync(recorder.index.fileOf(segment), { force: true });
  const gone = await get(recorder, fragments[1]?.url ?? '');
  assert.deepEqual([gone.statusCode, gone.json().code], [404, 'footage_not_found']);
});

test('what is no fragment of a playlist is not found; a range or a speed that cannot be, is refused', async (t) => {
  const recorder = await start(t);
  await record(recorder, { cameraId: 'yard', stream: sounding, startMs: at(0), repeat: 2 });
  const { fragments } = await fragmentsOf(recorder, fastUrl(0, 8, 8));
  const folder = path.posix.dirname(fragments[0]?.url ?? '');
  for (const name of ['x', '8-0-1.m4s', `9-${at(0)}-${at(8)}-0.m4s`, `8-${at(0)}-${at(0)}-0.m4s`, '8-1-2-3.m4s']) {
    const { statusCode, body } = await get(recorder, `${folder}/${name}`);
    assert.equal(statusCode, 404, `${name}: ${body}`);
  }
  const endless = await get(recorder, `${folder}/8-${at(0)}-999999999999999-0.m4s`);
  assert.ok(endless.rawPayload.length < 1_000_000);
  assert.equal((await get(recorder, 'fast/1/init.mp4')).statusCode, 404);
  const refusals = [];
  for (const url of [fastUrl(0, 8, 7), fastUrl(8, 0, 8), fastUrl(0, 3 * 86_400, 8), fastUrl(100, 200, 8)]) {
    refusals.push((await get(recorder, url)).json().code);
  }
  assert.deepEqual(refusals, ['invalid_request', 'invalid_range', 'invalid_range', 'footage_not_found']);
});
