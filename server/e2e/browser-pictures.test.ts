/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { readFrameNumber } from '../testing/camera/read-picture.ts';
import { launchChromium, patienceMs, visit } from '../testing/chromium.ts';
import { drawnStream, layDrawnFootage } from '../testing/drawn-footage.ts';
import { greyPicture, greyPictures } from '../testing/media-tools.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';

/*
 * Footage whose pictures show the number of their frame in a loop of ten seconds: so of each picture that comes out is
 * known which one of the recording it is.
 */

const size = { width: 320, height: 180 };
const loopMs = 10_000;
const fps = 10;
const frameMs = 1_000 / fps;
const gopMs = 1_000;
/** Four minutes, then a gap of a minute, then two minutes; on a day that is over in every zone. */
const t0 = Math.floor(Date.now() / 86_400_000 - 3) * 86_400_000 + 9 * 3_600_000;
const gap = { from: t0 + 240_000, to: t0 + 300_000 };
const end = gap.to + 120_000;

let browser: Browser;
let recorder: RecorderProcess;
const data = temporaryDataDir();

before(async () => {
  const stream = await drawnStream({ path: 'any', ...size, fps, gopFrames: fps, loopSeconds: 10 });
  await layDrawnFootage(data.path, [
    { stream, cameraId: 'door', startMs: t0, repeat: 24 },
    { stream, cameraId: 'door', startMs: gap.to, repeat: 12 },
  ]);
  [recorder, browser] = await Promise.all([RecorderProcess.start({ dataDir: data.path }), launchChromium()]);
});

after(async () => {
  await browser?.close();
  await recorder?.stop();
  data[Symbol.dispose]();
});

/** Number in its loop of the frame that was recorded at a moment. Both recordings began with a loop. */
const numberAt = (wallMs: number) => Math.round(((((wallMs - t0) % loopMs) + loopMs) % loopMs) / frameMs);

/** Of the keyframe at or before it. */
const keyframeAt = (wallMs: number) => numberAt(Math.floor(wallMs / gopMs) * gopMs);

/** Wall times that the playlist gives its pictures, and the numbers that ffmpeg reads in them. */
async function playedFast(
  speed: number,
  reverse: boolean,
): Promise<{ numbers: Array<number | null>; walls: number[] }> {
  const address = `/cameras/door/playback/fast.m3u8?from=${t0}&to=${end}&speed=${speed}&reverse=${reverse}`;
  const { body } = await recorder.bytes(address);
  const walls = [...body.toString().matchAll(/^#EXT-X-NIGHTJAR-WALL:(\d+),(\d+)$/gm)].flatMap(([, from, to]) => [
    Number(from),
    Number(to),
  ]);
  const pictures = await greyPictures(`${recorder.url}/api/v1${address}`, 10_000, size);
  return { numbers: pictures.map(readFrameNumber), walls };
}

test('fast playlists: every picture is a keyframe of its time, forwards and backwards, and the gap takes no time', async () => {
  const times = (cellMs: number) => {
    const keyframes = Array.from({ length: (end - t0) / gopMs }, (_, at) => t0 + at * gopMs);
    const recorded = keyframes.filter((at) => at < gap.from || at >= gap.to);
    return recorded.filter((at, index) => Math.floor(at / cellMs) !== Math.floor((recorded[index - 1] ?? 0) / cellMs));
  };
  for (const [speed, reverse] of [
    [8, false],
    [64, true],
  ] as const) {
    const { numbers, walls } = await playedFast(speed, reverse);
    const expected = times(speed * 100).map(numberAt);
    assert.deepEqual(numbers, reverse ? expected.toReversed() : expected, `at ${speed}`);
    assert.deepEqual([walls[0], walls.at(-1)], reverse ? [end, t0] : [t0, end]);
    const borders = walls.filter((at) => at === gap.from || at === gap.to);
    assert.deepEqual(borders, reverse ? [gap.to, gap.from] : [gap.from, gap.to]);
  }
});

