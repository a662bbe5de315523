// Mostly waits.
/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { launchChromium, patienceMs, type Visit, visit } from '../testing/chromium.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { smallCamera } from '../testing/small-camera.ts';

let browser: Browser;
let cameras: SimulatedCameras;
let recorder: RecorderProcess;
let port: string;
const data = temporaryDataDir();

before(async () => {
  const mounts = [
    smallCamera('door', { audio: 'aac' }),
    smallCamera('small'),
    smallCamera('hevc', { video: 'h265' }),
    smallCamera('reordered', { bFrames: 2 }),
  ];
  [cameras, recorder, browser] = await Promise.all([
    startCameras({ mounts }),
    RecorderProcess.start({ dataDir: data.path }),
    launchChromium(),
  ]);
  port = new URL(recorder.url).port;
  const substream = { url: cameras.url('small'), record: false };
  await recorder.addCamera({ id: 'door', name: 'Door', source: { url: cameras.url('door') }, substream });
  for (const id of ['hevc', 'reordered']) {
    await recorder.addCamera({ id, name: id, source: { url: cameras.url(id) } });
  }
  for (const id of ['door', 'hevc', 'reordered']) await recorder.untilState(id, 'recording');
});

after(async () => {
  await browser?.close();
  await recorder?.stop();
  await cameras?.stop();
  data[Symbol.dispose]();
});

const open = (path: string): Promise<Visit> => visit(browser, `${recorder.url}${path}`);

/** Opens a page on which requests to these addresses fail, as behind a proxy or firewall. */
async function openWithout(path: string, blocked: RegExp[]): Promise<Visit> {
  const tab = await open('/healthz');
  for (const address of blocked) {
    await tab.page.route(address, (route) => route.abort());
    await tab.page.routeWebSocket(address, (socket) => socket.close());
  }
  await tab.page.goto(`${recorder.url}${path}`);
  return tab;
}

interface Expected {
  way: string;
  stream?: 'main' | 'sub';
  /** Of the element's time, from now on. */
  seconds?: number;
}

/** Resolves when the picture of the page comes this way, and has gone on so long. */
const plays = (page: Page, { way, stream = 'main', seconds = 1 }: Expected) =>
  page.waitForFunction(
    ({ way, stream, seconds }) => {
      const video = document.querySelector<HTMLVideoElement & { from?: number }>('[data-testid=live-picture]');
      if (!video || video.dataset.transport !== way || video.dataset.stream !== stream) return false;
      // Another connection counts from 0.
      if (video.from === undefined || video.currentTime < video.from) video.from = video.currentTime;
      return !video.paused && video.videoWidth > 0 && video.currentTime - video.from >= seconds;
    },
    { way, stream, seconds },
    { timeout: patienceMs },
  );

const forgetProgress = (page: Page) =>
  page.evaluate(() => {
    for (const video of document.querySelectorAll<HTMLVideoElement & { from?: number }>('video')) delete video.from;
  });

const details = (page: Page, text: RegExp) =>
  page
    .getByTestId(/^details-/)
    .filter({ hasText: text })
    .waitFor();

test('every way plays when it is asked for, and says how old its picture is', async () => {
  for (const way of ['webrtc', 'ws', 'll-hls', 'hls']) {
    await using tab = await open(`/live/door?protocol=${way}`);
    await plays(tab.page, { way });
    await details(tab.page, /\d m?s behind/);
    assert.deepEqual(tab.complaints, [], way);
  }
});

test('the fastest way is taken by itself; a menu takes another one, and remembers it', async () => {
  await using tab = await open('/live/door');
  const { page } = tab;
  await plays(page, { way: 'webrtc' });
  await page.getByTestId('connection').click();
  await page.getByTestId('figures').filter({ hasText: 'WebRTC' }).waitFor();
  await page.getByTestId('protocol-ws').click();
  await plays(page, { way: 'ws' });
  await page.reload();
  await plays(page, { way: 'ws' });
});

test('what does not get through is left for the next way, and not tried again on the next page', async () => {
  await using tab = await openWithout('/live/door', [/\/whep/]);
  const { page } = tab;
  await plays(page, { way: 'ws' });
  const offers: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/whep')) offers.push(request.url());
  });
  await page.reload();
  await plays(page, { way: 'ws' });
  assert.deepEqual(offers, []);

  await using blocked = await openWithout('/live/door', [/\/whep/, /\/live\/ws/]);
  await plays(blocked.page, { way: 'll-hls' });
});

test('a camera with reordered frames comes by WebSocket, one with H.265 converted', async () => {
  await using reordered = await open('/live/reordered');
  await plays(reordered.page, { way: 'ws' });
  await using hevc = await open('/live/hevc');
  const decodes = await hevc.page.evaluate(() => MediaSource.isTypeSupported('video/mp4; codecs="hvc1.1.6.L93.B0"'));
  await plays(hevc.page, { way: decodes ? 'ws' : 'webrtc' });
  await details(hevc.page, decodes ? /H\.265/ : /converted to H\.264/);
});

test('a small tile shows the substream, the full view the camera’s own picture', async () => {
  await using tab = await open('/live');
  const { page } = tab;
  await page.waitForFunction(
    () => document.querySelector<HTMLVideoElement>('[data-camera=door]')?.dataset.stream === 'sub',
    null,
    { timeout: patienceMs },
  );
  await page.getByTestId('live-tile-door').click();
  await plays(page, { way: 'webrtc' });
});

test('pictures come back without a reload: after the camera, after the recorder', async () => {
  await using direct = await open('/live/door?protocol=webrtc');
  await using socket = await open('/live/door?protocol=ws');
  const bothPlay = () =>
    Promise.all([plays(direct.page, { way: 'webrtc', seconds: 2 }), plays(socket.page, { way: 'ws', seconds: 2 })]);
  await bothPlay();
  await cameras.fault('door', 'drop');
  await Promise.all([forgetProgress(direct.page), forgetProgress(socket.page)]);
  await bothPlay();
  await recorder.kill();
  recorder = await RecorderProcess.start({ dataDir: data.path, args: ['--port', port] });
  await Promise.all([forgetProgress(direct.page), forgetProgress(socket.page)]);
  await bothPlay();
});

test('a page that nobody sees ends its connection, and goes on when it is seen again', async () => {
  await using tab = await open('/live/door');
  const { page } = tab;
  await plays(page, { way: 'webrtc' });
  await hide(page, true);
  await page.waitForFunction(() => !document.querySelector('video')?.dataset.transport, null, { timeout: patienceMs });
  assert.ok(await page.evaluate(() => document.querySelector<HTMLElement>('canvas[data-shown=true]') !== null));
  await hide(page, false);
  await plays(page, { way: 'webrtc' });
});

/** Headless pages are always visible: the page is told otherwise. */
const hide = (page: Page, hidden: boolean) =>
  page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
