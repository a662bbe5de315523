/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Gap, Timeline } from '@nightjar/contract';
import type { Browser, Page } from 'playwright-core';
import { launchChromium, patienceMs, phone, type Visit, visit } from '../testing/chromium.ts';
import { type Month, makeMonth } from '../testing/month/index.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { waitFor } from '../testing/wait.ts';

const hourMs = 3_600_000;
let browser: Browser;
let recorder: RecorderProcess;
let footage: Month;
/** Of `door`, the longest. */
let gap: Gap;
/** Where yard has files: at the beginning of an hour. */
let playableMs: number;
const data = temporaryDataDir();

before(async () => {
  footage = await makeMonth({ dataDir: data.path, days: 1, cameras: 3, withFiles: 1, minutes: 1, timeZone: 'UTC' });
  [recorder, browser] = await Promise.all([
    RecorderProcess.start({ dataDir: data.path, timeZone: 'UTC' }),
    launchChromium(),
  ]);
  playableMs = footage.to - 6 * hourMs;
  const { gaps }: Timeline = await recorder.timeline('door', footage.from, footage.to);
  gap = gaps.toSorted((a, b) => b.to - b.from - (a.to - a.from))[0] as Gap;
  assert.ok(gap && gap.to - gap.from > 60_000, 'the made day has a gap to point at');
});

after(async () => {
  await browser?.close();
  await recorder?.stop();
  data[Symbol.dispose]();
});

const open = (atMs: number, zoomMs: number, viewport?: typeof phone): Promise<Visit> =>
  visit(browser, `${recorder.url}/review/yard?at=${new Date(atMs).toISOString()}&zoom=${zoomMs / 1000}`, viewport);

/** Most rows of a made day speak of files that are not there. */
const isUnexpected = (complaint: string) => !/status of 404 .*\.mp4/.test(complaint);

const playHead = (page: Page) => page.getByTestId('play-head');

/** What the timeline shows, as it tells those who hear it. */
async function viewOf(page: Page): Promise<{ from: number; to: number }> {
  const value = async (name: string) => Number(await playHead(page).getAttribute(name));
  return { from: await value('aria-valuemin'), to: await value('aria-valuemax') };
}

/** Resolves once the view is as long as this, to a hundredth. */
const untilLength = (page: Page, lengthMs: number) =>
  page.waitForFunction(
    (wanted) => {
      const head = document.querySelector('[data-testid=play-head]');
      const value = (name: string) => Number(head?.getAttribute(name));
      const length = value('aria-valuemax') - value('aria-valuemin');
      return Math.abs(length - wanted) < wanted / 100;
    },
    lengthMs,
    { timeout: patienceMs },
  );

/** Resolves once there is footage at the play head. */
const untilRead = (page: Page) => page.locator('[data-testid=play-head][aria-valuetext*=Recorded]').waitFor();

/** Resolves once the picture is of this moment, or of soon after it while it plays. */
const untilAt = (page: Page, wantedMs: number) =>
  page.waitForFunction(
    (wanted) => {
      const at = Number(document.querySelector('[data-testid=current-time]')?.getAttribute('data-at'));
      return at >= wanted - 500 && at < wanted + 10_000;
    },
    wantedMs,
    { timeout: patienceMs },
  );

/** The pixel of an instant in a camera's row. */
async function pixelOf(page: Page, cameraId: string, atMs: number): Promise<{ x: number; y: number }> {
  const { from, to } = await viewOf(page);
  const times = await page.locator('[data-testid=review-timeline] canvas').first().boundingBox();
  const row = await page.getByTestId(`timeline-row-${cameraId}`).boundingBox();
  assert.ok(times && row);
  return { x: times.x + ((atMs - from) / (to - from)) * times.width, y: row.y + row.height / 2 };
}

