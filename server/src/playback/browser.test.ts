import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { before, type TestContext, test } from 'node:test';
import type { UnixMs } from '@nightjar/contract';
import { chromium, type Page } from 'playwright-core';
import { chromiumPath } from '../../testing/chromium.ts';
import { record, startRecorder, type TestRecorder } from '../../testing/recorder.ts';
import { makeStream, type TestStream } from '../../testing/streams.ts';

const noon = Date.parse('2026-11-22T12:00:00Z');
const at = (seconds: number) => (noon + seconds * 1_000) as UnixMs;
const hlsScript = path.join(path.dirname(createRequire(import.meta.url).resolve('hls.js')), 'hls.min.js');
let stream: TestStream;
let other: TestStream;

before(async () => {
  stream = await makeStream({ seconds: 4, gopFrames: 25, audio: 'stereo' });
  other = await makeStream({ seconds: 4, gopFrames: 50, width: 480, height: 272 });
});

/** What a player shows of a range, played at four times the speed from beginning to end. */
interface Played {
  /** Wall clock of each picture that was looked at, seconds after noon, in order. */
  times: number[];
  sizes: string[];
  frames: number;
  dropped: number;
  durationS: number;
  errors: string[];
}

/** Of the DOM and hls.js, what is used here; the server is checked without DOM types. */
interface Browser {
  document: { createElement(name: string): VideoElement; body: { appendChild(video: VideoElement): VideoElement } };
  Hls: {
    new (): {
      on(
        event: string,
        listener: (event: string, data: { details: string; fatal: boolean; error?: Error }) => void,
      ): void;
      playingDate: Date | null;
      loadSource(url: string): void;
      attachMedia(video: VideoElement): void;
      destroy(): void;
    };
    Events: { ERROR: string };
  };
}

interface VideoElement {
  onended(): void;
  ontimeupdate(): void;
  videoWidth: number;
  videoHeight: number;
  duration: number;
  muted: boolean;
  playbackRate: number;
  play(): Promise<void>;
  remove(): void;
  getVideoPlaybackQuality(): { totalVideoFrames: number; droppedVideoFrames: number };
}

async function openPage(t: TestContext, recorder: TestRecorder): Promise<Page> {
  const url = await recorder.app.listen({ host: '127.0.0.1', port: 0 });
  const args = ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'];
  const browser = await chromium.launch({ executablePath: chromiumPath, args });
  t.after(() => browser.close());
  const page = await (await browser.newContext({ bypassCSP: true })).newPage();
  await page.goto(`${url}/healthz`);
  await page.addScriptTag({ path: hlsScript });
  return page;
}

function play(page: Page, fromS: number, toS: number): Promise<Played> {
  const source = `/api/v1/cameras/yard/playback.m3u8?from=${at(fromS)}&to=${at(toS)}`;
  // Runs in the page.
  const inPage = async ({ source, noon }: { source: string; noon: number }): Promise<Played> => {
    const { Hls, document } = globalThis as unknown as Browser;
    const video = document.body.appendChild(document.createElement('video'));
    const played: Played = { times: [], sizes: [], frames: 0, dropped: 0, durationS: 0, errors: [] };
    const hls = new Hls();
    await new Promise<void>((resolve) => {
      hls.on(Hls.Events.ERROR, (_, data) => {
        played.errors.push(`${data.details} ${data.error?.message ?? ''}`);
        if (data.fatal) resolve();
      });
      video.onended = () => resolve();
      video.ontimeupdate = () => {
        const shown = hls.playingDate;
        if (shown) played.times.push((shown.getTime() - noon) / 1_000);
        const size = `${video.videoWidth}x${video.videoHeight}`;
        if (played.sizes.at(-1) !== size) played.sizes.push(size);
      };
      setTimeout(resolve, 40_000);
      hls.loadSource(source);
      hls.attachMedia(video);
      video.muted = true;
      video.playbackRate = 4;
      void video.play();
    });
    const quality = video.getVideoPlaybackQuality();
    played.frames = quality.totalVideoFrames;
    played.dropped = quality.droppedVideoFrames;
    played.durationS = video.duration;
    hls.destroy();
    video.remove();
    return played;
  };
  return page.evaluate(inPage, { source, noon });
}

const isSorted = (numbers: number[]) =>
  numbers.every((value, index) => index === 0 || value >= (numbers[index - 1] ?? 0));

test('a browser plays across files, gaps and runs with different codecs, and knows the time of each picture', async (t) => {
  const recorder = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  await record(recorder, { cameraId: 'yard', stream, startMs: at(0), repeat: 16 });
  await record(recorder, { cameraId: 'yard', stream, startMs: at(100), repeat: 2 });
  await record(recorder, { cameraId: 'yard', stream: other, startMs: at(108), repeat: 2, leaveOpen: true });
  const page = await openPage(t, recorder);

  const across = await play(page, 56, 64);
  t.diagnostic(JSON.stringify(across));
  assert.deepEqual(across.errors, []);
  assert.ok(Math.abs(across.durationS - 8) < 0.1);
  assert.ok(isSorted(across.times));

  const gap = await play(page, 60, 107.9);
  t.diagnostic(JSON.stringify(gap));
  assert.deepEqual(gap.errors, []);
  assert.ok(Math.abs(gap.durationS - 12) < 0.2);
  assert.ok(
    gap.times.every((time) => time < 64.5 || time >= 99.5),
    'no time of the gap is claimed',
  );
  assert.ok(gap.times.some((time) => time > 106));

  const runs = await play(page, 104, 200);
  t.diagnostic(JSON.stringify(runs));
  assert.deepEqual(runs.errors, []);
  assert.deepEqual(runs.sizes, ['320x240', '480x272']);
  assert.ok(runs.times.some((time) => time > 115));
});
