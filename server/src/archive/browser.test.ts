import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { chromium, type Page } from 'playwright-core';
import { chromiumPath } from '../../testing/chromium.ts';
import { record, startRecorder, type TestRecorder } from '../../testing/recorder.ts';
import { makeStream, type StreamWish } from '../../testing/streams.ts';
import { remuxFiles } from '../media/remux/remux-files.ts';
import { parseByteRange } from '../playback/byte-range.ts';
import { DayPlaylists } from '../playback/day-playlists.ts';
import { makeFiles } from './making.ts';

const timeZone = 'Europe/Vienna';
const midnight = Date.parse('2026-11-22T23:00:00Z');
const hlsScript = path.join(path.dirname(createRequire(import.meta.url).resolve('hls.js')), 'hls.min.js');

/** Any file server: it knows nothing of recordings. */
async function serveFolder(t: TestContext, folder: string): Promise<string> {
  const server = http.createServer((request, response) => {
    const file = path.join(folder, decodeURIComponent(request.url ?? ''));
    if (!fs.existsSync(file) || fs.statSync(file).isDirectory()) {
      response.end('<!doctype html>');
      return;
    }
    const { size } = fs.statSync(file);
    const range = parseByteRange(request.headers.range, size);
    const { start, end } = typeof range === 'string' ? { start: 0, end: size - 1 } : range;
    const headers = { 'accept-ranges': 'bytes', 'content-length': end - start + 1 };
    if (typeof range === 'string') response.writeHead(200, headers);
    else response.writeHead(206, { ...headers, 'content-range': `bytes ${start}-${end}/${size}` });
    fs.createReadStream(file, { start, end }).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Of the DOM and hls.js, what is used here. */
interface Browser {
  document: { createElement(name: string): Video; body: { appendChild(video: Video): Video } };
  Hls: {
    new (): {
      on(event: string, listener: (event: string, data: { details: string; fatal: boolean }) => void): void;
      loadSource(url: string): void;
      attachMedia(video: Video): void;
    };
    Events: { ERROR: string };
  };
}
interface Video {
  src: string;
  muted: boolean;
  playbackRate: number;
  duration: number;
  error: { message: string } | null;
  onended(): void;
  onerror(): void;
  play(): Promise<void>;
  getVideoPlaybackQuality(): { totalVideoFrames: number };
}
interface Played {
  frames: number;
  durationS: number;
  errors: string[];
}

/** Plays all of it at four times the speed, in hls.js or by the browser itself. */
function play(page: Page, source: string): Promise<Played> {
  const inPage = async (source: string): Promise<Played> => {
    const { Hls, document } = globalThis as unknown as Browser;
    const video = document.body.appendChild(document.createElement('video'));
    const errors: string[] = [];
    await new Promise<void>((resolve) => {
      video.onended = () => resolve();
      video.onerror = () => {
        errors.push(video.error?.message ?? 'unknown');
        resolve();
      };
      setTimeout(resolve, 40_000);
      if (source.endsWith('.m3u8')) {
        const hls = new Hls();
        // A slow machine makes the picture wait at four times the speed.
        hls.on(Hls.Events.ERROR, (_, { details }) => details === 'bufferStalledError' || errors.push(details));
        hls.loadSource(source);
        hls.attachMedia(video);
      } else video.src = source;
      video.muted = true;
      video.playbackRate = 4;
      void video.play();
    });
    return { frames: video.getVideoPlaybackQuality().totalVideoFrames, durationS: video.duration, errors };
  };
  return page.evaluate(inPage, source);
}

async function archived(recorder: TestRecorder): Promise<void> {
  const { index, volumes, logger: log } = recorder;
  const job = {
    cameraId: 'yard',
    date: '2026-11-22',
    hour: null,
    from: midnight - 86_400_000,
    to: midnight,
    format: 'mp4',
  } as never;
  const remux = (request: Parameters<typeof remuxFiles>[0]) => remuxFiles(request, { onProgress: () => {} });
  const { files } = await makeFiles({ index, volumes, timeZone, log, remux, makeRoom: async () => {} }, job, {
    onProgress: () => {},
    signal: new AbortController().signal,
  });
  fs.renameSync(files[0]?.path ?? '', path.join(recorder.dataDir, 'archive', 'yard.mp4'));
}

/** Twelve seconds, a gap of eight, and eight seconds up to midnight. */
async function recordDay(t: TestContext, wish: StreamWish): Promise<TestRecorder> {
  const stream = await makeStream({ seconds: 4, gopFrames: 25, audio: 'stereo', ...wish });
  const recorder = await startRecorder(t, { now: midnight - 90_000, cameras: ['yard'] });
  await record(recorder, { cameraId: 'yard', stream, startMs: midnight - 28_000, repeat: 3 });
  await record(recorder, { cameraId: 'yard', stream, startMs: midnight - 8_000, repeat: 2 });
  recorder.clock.now = midnight;
  return recorder;
}

async function openPage(t: TestContext, url: string): Promise<Page> {
  const args = ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'];
  const browser = await chromium.launch({ executablePath: chromiumPath, args });
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(`${url}/`);
  await page.addScriptTag({ path: hlsScript });
  return page;
}

test('hls.js plays the folder of a day from any file server', async (t) => {
  const { index, volumes, clock, logger: log, dataDir } = await recordDay(t, {});
  await new DayPlaylists({ index, volumes, clock, timeZone, log }).writeMissing();
  const url = await serveFolder(t, dataDir);
  const played = await play(await openPage(t, url), `${url}/recordings/yard/2026-11-22/index.m3u8`);
  t.diagnostic(JSON.stringify(played));
  assert.deepEqual([played.errors, played.frames], [[], 500]);
  assert.ok(Math.abs(played.durationS - 20) < 0.2, 'the gap is left out');
});

test('Chromium plays the file made of a day, with B-frames and over a gap', async (t) => {
  const recorder = await recordDay(t, { bFrames: 3, encoderParameters: 'b-pyramid=normal:ref=3' });
  await archived(recorder);
  const url = await serveFolder(t, recorder.dataDir);
  const played = await play(await openPage(t, url), `${url}/archive/yard.mp4`);
  t.diagnostic(JSON.stringify(played));
  assert.deepEqual([played.errors, played.frames], [[], 500]);
  assert.ok(Math.abs(played.durationS - 28) < 0.2, 'the gap is kept');
});
