/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Layout } from '@nightjar/contract';
import type { Browser, Page } from 'playwright-core';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { desktop, launchChromium, patienceMs, phone, visit } from '../testing/chromium.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { smallCamera } from '../testing/small-camera.ts';

let browser: Browser;
let cameras: SimulatedCameras;
let recorder: RecorderProcess;
const data = temporaryDataDir();

/** By group and name, as the wall shows them. */
const names = ['Attic', 'Cellar', 'Hall', 'Gate', 'Yard'];
const idOf = (name: string) => name.toLowerCase();

before(async () => {
  [cameras, recorder, browser] = await Promise.all([
    startCameras({ mounts: names.map((name) => smallCamera(idOf(name))) }),
    RecorderProcess.start({ dataDir: data.path, timeZone: 'Europe/Vienna' }),
    launchChromium(),
  ]);
  for (const [index, name] of names.entries()) {
    const group = index < 3 ? 'Inside' : 'Outside';
    await recorder.addCamera({ id: idOf(name), name, group, source: { url: cameras.url(idOf(name)) } });
  }
  for (const name of names) await recorder.untilState(idOf(name), 'recording');
});

after(async () => {
  await browser?.close();
  await recorder?.stop();
  await cameras?.stop();
  data[Symbol.dispose]();
});

const open = (path: string, viewport = desktop) => visit(browser, `${recorder.url}${path}`, viewport);
const layoutsOf = () => recorder.call<Layout[]>('GET', '/layouts');

/** Resolves once these cameras are shown, in this order, `-` for an empty place. */
const shows = (page: Page, wanted: string[]) =>
  page.waitForFunction(
    (wanted) => {
      const tiles = [...document.querySelectorAll('[data-testid=live-grid] > [data-place]')];
      const shown = tiles.map((tile) => tile.querySelector('video')?.getAttribute('aria-label') ?? '-');
      return shown.map((label) => label.replace('Live picture of ', '')).join() === wanted.join();
    },
    wanted,
    { timeout: patienceMs },
  );

const plays = (page: Page, name: string) =>
  page.waitForFunction(
    (id) => {
      const video = document.querySelector<HTMLVideoElement>(`[data-testid=live-tile-${id}] video`);
      return video !== null && video.readyState >= 2 && video.currentTime > 0;
    },
    idOf(name),
    { timeout: patienceMs },
  );

const choose = (page: Page, tiles: number) =>
  page.getByTestId('wall-tiles').getByText(String(tiles), { exact: true }).click();

test('a wall is arranged with the mouse, saved, and there in every browser', async () => {
  await using other = await open('/live');
  await using tab = await open('/live');
  const { page, complaints } = tab;
  await shows(page, names);
  await choose(page, 4);
  await shows(page, names.slice(0, 4));
  await page.getByText('1 more on other pages').waitFor();
  await plays(page, 'Attic');

  await page.getByTestId('wall-arrange').click();
  await page.getByTestId('place-1').waitFor();
  await page.getByTestId('place-1').dragTo(page.getByTestId('place-4'));
  await shows(page, ['Gate', 'Cellar', 'Hall', 'Attic']);
  await page.getByRole('button', { name: 'Take Cellar off the wall' }).click();
  await shows(page, ['Gate', '-', 'Hall', 'Attic']);
  await page.getByTestId('place-2').click();
  await page.getByTestId('pick-yard').click();
  await shows(page, ['Gate', 'Yard', 'Hall', 'Attic']);
  await page.getByTestId('arrange-save-as').click();
  await page.getByTestId('layout-name').fill('Shop floor');
  await page.keyboard.press('Enter');
  await page.waitForURL(/layout=shop-floor/);
  const [saved] = await layoutsOf();
  assert.deepEqual([saved?.tiles, saved?.cameraIds], [4, ['gate', 'yard', 'hall', 'attic', 'yard']]);

  await page.reload();
  await shows(page, ['Gate', 'Yard', 'Hall', 'Attic']);
  await other.page
    .getByTestId('wall-layout')
    .locator('option', { hasText: 'Shop floor' })
    .waitFor({ state: 'attached' });
  await other.page.getByTestId('wall-layout').selectOption('shop-floor');
  await shows(other.page, ['Gate', 'Yard', 'Hall', 'Attic']);
  // What this browser showed last.
  await page.goto(`${recorder.url}/`);
  await shows(page, ['Gate', 'Yard', 'Hall', 'Attic']);
  assert.deepEqual([...complaints, ...other.complaints], []);
});

