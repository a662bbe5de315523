// Mostly waits.
/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { launchChromium, patienceMs, type Visit, visit } from '../testing/chromium.ts';
import { drawnStream, layDrawnFootage } from '../testing/drawn-footage.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { shownNumbers } from '../testing/shown-numbers.ts';
import { waitFor } from '../testing/wait.ts';

/*
 * Footage whose pictures show the number of their frame in a loop of ten seconds: so of each picture on the screen is
 * known which one of the recording it is.
 */

const fps = 10;
const frameMs = 1_000 / fps;
const loopFrames = 100;
const loopMs = loopFrames * frameMs;
/** Midnight, three days ago. Recorded from 20 s before it on; another run from 10 s after it; a gap of 2 s; ten minutes. */
const midnight = Math.floor(Date.now() / 86_400_000 - 2) * 86_400_000;
const runChange = midnight + 10_000;
const gap = { from: midnight + 20_000, to: midnight + 22_000 };

let browser: Browser;
let cameras: SimulatedCameras;
let recorder: RecorderProcess;
const data = temporaryDataDir();

before(async () => {
  const mount = { width: 160, height: 90, fps, gopFrames: fps, loopSeconds: 10 };
  const stream = await drawnStream({ path: 'any', ...mount, bFrames: 2 });
  const footage = { stream, cameraId: 'door' };
  await layDrawnFootage(data.path, [
    { ...footage, startMs: midnight - 20_000, repeat: 3 },
    { ...footage, startMs: runChange, repeat: 1 },
    { ...footage, startMs: gap.to, repeat: 60 },
  ]);
  [cameras, recorder, browser] = await Promise.all([
    startCameras({ mounts: [{ path: 'now', ...mount }] }),
    RecorderProcess.start({ dataDir: data.path }),
    launchChromium(),
  ]);
  await recorder.addCamera({ id: 'now', name: 'Now', source: { url: cameras.url('now') } });
});

after(async () => {
  await browser?.close();
  await recorder?.stop();
  await cameras?.stop();
  data[Symbol.dispose]();
});

const open = (cameraId: string, atMs: number): Promise<Visit> =>
  visit(browser, `${recorder.url}/review/${cameraId}?at=${new Date(atMs).toISOString()}`);

/** Number in its loop of the frame recorded at a moment. */
const numberAt = (wallMs: number) => {
  const startMs = wallMs < gap.to ? midnight : gap.to;
  return Math.floor(((((wallMs - startMs + 1) % loopMs) + loopMs) % loopMs) / frameMs);
};

/** Which picture is on the screen, and which moment the page says it is of. */
interface Shown {
  wallMs: number;
  number: number | null;
}

async function shown(page: Page): Promise<Shown> {
  const at = await page.getByTestId('current-time').getAttribute('data-at');
  const [number = null] = await shownNumbers(page, ['video']);
  return { wallMs: Number(at), number };
}

/** How many frames the picture is away from the one of the moment that is told. */
function apart({ wallMs, number }: Shown): number {
  const frames = Math.abs((number ?? Number.NaN) - numberAt(wallMs));
  return Math.min(frames, loopFrames - frames);
}

/** What is shown again and again until `enough`, in order. */
async function watch(page: Page, enough: (seen: Shown[]) => boolean): Promise<Shown[]> {
  const seen: Shown[] = [];
  await waitFor(
    'playing goes on',
    async () => {
      const now = await shown(page);
      if (now.number !== null && now.wallMs !== seen.at(-1)?.wallMs) seen.push(now);
      return enough(seen);
    },
    { withinMs: patienceMs, everyMs: 20, details: () => JSON.stringify(seen.slice(-5)) },
  );
  return seen;
}

const last = (seen: Shown[]): number => seen.at(-1)?.wallMs ?? Number.NaN;

/** While it plays, the moment is told ten times a second and drawn later: within a second it is the picture's. */
const assertRight = (seen: Shown[]) =>
  assert.deepEqual(
    seen.filter((one) => apart(one) > fps),
    [],
  );

/** What is shown once it stands still, to the frame. */
const untilStill = (page: Page): Promise<Shown> => {
  let now: Shown | undefined;
  return waitFor(
    'the picture of the moment that is told stands still',
    async () => {
      const before = await shown(page);
      now = await shown(page);
      const paused = await page.evaluate(() => document.querySelector('video')?.paused === true);
      return paused && before.wallMs === now.wallMs && before.number === now.number && apart(now) === 0 && now;
    },
    { withinMs: patienceMs, everyMs: 20, details: () => `${JSON.stringify(now)}, ${(now?.wallMs ?? 0) - midnight} ms` },
  );
};

