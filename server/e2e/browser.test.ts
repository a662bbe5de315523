/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { desktop, launchChromium, patienceMs, phone, type Visit, visit } from '../testing/chromium.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';

let browser: Browser;
let cameras: SimulatedCameras;
let recorder: RecorderProcess;
const data = temporaryDataDir();

before(async () => {
  const mounts = ['door', 'yard'].map((path) => ({ path, width: 320, height: 180, fps: 10, gopFrames: 10 }));
  [cameras, recorder, browser] = await Promise.all([
    startCameras({ mounts }),
    RecorderProcess.start({ dataDir: data.path, timeZone: 'Europe/Vienna' }),
    launchChromium(),
  ]);
});

after(async () => {
  await browser?.close();
  await recorder?.stop();
  await cameras?.stop();
  data[Symbol.dispose]();
});

const open = (path: string, viewport = desktop): Promise<Visit> => visit(browser, `${recorder.url}${path}`, viewport);

/** Resolves once a video has moved on by this much while it plays. */
const advances = (page: Page, selector: string, seconds: number) =>
  page.waitForFunction(
    ({ selector, seconds }) => {
      const video = document.querySelector<HTMLVideoElement & { startedAt?: number }>(selector);
      if (!video || video.readyState < 2 || video.videoWidth === 0) return false;
      video.startedAt ??= video.currentTime;
      return !video.paused && video.currentTime - video.startedAt >= seconds;
    },
    { selector, seconds },
    { timeout: patienceMs },
  );

/** Without the answers that Chromium logs although the page expects them: a failed trial, a camera that has no picture. */
const unexpected = (complaints: string[]) =>
  complaints.filter((text) => !/status of (502|503|504)|status of 404 .*\/cameras\/dead\/snapshot/.test(text));

const byId = (page: Page, id: string) => page.getByTestId(id);

/** The page may scroll down, never sideways. */
async function assertNoSidewaysScroll(page: Page): Promise<void> {
  const { scrollWidth, clientWidth } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  assert.ok(scrollWidth <= clientWidth, `${scrollWidth} px wide on ${clientWidth} px at ${page.url()}`);
}

test('the first start guides to the first camera: try it, see its picture, name it, see it live', async () => {
  await using tab = await open('/');
  const { page, complaints } = tab;
  await byId(page, 'first-camera').waitFor();
  await byId(page, 'add-camera').first().click();
  await byId(page, 'camera-url').fill(cameras.url('door').replace('/door', '/nothing'));
  await byId(page, 'try-it').click();
  await byId(page, 'probe-failure').waitFor();
  await byId(page, 'camera-url').fill(cameras.url('door'));
  await byId(page, 'try-it').click();
  await page.waitForFunction(() => {
    const picture = document.querySelector('[data-testid=probe-picture]');
    const image = picture instanceof HTMLImageElement ? picture : picture?.querySelector('img');
    return image?.naturalWidth === 320;
  });
  await byId(page, 'camera-name').fill('Front door');
  await byId(page, 'save-camera').click();
  await advances(page, 'video', 3);
  await recorder.untilState('front-door', 'recording');
  assert.deepEqual(unexpected(complaints), []);
});

test('the live grid plays, and says what each camera does', async () => {
  await recorder.addCamera({ id: 'yard', name: 'Yard', source: { url: cameras.url('yard') } });
  await recorder.addCamera({ id: 'dead', name: 'Dead', source: { url: 'rtsp://127.0.0.1:9/none' } });
  await using tab = await open('/live');
  const { page, complaints } = tab;
  await advances(page, '[data-testid=live-tile-front-door] video', 3);
  await advances(page, '[data-testid=live-tile-yard] video', 1);
  await byId(page, 'tile-state-yard')
    .filter({ hasText: /recording/i })
    .waitFor();
  await byId(page, 'live-tile-dead')
    .filter({ hasText: /refuse|not reach|unreachable/i })
    .waitFor();
  await byId(page, 'live-tile-yard').click();
  await advances(page, 'video', 1);
  assert.deepEqual(unexpected(complaints), []);
});

test('a camera that drops its connections comes back in an open page without a reload', async () => {
  await using tab = await open('/live/yard');
  const { page } = tab;
  await advances(page, 'video', 2);
  const before = await recorder.recorded('yard');
  await cameras.fault('yard', 'drop');
  await recorder.untilRecorded('yard', 'a new run', (segments) => segments.length > before.length);
  await page.evaluate(() => {
    for (const video of document.querySelectorAll<HTMLVideoElement & { startedAt?: number }>('video'))
      delete video.startedAt;
  });
  await advances(page, 'video', 5);
});

test('a recorded minute plays back: calendar, play, jump by the timeline', async () => {
  await using tab = await open('/review/front-door');
  const { page, complaints } = tab;
  const today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Vienna' });
  await byId(page, `day-${today}`).waitFor();
  await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 2, null, {
    timeout: patienceMs,
  });
  const { firstAt } = await recorder.footage('front-door');
  assert.ok(firstAt !== null);
  const address = new URL(page.url());
  await page.goto(`${address.origin}/review/front-door?at=${new Date(firstAt + 2_000).toISOString()}`);
  await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 2, null, {
    timeout: patienceMs,
  });
  if (await page.evaluate(() => document.querySelector('video')?.paused)) await byId(page, 'play-toggle').click();
  await advances(page, 'video', 2);
  const clock = await byId(page, 'current-time').textContent();
  const shown = new Date(firstAt).toLocaleTimeString('en-GB', { timeZone: 'Europe/Vienna' }).slice(0, 4);
  assert.ok(clock?.includes(shown.slice(0, 4)), `${clock} in the recorder's zone, near ${shown}`);
  assert.deepEqual(unexpected(complaints), []);
});

test('all pages fit a phone, and its live view plays', async () => {
  await using tab = await open('/', phone);
  const { page, complaints } = tab;
  await advances(page, '[data-testid=live-tile-front-door] video', 1);
  for (const nav of ['nav-live', 'nav-review', 'nav-cameras', 'nav-system']) {
    await byId(page, nav).filter({ visible: true }).click();
    await page.waitForLoadState('networkidle').catch(() => {});
    await assertNoSidewaysScroll(page);
  }
  assert.deepEqual(unexpected(complaints), []);
});

test('a deleted camera says how much footage goes with it, and is gone from every page', async () => {
  await using tab = await open('/cameras/yard/settings');
  const { page } = tab;
  await byId(page, 'delete-camera').click();
  await byId(page, 'footage-summary').waitFor();
  await byId(page, 'footage-delete').click();
  await byId(page, 'confirm-delete').click();
  await page.waitForURL(/\/cameras$/);
  await byId(page, 'camera-row-front-door').waitFor();
  await byId(page, 'camera-row-yard').waitFor({ state: 'detached' });
  assert.equal((await recorder.request('GET', '/cameras/yard')).status, 404);
});