test('small snapshots are of the keyframe before the moment, kept in memory, and refused when too many are wanted', async () => {
  const ask = (atMs: number) => recorder.bytes(`/cameras/door/snapshot.jpg?at=${atMs}&width=320`);
  const first = await ask(t0 + 33_700);
  assert.equal(first.status, 200);
  assert.equal(first.headers.get('x-frame-at'), String(t0 + 33_000));
  assert.equal(readFrameNumber(await greyPicture(first.body)), keyframeAt(t0 + 33_700));
  const many = await Promise.all(Array.from({ length: 16 }, (_, at) => ask(t0 + 60_000 + at * 5_000)));
  const refused = many.filter(({ status }) => status === 503);
  assert.ok(refused.length > 0 && refused.length < 16, `${refused.length} refused`);
  assert.match(refused[0]?.body.toString() ?? '', /"busy"/);
  assert.equal((await ask(t0 + 33_200)).status, 200, 'the same keyframe, which is there already');
  assert.equal((await ask(gap.from + 30_000)).status, 404);
});

/** Number in the picture that a selector's canvas shows. */
async function shownNumber(page: Page, selector: string): Promise<number | null> {
  const shown = await page.evaluate((wanted) => {
    const canvas = document.querySelector<HTMLCanvasElement>(`${wanted} canvas`);
    const { width = 0, height = 0 } = canvas ?? {};
    const pixels = canvas?.getContext('2d')?.getImageData(0, 0, width, height).data;
    return { width, height, luma: Array.from({ length: width * height }, (_, at) => pixels?.[4 * at + 1] ?? 0) };
  }, selector);
  return readFrameNumber({ ...shown, luma: Uint8Array.from(shown.luma) });
}

const glance = (page: Page) => page.getByTestId('glance');
const cell = (page: Page, words: RegExp) => glance(page).getByRole('button', { name: words });

for (const way of ['WebCodecs', 'the recorder'] as const) {
  test(`the timeline’s hover picture, decoded by ${way}, is that of its moment`, async () => {
    await using tab = await visit(browser, 'about:blank');
    const { page, complaints } = tab;
    if (way === 'the recorder') {
      await page.addInitScript(() => {
        VideoDecoder.isConfigSupported = async (config) => ({ supported: false, config });
      });
    }
    await page.goto(`${recorder.url}/review/door?at=${new Date(t0 + 100_000).toISOString()}&zoom=300`);
    const rows = page.getByTestId('review-timeline').locator('section canvas');
    const box = await rows.boundingBox();
    assert.ok(box);
    const picture = '[data-testid=moment-picture]';
    for (const share of [0.35, 0.6]) {
      await page.mouse.move(box.x + box.width * share, box.y + 12);
      await page.waitForSelector(`${picture}[data-state=shown][data-stale=false]`, { timeout: patienceMs });
      const atMs = Number(await page.getAttribute(picture, 'data-at'));
      assert.equal((atMs - t0) % gopMs, 0, 'a keyframe’s time');
      assert.equal(await shownNumber(page, picture), numberAt(atMs));
    }
    assert.deepEqual(complaints, []);
  });
}

test('a day at a glance: pictures of what is recorded, reasons for what is not, keys, an hour, and back to playing', async () => {
  await using tab = await visit(browser, 'about:blank');
  const { page, complaints } = tab;
  // As on a page that came over plain HTTP from another machine: a video decodes.
  await page.addInitScript(() => Reflect.deleteProperty(window, 'VideoDecoder'));
  await page.goto(`${recorder.url}/review/door?at=${new Date(t0 + 10_000).toISOString()}`);
  await page.getByTestId('current-time').waitFor();
  await page.keyboard.press('d');
  await cell(page, /^09:00, /)
    .locator('[data-state=shown]')
    .waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')?.slice(0, 5)), '09:00');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('z');
  await glance(page).and(page.locator('[data-zoomed=true]')).waitFor();
  await page.getByTestId('glance-span').getByText('1 min', { exact: true }).click();
  await cell(page, /^09:04, no footage$/).waitFor();
  const shown = cell(page, /^09:02, /);
  await shown.locator('[data-state=shown]').waitFor();
  assert.equal(Number(await shown.locator('[data-state]').first().getAttribute('data-at')), t0 + 120_000);
  assert.equal(await shownNumber(page, '[aria-label^="09:02,"]'), numberAt(t0 + 120_000));
  await shown.focus();
  await page.keyboard.press('Enter');
  await glance(page).waitFor({ state: 'detached' });
  await page.waitForFunction(
    (from) => {
      const at = Number(document.querySelector('[data-testid=current-time]')?.getAttribute('data-at'));
      return at >= from && at < from + 20_000;
    },
    t0 + 120_000,
    { timeout: patienceMs },
  );
  assert.deepEqual(complaints, []);
});