test('by keys alone a wall is arranged, and its cameras are opened', async () => {
  await using tab = await open('/live?layout=shop-floor');
  const { page } = tab;
  await shows(page, ['Gate', 'Yard', 'Hall', 'Attic']);
  await page.keyboard.press('a');
  await page.getByTestId('place-1').and(page.locator(':focus')).waitFor();
  for (const key of ['Enter', 'ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
  await page.getByTestId('place-4').and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('Gate is in place 4 on page 1, Attic in place 1 on page 1.').waitFor({ state: 'attached' });
  await shows(page, ['Attic', 'Yard', 'Hall', 'Gate']);
  // Picked up, carried to the next page, and put back after all.
  for (const key of ['Enter', ']', 'Escape', '[']) await page.keyboard.press(key);
  await shows(page, ['Attic', 'Yard', 'Hall', 'Gate']);
  await page.getByTestId('arrange-save').click();
  await page.getByTestId('arrange-layer').waitFor({ state: 'detached' });
  assert.deepEqual((await layoutsOf())[0]?.cameraIds, ['attic', 'yard', 'hall', 'gate', 'yard']);

  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await page.getByRole('link', { name: 'Show Yard large' }).and(page.locator(':focus')).waitFor();
  await page.keyboard.press('3');
  await page.waitForURL(/\/live\/hall$/);
  await page.keyboard.press('Escape');
  await page.waitForURL(/layout=shop-floor/);
});

test('a link opens a wall of nothing but pictures, whose groups take turns', async () => {
  await using tab = await open('/live?layout=groups&rotate=5&wall');
  const { page } = tab;
  await shows(page, names.slice(0, 3));
  assert.equal(await page.getByTestId('nav-live').isVisible(), false);
  assert.equal(await page.getByTestId('wall-layout').isVisible(), false);
  await shows(page, names.slice(3));
  await plays(page, 'Yard');
  await page.keyboard.press('Escape');
  await page.getByTestId('nav-live').waitFor();
  await page.getByTestId('wall-rotate').click();
  await page.getByTestId('wall-turning').waitFor({ state: 'detached' });
  await page.keyboard.press('f');
  await page.getByTestId('nav-live').waitFor({ state: 'hidden' });
  await page.getByTestId('leave-wall').click();
  await page.getByTestId('nav-live').waitFor();
});

test('on a phone places are changed by touch, and pages are turned by swiping', async () => {
  await using tab = await open('/live?layout=shop-floor', phone);
  const { page } = tab;
  await shows(page, ['Attic', 'Yard', 'Hall', 'Gate']);
  const overhang = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(overhang <= 0, `${overhang} px too wide`);
  await page.getByTestId('wall-menu').click();
  await page.getByTestId('menu-arrange').click();
  await page.getByTestId('place-1').tap();
  await page.getByTestId('place-2').tap();
  await shows(page, ['Yard', 'Attic', 'Hall', 'Gate']);
  await page.getByTestId('arrange-save').click();
  await page.getByTestId('arrange-layer').waitFor({ state: 'detached' });
  assert.deepEqual((await layoutsOf())[0]?.cameraIds.slice(0, 2), ['yard', 'attic']);

  const touch = await page.context().newCDPSession(page);
  const swipe = async (...xs: number[]) => {
    for (const [index, x] of xs.entries()) {
      const type = index === 0 ? 'touchStart' : 'touchMove';
      await touch.send('Input.dispatchTouchEvent', { type, touchPoints: [{ x, y: 300 }] });
    }
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  };
  await swipe(330, 250, 150, 60);
  await shows(page, ['Yard', '-', '-', '-']);
  await swipe(60, 150, 250, 330);
  await shows(page, ['Yard', 'Attic', 'Hall', 'Gate']);
});
