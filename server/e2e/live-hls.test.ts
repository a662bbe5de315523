// Mostly waits.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { readFrameStamps } from '../testing/camera/stamp.ts';
import { launchChromium, visit } from '../testing/chromium.ts';
import { HlsViewer } from '../testing/hls-viewer.ts';
import { breaksIn, countersOf } from '../testing/recorded.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { smallCamera } from '../testing/small-camera.ts';
import { waitFor } from '../testing/wait.ts';

const data = temporaryDataDir();
let cameras: SimulatedCameras;
let recorder: RecorderProcess;
let browser: Browser;
const ids = ['steady', 'recoded', 'dropped', 'b-frames'];

before(async () => {
  cameras = await startCameras({
    mounts: [
      smallCamera('steady', { audio: 'aac', gopFrames: 15 }),
      smallCamera('recoded', { secondClip: { width: 320, height: 180, video: 'h265' } }),
      smallCamera('dropped', { gopFrames: 15 }),
      smallCamera('b-frames', { bFrames: 2, gopFrames: 15 }),
    ],
  });
  recorder = await RecorderProcess.start({ dataDir: data.path });
  for (const id of ids) await recorder.addCamera({ id, name: id, source: { url: cameras.url(id) } });
  for (const id of ids) await recorder.untilRecorded(id, '3 s', (now) => countersOf(now).length > 45);
});

after(async () => {
  await browser?.close();
  await recorder?.[Symbol.asyncDispose]();
  await cameras?.stop();
  data[Symbol.dispose]();
});

const address = (id: string, rest = 'index.m3u8') => `${recorder.url}/api/v1/cameras/${id}/live/${rest}`;

for (const id of ['steady', 'b-frames']) {
  test(`${id}: a player of parts gets each frame once, in order, by playlists that keep the rules`, async () => {
    const viewer = await HlsViewer.open(address(id));
    await viewer.until('5 s of parts', () => viewer.loaded.length > 25 && viewer.deltaUpdates > 5);
    assert.deepEqual([...viewer.problems], []);
    assert.deepEqual(breaksIn(viewer.counters('h264')), []);
    assert.ok(viewer.hintsKept > 10, `${viewer.hintsKept} hinted parts`);
    const newest = (await cameras.sent(id)).lastFrame;
    const late = newest - (viewer.counters('h264').at(-1) ?? 0);
    // Two seconds; a part is three frames.
    assert.ok(late < 30, `${late} frames late`);
  });
}

test('sound comes with the picture and without holes', async () => {
  const viewer = await HlsViewer.open(address('steady'));
  await viewer.until('3 s of parts', () => viewer.loaded.length > 15);
  const sound = viewer.loaded.flatMap(({ frames }) => frames).filter(({ track }) => track === 'audio');
  const holes = sound.slice(1).filter(({ dts }, at) => Math.abs(dts - (sound[at]?.dts ?? 0) - 1024) > 2);
  assert.ok(sound.length > 30, `${sound.length} frames of sound`);
  assert.deepEqual(holes, []);
});

