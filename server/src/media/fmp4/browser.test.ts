import assert from 'node:assert/strict';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import { chromiumPath } from '../../../testing/chromium.ts';
import { makeStream, type Recording, recordingOf, type TestStream } from '../../../testing/streams.ts';
import { codecStringOf } from './codec/codec-string.ts';

const hourMs = 3_600_000;
const files = new Map<string, Buffer>();
let server: Server;
let browser: Browser;
let page: Page;

before(async () => {
  server = createServer((request, response) => answer(request.url ?? '/', request.headers.range, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  browser = await chromium.launch({ executablePath: chromiumPath, args });
  page = await browser.newPage();
  await page.addInitScript({ path: join(import.meta.dirname, 'browser.test.page.js') });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
after(async () => {
  await browser?.close();
  server?.close();
});

function answer(path: string, range: string | undefined, response: ServerResponse): void {
  const file = files.get(path);
  if (file === undefined) {
    response.writeHead(path === '/' ? 200 : 404, { 'content-type': 'text/html' }).end('<!doctype html>');
    return;
  }
  const [, from = '0', to = ''] = /bytes=(\d+)-(\d*)/.exec(range ?? '') ?? [];
  const part = file.subarray(Number(from), to === '' ? file.length : Number(to) + 1);
  const last = Number(from) + part.length - 1;
  response.writeHead(range === undefined ? 200 : 206, {
    ...{ 'content-type': 'video/mp4', 'accept-ranges': 'bytes', 'content-length': part.length },
    ...(range === undefined ? {} : { 'content-range': `bytes ${from}-${last}/${file.length}` }),
  });
  response.end(part);
}

interface Played {
  start: number;
  duration: number;
  end: number;
  frames: number;
  error: string | null;
}

function playFile(file: Buffer): Promise<Played> {
  const path = `/${files.size}.mp4`;
  files.set(path, file);
  return page.evaluate(`playFile('${path}')`);
}

/** The ranges that are playable after the chunks were appended one by one, as live view and playback do. */
function bufferedAfter(stream: TestStream, { head, chunks }: Recording): Promise<number[][]> {
  const codecs = [codecStringOf(stream.video.codec, stream.video.codecData)];
  if (stream.audio) codecs.push(codecStringOf('aac', stream.audio.codecData));
  const parts = [head, ...chunks.map(({ bytes }) => bytes)].map((bytes) => bytes.toString('base64'));
  return page.evaluate(`bufferedAfter(${JSON.stringify(parts)}, 'video/mp4; codecs="${codecs.join(',')}"')`);
}

test('Chromium plays a segment from the middle of a run at once, at its place in the run', async () => {
  const stream = await makeStream({ seconds: 4, audio: 'stereo', bFrames: 2 });
  const played = await playFile(recordingOf(stream, { delayMs: hourMs }).file);
  assert.equal(played.error, null);
  assert.ok(Math.abs(played.start - 3_600) < 0.2, `starts at ${played.start}`);
  assert.ok(Math.abs(played.duration - 3_604) < 0.3, `lasts ${played.duration}`);
  assert.ok(Math.abs(played.end - played.duration) < 0.3 && played.frames > 25);
});

test('Chromium plays a segment that a crash cut off', async () => {
  const { file } = recordingOf(await makeStream({ seconds: 4, audio: 'mono' }));
  const played = await playFile(file.subarray(0, Math.round(file.length * 0.7)));
  assert.ok(played.start < 0.1 && played.frames > 25, JSON.stringify(played));
});

for (const [name, wish] of Object.entries({
  'without sound': {},
  'with sound': { audio: 'mono' as const },
  'with B-frames': { audio: 'stereo' as const, bFrames: 3, encoderParameters: 'b-pyramid=normal:ref=3' },
  'of keyframes only': { gopFrames: 1, audio: 'mono' as const },
})) {
  test(`chunks ${name} follow one another without a hole in Media Source Extensions`, async () => {
    const stream = await makeStream({ seconds: 4, ...wish });
    const ranges = await bufferedAfter(stream, recordingOf(stream, { delayMs: hourMs }));
    assert.equal(ranges.length, 1, JSON.stringify(ranges));
    const [start = 0, end = 0] = ranges[0] ?? [];
    assert.ok(start >= 3_600 && start < 3_600.2 && Math.abs(end - start - 4) < 0.05, `${start} to ${end}`);
  });
}

test('sound that pauses leaves no hole in Media Source Extensions', async () => {
  const stream = await makeStream({ seconds: 12, audio: 'stereo' });
  const units = stream.units.filter(({ track, unit }) => track === 'video' || unit.ptsNs < 2e9 || unit.ptsNs > 9e9);
  const ranges = await bufferedAfter(stream, recordingOf({ ...stream, units }));
  assert.deepEqual(ranges, [[0, 12]]);
});