/** Of a page that plays: stops it, and goes to a moment. */
async function pauseAt(page: Page, atMs: number): Promise<Shown> {
  await watch(page, (seen) => seen.length > 0);
  await page.keyboard.press('k');
  await isPaused(page);
  await page.keyboard.press('g');
  await page.getByTestId('go-to-time').fill(`${atMs}`);
  await page.keyboard.press('Enter');
  // Until then keys are typed into it.
  await page.getByTestId('go-to-time').waitFor({ state: 'hidden' });
  await page.waitForFunction(
    ({ atMs, frameMs }) => {
      const at = Number(document.querySelector('[data-testid=current-time]')?.getAttribute('data-at'));
      return Math.abs(at - atMs) <= frameMs;
    },
    { atMs, frameMs },
  );
  return untilStill(page);
}

async function chooseSpeed(page: Page, speed: string): Promise<void> {
  await page.getByTestId('speed').click();
  await page.getByTestId(`speed-${speed}`).click();
}

const isPaused = (page: Page) => page.waitForFunction(() => document.querySelector('video')?.paused === true);

test('plays on over midnight and into another run without a break, and backwards', async () => {
  await using tab = await open('door', midnight - 600);
  const { page, complaints } = tab;
  const before = await watch(page, (seen) => last(seen) > midnight + 300);
  await page.keyboard.press('.');
  assertRight(before);
  assert.ok(before.some(({ wallMs }) => wallMs < midnight));
  await tab.page.goto(`${recorder.url}/review/door?at=${new Date(runChange - 600).toISOString()}`);
  const across = await watch(page, (seen) => last(seen) > runChange + 400);
  assertRight(across);
  assert.equal(await page.getByText(/skipped/).count(), 0);
  await chooseSpeed(page, '-1');
  const back = await watch(page, (seen) => last(seen) < runChange - 300);
  const times = back.slice(2).map(({ wallMs }) => wallMs);
  assert.ok(
    times.every((at, index) => index === 0 || at <= (times[index - 1] ?? 0)),
    `${times}`,
  );
  assert.deepEqual(complaints, []);
});

test('steps of exactly one picture, both ways, over the border of two runs and over a gap', async () => {
  for (const [border, count] of [
    [runChange, 4],
    [gap.to, 3],
  ] as const) {
    const firstAt = (border === gap.to ? gap.from : border) - count * frameMs;
    await using tab = await open('door', midnight - 15_000);
    const { page } = tab;
    let { wallMs, number } = await pauseAt(page, firstAt + frameMs / 2);
    const step = async (key: string, way: number) => {
      const wanted = ((number ?? -1) + way + loopFrames) % loopFrames;
      await page.keyboard.press(key);
      await page.waitForFunction(
        (from) => Number(document.querySelector('[data-testid=current-time]')?.getAttribute('data-at')) !== from,
        Math.round(wallMs),
      );
      ({ wallMs, number } = await untilStill(page));
      assert.equal(number, wanted);
    };
    while (wallMs < border + frameMs / 2) await step('.', 1);
    for (let back = 0; back < 3; back += 1) await step(',', -1);
    assert.ok(wallMs < border);
  }
});

test('128 times as fast, on to the end, and back', async () => {
  await using tab = await open('door', gap.to + 30_000);
  const { page, complaints } = tab;
  await watch(page, (seen) => seen.length > 0);
  await chooseSpeed(page, '128');
  const on = await watch(page, (seen) => last(seen) > gap.to + 250_000);
  assert.ok(on.filter(({ wallMs }) => wallMs > gap.to + 60_000).length >= 2);
  await chooseSpeed(page, '-128');
  const back = await watch(page, (seen) => last(seen) < gap.to + 200_000);
  assert.ok(back.some(({ wallMs }) => wallMs < gap.to + 400_000));
  await watch(page, (seen) => last(seen) < midnight);
  await isPaused(page);
  assert.deepEqual(complaints, []);
});

test('waits in a gap as long as it lasted, and says so', async () => {
  await using tab = await open('door', gap.from - 10_000);
  const { page } = tab;
  await pauseAt(page, gap.from - 500);
  await page.getByTestId('speed').click();
  await page.getByTestId('gaps').getByText(/wait/i).click();
  await page.keyboard.press('Escape');
  await page.getByTestId('play-toggle').click();
  await page.getByTestId('review-gap').waitFor();
  const { wallMs } = await shown(page);
  assert.ok(wallMs > gap.from - 500 && wallMs < gap.to, `${wallMs - gap.from}`);
  await page.getByTestId('review-gap').waitFor({ state: 'detached' });
  const after = await watch(page, (seen) => last(seen) > gap.to + 300);
  assertRight(after.filter((one) => one.wallMs > gap.to + 200));
});

test('plays on into what is recorded while it plays', async () => {
  await recorder.untilRecorded('now', 'some seconds', (segments) => segments.length > 0);
  const openedMs = Date.now();
  await using tab = await open('now', openedMs - 1_000);
  const { page, complaints } = tab;
  await watch(page, (seen) => last(seen) > openedMs + 1_000);
  assert.deepEqual(complaints, []);
});
