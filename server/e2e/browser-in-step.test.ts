/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Mark, RetentionPreview } from '@nightjar/contract';
import type { Browser, Page } from 'playwright-core';
import { launchChromium, patienceMs, visit } from '../testing/chromium.ts';
import { drawnStream, layDrawnFootage } from '../testing/drawn-footage.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { apartMs, shownNumbers } from '../testing/shown-numbers.ts';
import { waitFor } from '../testing/wait.ts';

const fps = 25;
const frameMs = 1_000 / fps;
const loopMs = 10_000;
/** A full minute three days ago. */
const t0 = Math.floor(Date.now() / 60_000) * 60_000 - 3 * 86_400_000;
/** When each camera's first loop began: none shows the same number as another at the same time. */
const begins = { door: t0, yard: t0 - 3_700, gate: t0 - 7_220 };
type CameraId = keyof typeof begins;
const ids = Object.keys(begins) as CameraId[];
/** The gate's footage has a gap, from its fourth loop's end on. */
const gap = { from: begins.gate + 4 * loopMs, to: begins.gate + 4 * loopMs + 2_000 };

let browser: Browser;
let recorder: RecorderProcess;
const data = temporaryDataDir();

before(async () => {
  const stream = await drawnStream({ path: 'any', width: 160, height: 90, fps, gopFrames: fps, loopSeconds: 10 });
  const footage = { stream, repeat: 12 };
  await layDrawnFootage(data.path, [
    { ...footage, cameraId: 'door', startMs: begins.door },
    { ...footage, cameraId: 'yard', startMs: begins.yard },
    { ...footage, cameraId: 'gate', startMs: begins.gate, repeat: 4 },
    { ...footage, cameraId: 'gate', startMs: gap.to, repeat: 8 },
  ]);
  [recorder, browser] = await Promise.all([RecorderProcess.start({ dataDir: data.path }), launchChromium()]);
});

after(async () => {
  await browser?.close();
  await recorder?.stop();
  data[Symbol.dispose]();
});

const open = (atMs: number) =>
  visit(browser, `${recorder.url}/review/door?at=${new Date(atMs).toISOString()}&with=yard,gate`);

const tile = (page: Page, id: CameraId) => page.getByTestId(`in-step-${id}`);

/** When the pictures of these cameras that are shown now were recorded, ms within a loop's length; null: not all there. */
async function shownTimes(page: Page, of: readonly CameraId[]): Promise<number[] | null> {
  const numbers = await shownNumbers(
    page,
    of.map((id) => `[data-testid=in-step-${id}] video`),
  );
  const isAfterGap = (await clockMs(page)) >= gap.to;
  const times = of.map((id, at) => {
    const number = numbers[at];
    const begin = id === 'gate' && isAfterGap ? gap.to : begins[id];
    return number == null ? null : (begin - t0 + number * frameMs + loopMs) % loopMs;
  });
  return times.every((time) => time !== null) ? times : null;
}

/** Resolves when so many different pictures in a row, each of all at one instant, were of one moment to the frame. */
async function untilInStep(page: Page, of: readonly CameraId[], count = 3): Promise<void> {
  let inARow = 0;
  let before: readonly number[] = [];
  const seen: string[] = [];
  const look = async () => {
    const times = await shownTimes(page, of);
    if (!times || times[0] === before[0]) return false;
    before = times;
    seen.push(apartMs(times, loopMs).toFixed());
    inARow = apartMs(times, loopMs) <= frameMs + 1 ? inARow + 1 : 0;
    return inARow >= count;
  };
  await waitFor(`${of} are in step`, look, { withinMs: patienceMs, everyMs: 20, details: () => seen.join(' ') });
}

const clockMs = async (page: Page) => Number(await page.getByTestId('current-time').getAttribute('data-at'));

/** What the clock shows when a camera's tile is first found in this state. */
const clockWhen = async (page: Page, id: CameraId, state: string): Promise<number> => {
  const found = await page.waitForFunction(
    ({ id, state }) => {
      const tile = document.querySelector(`[data-testid=in-step-${id}]`);
      const clock = document.querySelector('[data-testid=current-time]');
      return tile?.getAttribute('data-state') === state && clock?.getAttribute('data-at');
    },
    { id, state },
    { timeout: patienceMs },
  );
  return Number(await found.jsonValue());
};

test('three cameras play in step to the frame, and one’s gap does not stop the others', async () => {
  await using tab = await open(gap.from - 2_000);
  const { page, complaints } = tab;
  await page.getByTestId('in-step').waitFor();
  const said = tile(page, 'gate')
    .getByText(/No footage until/)
    .waitFor();
  const [gapAt] = await Promise.all([clockWhen(page, 'gate', 'gap'), untilInStep(page, ids), said]);
  assert.ok(
    gapAt >= gap.from - frameMs && gapAt < gap.to,
    `the gap is said ${gapAt - gap.from} ms after its beginning`,
  );
  const back = clockWhen(page, 'gate', 'shown');
  await untilInStep(page, ['door', 'yard']);
  assert.ok((await back) >= gap.to - frameMs, `back ${(await back) - gap.to} ms after the gap`);
  await untilInStep(page, ids);

  await page.getByTestId('play-toggle').click();
  await page.locator('[data-testid=in-step][data-state=paused]').waitFor();
  await waitFor('all show the frame of the paused clock', async () => {
    const times = await shownTimes(page, ['door', 'yard']);
    return times !== null && apartMs(times, loopMs) <= frameMs;
  });
  assert.deepEqual(complaints, []);
});

test('snapshots are one file of each camera; a bookmark is listed, says who made it, and keeps its footage', async () => {
  await using tab = await open(t0 + 20_000);
  const { page } = tab;
  await untilInStep(page, ids, 1);
  await page.getByTestId('play-toggle').click();
  await page.locator('[data-testid=in-step][data-state=paused]').waitFor();
  const names: string[] = [];
  page.on('download', (download) => names.push(download.suggestedFilename()));
  await page.keyboard.press('s');
  await waitFor('a file of each camera', () => names.length === ids.length);
  assert.deepEqual(names.map((name) => name.split('_')[0]).sort(), [...ids].sort());

  await page.keyboard.press('b');
  await page.getByTestId('mark-title').fill('Somebody at the gate');
  await page.getByTestId('mark-who').fill('Anna');
  await page.getByTestId('mark-save').click();
  await page.getByTestId('mark').getByText('Somebody at the gate').waitFor();
  const marks = await recorder.call<Mark[]>('GET', '/marks');
  assert.deepEqual(
    marks.map(({ cameraId, title, madeBy }) => [cameraId, title, madeBy]),
    [['door', 'Somebody at the gate', 'Anna']],
  );
  const preview = await recorder.call<RetentionPreview>('GET', '/retention/preview?maxAgeDays=1');
  assert.equal(preview.protectedSegments, 1);
});