/** The instant at a pixel of the page. */
async function timeAt(page: Page, x: number): Promise<number> {
  const { from, to } = await viewOf(page);
  const times = await page.locator('[data-testid=review-timeline] canvas').first().boundingBox();
  assert.ok(times);
  return from + ((x - times.x) / times.width) * (to - from);
}

test('a gap says why, from when to when and how long; the wheel comes closer to what is pointed at', async () => {
  await using tab = await open(playableMs + 20_000, 24 * hourMs);
  const { page, complaints } = tab;
  await untilRead(page);
  const middle = (gap.from + gap.to) / 2;
  const { x, y } = await pixelOf(page, 'door', middle);
  await page.mouse.move(x, y);
  const card = page.getByTestId('timeline-hover');
  await card.filter({ hasText: 'Door' }).waitFor();
  const clock = (atMs: number) => new Date(atMs).toISOString().slice(11, 19);
  await card.filter({ hasText: `${clock(gap.from)} – ${clock(gap.to)}` }).waitFor();
  // Chromium tells where a wheel turns in whole pixels.
  const pixel = Math.round(x);
  const pointed = await timeAt(page, pixel);
  await page.mouse.move(pixel, y);
  for (let turn = 0; turn < 5; turn += 1) await page.mouse.wheel(0, -400);
  await untilLength(page, 24 * hourMs * Math.exp(-0.0022 * 2_000));
  await waitFor('what lay under the pointer to stay there', async () => {
    return Math.abs((await pixelOf(page, 'door', pointed)).x - pixel) < 3;
  });
  assert.deepEqual(complaints.filter(isUnexpected), []);
});

test('keys and ladder go from two months to single frames, and every frame has its exact time', async () => {
  await using tab = await open(playableMs + 20_000, 24 * hourMs);
  const { page } = tab;
  await untilRead(page);
  await playHead(page).focus();
  await page.keyboard.press('+');
  await untilLength(page, 12 * hourMs);
  await page.keyboard.press('0');
  await untilLength(page, 24 * hourMs);
  await page.keyboard.press('-');
  await untilLength(page, 48 * hourMs);
  // A view of seconds runs with what plays.
  await page.locator('[data-testid=play-toggle][data-playing=true]').click();
  await page.getByTestId('zoom-frames').click();
  await untilLength(page, 2_000);
  const at = Math.round((await viewOf(page)).from) + 1_234;
  const frameMs = Math.floor(at / 100) * 100;
  const { x, y } = await pixelOf(page, 'yard', frameMs + 50);
  const card = page.getByTestId('timeline-hover');
  await page.mouse.move(x, y);
  await card
    .filter({ hasText: new RegExp(`${new Date(frameMs).toISOString().slice(11, 23)}.*(Frame|Keyframe)`) })
    .waitFor();
});

test('a click seeks to where it is, shift and drag selects, Escape clears', async () => {
  await using tab = await open(playableMs + 20_000, 60_000);
  const { page } = tab;
  await untilRead(page);
  const wanted = playableMs + 30_000;
  const target = await pixelOf(page, 'yard', wanted);
  await page.mouse.click(target.x, target.y);
  await untilAt(page, wanted);
  const selection = page.getByTestId('timeline-selection');
  await page.keyboard.down('Shift');
  await page.mouse.down();
  await page.mouse.move(target.x + 60, target.y);
  await page.mouse.move(target.x + 200, target.y);
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await selection.filter({ hasText: /Selected .* – .*s/ }).waitFor({ state: 'attached' });
  await page.keyboard.press('Escape');
  await selection.filter({ hasText: /^$/ }).waitFor({ state: 'attached' });
});

test('on a phone a tap goes to the moment it is on', async () => {
  await using tab = await open(playableMs + 20_000, 60_000, phone);
  const { page } = tab;
  await untilRead(page);
  const wanted = playableMs + 35_000;
  const { x, y } = await pixelOf(page, 'yard', wanted);
  await page.touchscreen.tap(x, y);
  await untilAt(page, wanted);
});
