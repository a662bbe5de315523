import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import type { UnixMs } from '@nightjar/contract';
import { record, startRecorder, type TestRecorder } from '../../testing/recorder.ts';
import { makeStream, type TestStream } from '../../testing/streams.ts';
import { samplesOf } from '../media/fmp4/index.ts';

const run = promisify(execFile);
const noon = Date.parse('2026-11-22T12:00:00Z');
const at = (seconds: number) => (noon + seconds * 1_000) as UnixMs;
let stream: TestStream;
let other: TestStream;
let mute: TestStream;

before(async () => {
  stream = await makeStream({ seconds: 4, gopFrames: 25, audio: 'stereo' });
  other = await makeStream({ seconds: 4, gopFrames: 50, width: 480, height: 272, bFrames: 2, audio: 'mono' });
  mute = await makeStream({ seconds: 4, gopFrames: 25, bFrames: 2 });
});

const api = '/api/v1/cameras/yard';
const get = ({ app }: TestRecorder, url: string, headers: Record<string, string> = {}) =>
  app.inject({ url: url.startsWith('/') ? url : `${api}/${url}`, headers });

const mediaUrl = (from: number, to: number) => `playback/media.m3u8?from=${at(from)}&to=${at(to)}`;

const startWithFootage = async (t: TestContext, repeat = 16): Promise<TestRecorder> => {
  const recorder = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  await record(recorder, { cameraId: 'yard', stream, startMs: at(0), repeat });
  recorder.clock.now = at(repeat * 4 + 1);
  return recorder;
};

const address = async ({ app }: TestRecorder): Promise<string> => {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 });
  return `http://127.0.0.1:${(app.server.address() as { port: number }).port}${api}`;
};

/** Frames that ffmpeg reads. It ignores discontinuities, and discards some frames when times run backwards there. */
async function countFrames(recorder: TestRecorder, url: string): Promise<number> {
  const input = `${await address(recorder)}/${url}`;
  const args = ['-v', 'error', '-count_packets', '-select_streams', 'v', '-show_entries', 'stream=nb_read_packets'];
  const { stdout } = await run('ffprobe', [...args, '-of', 'csv=p=0', input], { timeout: 60_000 });
  return Number(stdout.trim().split('\n')[0]);
}

/** Frames that ffmpeg decodes from a playlist over HTTP, and whatever it complains about. */
async function decode(recorder: TestRecorder, url: string): Promise<{ frames: number; complaints: string }> {
  const input = `${await address(recorder)}/${url}`;
  const args = [
    '-nostdin',
    '-v',
    'warning',
    '-i',
    input,
    '-map',
    '0:v',
    '-fps_mode',
    'passthrough',
    '-f',
    'null',
    '-progress',
    '-',
    '-',
  ];
  const { stdout, stderr } = await run('ffmpeg', args, { timeout: 60_000 });
  const frames = [...stdout.matchAll(/^frame=(\d+)$/gm)].at(-1)?.[1];
  return { frames: Number(frames), complaints: stderr };
}

test('ffmpeg plays every frame of a recorded minute, across files, without a warning', async (t) => {
  const recorder = await startWithFootage(t);
  const { frames, complaints } = await decode(recorder, `playback.m3u8?from=${at(0)}&to=${at(64)}`);
  assert.equal(complaints, '');
  assert.equal(frames, 64 * 25);
});

test('ffmpeg plays part of a recording from the keyframe before it', async (t) => {
  const recorder = await startWithFootage(t);
  const { frames, complaints } = await decode(recorder, mediaUrl(58.5, 61.9));
  assert.equal(complaints, '');
  assert.equal(frames, 99, 'from 58 s to the end of the chunk that reaches 61.96 s');
});

test('a gap is left out', async (t) => {
  const recorder = await startWithFootage(t, 1);
  await record(recorder, { cameraId: 'yard', stream, startMs: at(20) });
  const playlist = (await get(recorder, mediaUrl(0, 60))).body;
  assert.match(
    playlist,
    /#EXT-X-DISCONTINUITY\n#EXT-X-MAP:[^\n]+\n#EXT-X-PROGRAM-DATE-TIME:2026-11-22T12:00:20.000Z\n/,
  );
  assert.equal(await countFrames(recorder, mediaUrl(0, 60)), 200);
  assert.equal((await get(recorder, mediaUrl(5, 19))).json().code, 'footage_not_found');
});