test('the way goes on over a change of codec, each with its init segment', async () => {
  const viewer = await HlsViewer.open(address('recoded'));
  await viewer.until('parts', () => viewer.loaded.length > 5);
  await cameras.fault('recoded', 'codec');
  await viewer.until(
    'parts of the other codec',
    () => viewer.maps.length === 2 && viewer.counters('h265', viewer.maps[1]).length > 20,
  );
  assert.deepEqual([...viewer.problems], []);
  const [first = '', second = ''] = viewer.maps;
  assert.ok(viewer.inits.get(first)?.includes('avc1') && viewer.inits.get(second)?.includes('hvc1'));
  assert.deepEqual(breaksIn(viewer.counters('h264', first)), []);
  assert.deepEqual(breaksIn(viewer.counters('h265', second)), []);
  assert.equal(viewer.playlist.segments.filter(({ discontinuity }) => discontinuity).length, 1);
  assert.match(await (await fetch(address('recoded'))).text(), /CODECS="hvc1\./);
});

test('the way goes on after the camera was away', async () => {
  const viewer = await HlsViewer.open(address('dropped'));
  await viewer.until('parts', () => viewer.loaded.length > 5);
  await cameras.fault('dropped', 'drop');
  await viewer.until(
    'parts of a new run',
    () => viewer.maps.length > 1 && viewer.counters('h264', viewer.maps.at(-1)).length > 20,
  );
  assert.deepEqual([...viewer.problems], []);
  for (const map of viewer.maps) assert.deepEqual(breaksIn(viewer.counters('h264', map)), []);
});

test('who asks for what cannot be is told at once, who asks for what is to come waits for it', async () => {
  const viewer = await HlsViewer.open(address('steady'));
  await viewer.step();
  const last = viewer.playlist.segments.at(-1)?.sequence ?? 0;
  const ask = (query: string) => fetch(address('steady', `main/stream.m3u8?${query}`));
  const statusOf = async (query: string) => (await ask(query)).status;
  assert.equal(await statusOf('_HLS_part=1'), 400);
  assert.equal(await statusOf(`_HLS_msn=${last + 10}`), 400);
  assert.equal(await statusOf(`_HLS_msn=${last + 1}&_HLS_part=200`), 400);
  assert.equal(await statusOf('_HLS_msn=1&_HLS_part=3'), 200, 'what is past is not waited for');
  assert.equal((await fetch(address('steady', 'main/parts/1.0.m4s'))).status, 404);
  assert.equal((await fetch(address('steady', 'sub/stream.m3u8'))).status, 404);
  const text = await (await ask(`_HLS_msn=${last + 2}`)).text();
  assert.match(text, new RegExp(`segments/${last + 2}.m4s`));
});

test('GStreamer’s hlsdemux2 gets each frame once, in order', async () => {
  const file = path.join(data.path, 'hlsdemux2.h264');
  const pipeline = `urisourcebin uri=${address('steady')} parse-streams=true ! video/x-h264 ! h264parse ! video/x-h264,stream-format=byte-stream,alignment=au ! filesink buffer-mode=unbuffered location=${file}`;
  const player = spawn('gst-launch-1.0', ['-q', ...pipeline.split(' ')], { stdio: 'ignore' });
  const gone = once(player, 'exit');
  const counters = await waitFor('6 s of frames', async () => {
    const frames = readFrameStamps(await readFile(file).catch(() => Buffer.alloc(0))).map(({ frame }) => frame);
    return frames.length > 90 && frames;
  }).finally(() => player.kill('SIGKILL'));
  await gone;
  assert.deepEqual(breaksIn(counters), []);
  await rm(file);
});

test('hls.js plays parts in Chromium, near the newest', async () => {
  browser = await launchChromium();
  await using visited = await visit(browser, `${recorder.url}/healthz`);
  const { page } = visited;
  await page.evaluate(
    await readFile(path.resolve(import.meta.dirname, '../../node_modules/hls.js/dist/hls.light.js'), 'utf8'),
  );
  await page.evaluate(playInPage, address('steady'));
  const state = () => page.evaluate(() => (globalThis as unknown as { playing: Playing }).playing);
  let playing = await state();
  const plays = async () => {
    playing = await state();
    return playing.parts >= 5 && playing.playedS > 1;
  };
  await waitFor('hls.js plays parts', plays, { withinMs: 60_000, details: () => JSON.stringify(playing) });
  assert.deepEqual(playing.fatal, []);
  assert.ok(playing.deltaUpdates > 0);
});

interface Playing {
  parts: number;
  playedS: number;
  deltaUpdates: number;
  fatal: string[];
}

/** Runs in the page. */
function playInPage(url: string): void {
  // biome-ignore lint/suspicious/noExplicitAny: the page has hls.js as a global
  const page = globalThis as any;
  const { Hls } = page;
  const playing: Playing = { parts: 0, playedS: 0, deltaUpdates: 0, fatal: [] };
  page.playing = playing;
  const video = page.document.body.appendChild(page.document.createElement('video'));
  video.muted = true;
  video.autoplay = true;
  // On a busy machine it is late at first; parts are for players near the end.
  const hls = new Hls({ lowLatencyMode: true, enableWorker: false, maxLiveSyncPlaybackRate: 2 });
  let from: number | null = null;
  video.addEventListener('timeupdate', () => {
    from ??= video.currentTime;
    playing.playedS = video.currentTime - (from ?? 0);
  });
  hls.on(Hls.Events.FRAG_LOADED, (_: unknown, { part }: { part: unknown }) => {
    if (part) playing.parts += 1;
  });
  hls.on(Hls.Events.LEVEL_LOADED, (_: unknown, { details }: { details: { skippedSegments: number } }) => {
    if (details.skippedSegments > 0) playing.deltaUpdates += 1;
  });
  hls.on(Hls.Events.ERROR, (_: unknown, error: { fatal: boolean; details: string }) => {
    if (error.fatal) playing.fatal.push(error.details);
  });
  hls.attachMedia(video);
  hls.loadSource(url);
}
