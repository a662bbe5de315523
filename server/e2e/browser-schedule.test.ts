/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type DaySpan, type Recording, type RecordingInput, type Week, weekdays } from '@nightjar/contract';
import type { Browser, Page } from 'playwright-core';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { launchChromium, visit } from '../testing/chromium.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { smallCamera } from '../testing/small-camera.ts';
import { waitFor } from '../testing/wait.ts';

let browser: Browser;
let cameras: SimulatedCameras;
let recorder: RecorderProcess;
const data = temporaryDataDir();

const never = Object.fromEntries(weekdays.map((day) => [day, []])) as unknown as Week;

before(async () => {
  [cameras, recorder, browser] = await Promise.all([
    startCameras({ mounts: [smallCamera('yard'), smallCamera('door')] }),
    RecorderProcess.start({ dataDir: data.path, timeZone: 'Europe/Vienna' }),
    launchChromium(),
  ]);
  const recording: RecordingInput = { mode: 'scheduled', schedule: { week: never } };
  await recorder.addCamera({ id: 'yard', name: 'Yard', source: { url: cameras.url('yard') }, recording });
  await recorder.addCamera({ id: 'door', name: 'Door', source: { url: cameras.url('door') } });
  await recorder.untilState('yard', 'live');
});

after(async () => {
  await browser?.close();
  await recorder?.stop();
  await cameras?.stop();
  data[Symbol.dispose]();
});

const open = (path: string) => visit(browser, `${recorder.url}${path}`);
const recordingOf = async (id: string): Promise<Recording> =>
  (await recorder.call<{ recording: Recording }>('GET', `/cameras/${id}`)).recording;

/** Drags over the week grid, from an hour of a day (0 is Monday) to another. */
async function drag(page: Page, from: [day: number, hour: number], to: [day: number, hour: number]): Promise<void> {
  const lanes = page.getByTestId('week-lanes');
  await lanes.evaluate((element) => element.scrollIntoView({ block: 'center' }));
  const box = await lanes.boundingBox();
  assert.ok(box);
  const at = ([day, hour]: [number, number]): [number, number] => [
    box.x + ((day + 0.5) * box.width) / 7,
    box.y + (hour * box.height) / 24,
  ];
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 4 });
  await page.mouse.up();
}

/** Saves, and resolves with what the recorder then has. */
async function save(page: Page): Promise<Recording> {
  const before = JSON.stringify(await recordingOf('yard'));
  await page.getByTestId('save-camera').click();
  return waitFor('the settings are saved', async () => {
    const recording = await recordingOf('yard');
    return JSON.stringify(recording) === before ? null : recording;
  });
}

const span = (from: string, to: string): DaySpan => ({ from, to });

test('what is drawn on the week grid is what the recorder has after saving', async () => {
  await using tab = await open('/cameras/yard/settings');
  const { page, complaints } = tab;
  await page.getByTestId('week-grid').waitFor();
  // A quarter of a step inside, so that snapping is to be seen.
  await drag(page, [0, 8.05], [4, 17.95]);
  await drag(page, [4, 22.05], [6, 5.95]);
  assert.equal(
    await page.getByTestId('week-summary').textContent(),
    'Mon–Thu 08:00–18:00; Fri 08:00–18:00 and 22:00–06:00; Sat 22:00–06:00',
  );
  const { schedule } = await save(page);
  const workday = [span('08:00', '18:00')];
  const night = span('22:00', '06:00');
  assert.deepEqual(schedule.week, {
    monday: workday,
    tuesday: workday,
    wednesday: workday,
    thursday: workday,
    friday: [...workday, night],
    saturday: [night],
    sunday: [],
  });
  assert.deepEqual(complaints, []);
});

test('spans are moved, resized, typed, removed and brought back by keys alone', async () => {
  await using tab = await open('/cameras/yard/settings');
  const { page } = tab;
  await page.getByRole('button', { name: 'Monday 08:00 to 18:00' }).focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Shift+ArrowDown');
  await page.getByRole('button', { name: 'Monday 07:45 to 18:00' }).and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Enter');
  await page.getByTestId('time-to').fill('1215');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Monday 07:45 to 12:15' }).and(page.locator(':focus')).waitFor();
  await page.getByRole('button', { name: 'Tuesday 08:00 to 18:00' }).focus();
  await page.keyboard.press('Delete');
  await page.getByRole('button', { name: 'Wednesday 08:00 to 18:00' }).and(page.locator(':focus')).press('Delete');
  await page.getByRole('button', { name: 'Thursday 08:00 to 18:00' }).and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Control+z');
  const { schedule } = await save(page);
  assert.deepEqual(schedule.week.monday, [span('07:45', '12:15')]);
  assert.deepEqual(schedule.week.tuesday, []);
  assert.deepEqual(schedule.week.wednesday, [span('08:00', '18:00')]);
});

test('a schedule is copied to another camera, which says what changes', async () => {
  await using tab = await open('/cameras/yard/settings');
  const { page } = tab;
  await page.getByTestId('copy-to-cameras').click();
  await page.getByText('Instead of: always').waitFor();
  await page.getByTestId('copy-to-door').click();
  await page.getByTestId('copy-confirm').click();
  const { mode, schedule } = await recordingOf('yard');
  await waitFor('the other camera has it', async () => {
    const copied = await recordingOf('door');
    return JSON.stringify([copied.mode, copied.schedule]) === JSON.stringify([mode, schedule]);
  });
});

test('an override from the live view records at once, says until when, and is ended by hand', async () => {
  await recorder.call('PUT', '/cameras/yard/recording', { schedule: { week: never } });
  await recorder.untilState('yard', 'live');
  await using tab = await open('/live/yard');
  const { page } = tab;
  const state = page.getByTestId('tile-state-yard');
  await state.filter({ hasText: 'Not scheduled' }).waitFor();
  await page.getByTestId('override-yard').click();
  await page.getByTestId('override-30').click();
  await state.filter({ hasText: /^Recording until \d\d:\d\d$/ }).waitFor();
  await recorder.untilState('yard', 'recording');
  await page.getByTestId('end-override-yard').click();
  await state.filter({ hasText: 'Not scheduled' }).waitFor();
  await recorder.untilState('yard', 'live');
  assert.equal((await recordingOf('yard')).override, null);
});