test('two runs with different codecs: each file is what its init segment says', async (t) => {
  const recorder = await startWithFootage(t, 1);
  await record(recorder, { cameraId: 'yard', stream: other, startMs: at(4) });
  const multivariant = await get(recorder, `playback.m3u8?from=${at(0)}&to=${at(60)}`);
  assert.match(multivariant.body, /CODECS="avc1\.\w{6},mp4a\.40\.2,avc1\.\w{6}",RESOLUTION=480x272/);
  assert.equal(multivariant.headers['content-type'], 'application/vnd.apple.mpegurl');
  const playlist = (await get(recorder, mediaUrl(0, 60))).body;
  const sizes = [...playlist.matchAll(/#EXT-X-MAP:URI="([^"]+)",BYTERANGE="(\d+)@0"/g)];
  assert.equal(sizes.length, 2);
  for (const [, uri, length] of sizes) {
    const init = await get(recorder, path.posix.join(api, 'playback', uri ?? ''), {
      range: `bytes=0-${Number(length) - 1}`,
    });
    assert.equal(init.statusCode, 206);
    assert.equal(init.rawPayload.length, Number(length));
    assert.equal(init.rawPayload.toString('latin1', 4, 8), 'ftyp');
  }
  assert.equal((await decode(recorder, mediaUrl(4, 60))).frames, 100);
});

test('a run without sound, played beside one with sound, gets silence; alone it stays as it is', async (t) => {
  const recorder = await startWithFootage(t, 1);
  await record(recorder, { cameraId: 'yard', stream: mute, startMs: at(10), repeat: 2 });
  const playlist = (await get(recorder, mediaUrl(0, 60))).body;
  assert.doesNotMatch(playlist, /BYTERANGE/);
  const all = [...playlist.matchAll(/parts\/\d+\/[\w.-]+/g)].map(([uri]) => `playback/${uri}`);
  const uris = all.slice(all.findLastIndex((uri) => uri.endsWith('init.mp4')));
  assert.deepEqual([all.length - uris.length, uris.length], [1 + 1, 1 + 2], 'init segment and parts of each run');
  const parts = await Promise.all(uris.map(async (uri) => (await get(recorder, uri)).rawPayload));
  const file = path.join(recorder.dataDir, 'silent.mp4');
  fs.writeFileSync(file, Buffer.concat(parts));
  const args = [
    '-v',
    'warning',
    '-count_frames',
    '-show_entries',
    'stream=codec_type,nb_read_frames',
    '-of',
    'csv=p=0',
  ];
  const { stdout, stderr } = await run('ffprobe', [...args, file]);
  assert.equal(stderr, '');
  assert.deepEqual(stdout.trim().split('\n'), ['video,200', `audio,${Math.ceil((8 * 16_000) / 1_024)}`]);
  const untouched = await get(recorder, all[1] ?? '');
  assert.equal(samplesOf(untouched.rawPayload).filter(({ track }) => track === 'video').length, 100);
  assert.equal(await countFrames(recorder, mediaUrl(0, 60)), 300);
  assert.doesNotMatch((await get(recorder, mediaUrl(10, 60))).body, /parts/);
  const wrong = uris.slice(1).map((uri) => uri.replace(/(\d+)\.m4s$/, (_, size) => `${Number(size) - 1}.m4s`));
  for (const uri of [...wrong, 'playback/parts/1/init.mp4', 'playback/parts/1/0-10.m4s']) {
    assert.equal((await get(recorder, uri)).statusCode, 404, uri);
  }
});

test('a segment that still grows plays as far as it is written', async (t) => {
  const recorder = await startRecorder(t, { now: at(4), cameras: ['yard'] });
  const { messages } = await record(recorder, { cameraId: 'yard', stream, startMs: at(0), leaveOpen: true });
  assert.equal(messages.at(-1)?.type, 'chunk-written');
  const { frames, complaints } = await decode(recorder, mediaUrl(0, 60));
  assert.equal(complaints, '');
  assert.equal(frames, 100);
  const [uri] = (await get(recorder, mediaUrl(0, 60))).body.match(/segments\/\d+\.mp4/) ?? [];
  const file = await get(recorder, uri ?? '');
  assert.equal(file.headers['cache-control'], 'no-store');
  const [segment] = (await recorder.index.footage('yard', { from: at(0), to: at(60) })).segments;
  assert.ok(segment);
  // A chunk that is on its way to the disk.
  fs.appendFileSync(recorder.index.fileOf(segment), Buffer.alloc(5_000));
  assert.equal((await get(recorder, uri ?? '')).rawPayload.length, segment.sizeBytes);
});

async function firstFile(recorder: TestRecorder): Promise<{ url: string; bytes: Buffer; file: string }> {
  const [segment] = (await recorder.index.footage('yard', { from: at(0), to: at(60) })).segments;
  assert.ok(segment);
  const file = recorder.index.fileOf(segment);
  return { url: `segments/${segment.id}.mp4`, bytes: fs.readFileSync(file), file };
}

test('a file is served whole or in part, with validators', async (t) => {
  const recorder = await startWithFootage(t, 1);
  const { url, bytes } = await firstFile(recorder);
  const whole = await get(recorder, url);
  assert.equal(whole.statusCode, 200);
  assert.deepEqual(whole.rawPayload, bytes);
  const { etag = '', ...headers } = whole.headers;
  assert.equal(headers['content-type'], 'video/mp4');
  assert.equal(headers['accept-ranges'], 'bytes');
  assert.equal(headers['cache-control'], 'private, max-age=31536000, immutable');
  assert.equal(headers['content-length'], String(bytes.length));
  assert.equal(headers['content-encoding'], undefined);

  const part = await get(recorder, url, { range: 'bytes=100-199', 'accept-encoding': 'gzip' });
  assert.equal(part.statusCode, 206);
  assert.equal(part.headers['content-range'], `bytes 100-199/${bytes.length}`);
  assert.deepEqual(part.rawPayload, bytes.subarray(100, 200));

  const tail = await get(recorder, url, { range: 'bytes=-10' });
  assert.deepEqual(tail.rawPayload, bytes.subarray(-10));

  const beyond = await get(recorder, url, { range: `bytes=${bytes.length}-` });
  assert.equal(beyond.statusCode, 416);
  assert.equal(beyond.headers['content-range'], `bytes */${bytes.length}`);

  const known = await get(recorder, url, { 'if-none-match': etag });
  assert.equal(known.statusCode, 304);
  assert.equal(known.rawPayload.length, 0);
  assert.equal(known.headers.etag, etag);

  const changed = await get(recorder, url, { range: 'bytes=0-9', 'if-range': '"another"' });
  assert.equal(changed.statusCode, 200);
  assert.equal((await get(recorder, url, { range: 'bytes=0-9', 'if-range': etag })).statusCode, 206);

  const head = await recorder.app.inject({ method: 'HEAD', url: `${api}/${url}` });
  assert.equal(head.statusCode, 200);
  assert.equal(head.headers['content-length'], String(bytes.length));
  assert.equal(head.rawPayload.length, 0);
});

test('a file that someone deleted is not found, and is no longer claimed', async (t) => {
  const recorder = await startWithFootage(t);
  const { url, file } = await firstFile(recorder);
  fs.rmSync(file);
  const answer = await get(recorder, url);
  assert.equal(answer.statusCode, 404);
  assert.equal(answer.json().code, 'footage_not_found');
  await recorder.index.flush();
  const timeline = (await get(recorder, `timeline?from=${at(0)}&to=${at(64)}`)).json();
  assert.deepEqual(timeline, {
    spans: [{ from: at(60), to: at(64) }],
    gaps: [{ from: at(0), to: at(60), cause: 'dropped' }],
  });
});

test('files of a disk that is not there are not forgotten', async (t) => {
  const recorder = await startWithFootage(t);
  const { url } = await firstFile(recorder);
  const folder = path.join(recorder.dataDir, 'recordings');
  fs.renameSync(folder, `${folder}-elsewhere`);
  assert.equal((await get(recorder, url)).statusCode, 404);
  fs.renameSync(`${folder}-elsewhere`, folder);
  assert.equal((await get(recorder, url)).statusCode, 200);
});

test('what cannot be answered says why', async (t) => {
  const recorder = await startWithFootage(t, 1);
  const cases: Array<[string, number, string]> = [
    [`playback.m3u8?from=${at(0)}&to=${at(0)}`, 400, 'invalid_range'],
    [`playback.m3u8?from=${at(1)}&to=${at(0)}`, 400, 'invalid_range'],
    [`playback.m3u8?from=${at(0)}&to=${at(9 * 86_400)}`, 400, 'invalid_range'],
    [`playback.m3u8?from=yesterday&to=${at(0)}`, 400, 'invalid_request'],
    [`playback/media.m3u8?from=${at(0)}`, 400, 'invalid_request'],
    [`playback.m3u8?from=${at(100)}&to=${at(200)}`, 404, 'footage_not_found'],
    [`/api/v1/cameras/nobody/playback.m3u8?from=${at(0)}&to=${at(9)}`, 404, 'camera_not_found'],
    ['segments/1.mp4', 404, 'footage_not_found'],
    ['segments/..%2f..%2fnightjar.sqlite', 404, 'footage_not_found'],
    ['segments/99999999999999999999.mp4', 404, 'footage_not_found'],
    ['days?month=2026-13', 400, 'invalid_request'],
    [`timeline?from=${at(0)}&to=${at(401 * 86_400)}`, 400, 'invalid_range'],
  ];
  for (const [url, status, code] of cases) {
    const answer = await get(recorder, url);
    assert.deepEqual([answer.statusCode, answer.json().code], [status, code], url);
  }
});

test('another camera cannot be asked for a file', async (t) => {
  const recorder = await startWithFootage(t, 1);
  await recorder.cameras.create({ id: 'door', name: 'Door', source: { url: 'rtsp://127.0.0.1/door' } });
  const { url } = await firstFile(recorder);
  assert.equal((await get(recorder, `/api/v1/cameras/door/${url}`)).statusCode, 404);
});

test('days and timeline are answered in the time zone of the recorder', async (t) => {
  const recorder = await startRecorder(t, { now: Date.parse('2026-11-22T22:59:00Z'), cameras: ['yard'] });
  const start = recorder.clock.now;
  await record(recorder, { cameraId: 'yard', stream, startMs: start, repeat: 20 });
  recorder.clock.now = start + 80_000;
  const days = await get(recorder, 'days?month=2026-11');
  assert.deepEqual(days.json(), [
    { date: '2026-11-22', recordedMs: 60_000, gapMs: 0, missingMs: 0 },
    { date: '2026-11-23', recordedMs: 20_000, gapMs: 0, missingMs: 0 },
  ]);
  assert.equal((await get(recorder, 'days?month=2026-12')).body, '[]');
});
