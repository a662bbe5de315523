/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { VolumeDto } from '@nightjar/contract';
import type { Browser, Page } from 'playwright-core';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { desktop, launchChromium, phone, type Visit, visit } from '../testing/chromium.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { waitFor } from '../testing/wait.ts';

const firstLoadLimitBytes = 300_000;

let browser: Browser;
let cameras: SimulatedCameras;
let recorder: RecorderProcess;
const data = temporaryDataDir();
const disk = mkdtempSync(path.join(tmpdir(), 'nightjar-disk-'));

before(async () => {
  const mounts = ['door', 'yard'].map((name) => ({ path: name, width: 320, height: 180, fps: 10, gopFrames: 10 }));
  [cameras, recorder, browser] = await Promise.all([
    startCameras({ mounts }),
    RecorderProcess.start({ dataDir: data.path, timeZone: 'Europe/Vienna' }),
    launchChromium(),
  ]);
  const alerts = { downAfterSeconds: 5 };
  await recorder.addCamera({ id: 'door', name: 'Front door', source: { url: cameras.url('door') }, alerts });
  await recorder.addCamera({ id: 'yard', name: 'Yard', source: { url: cameras.url('yard') }, alerts });
  await Promise.all(['door', 'yard'].map((id) => recorder.untilState(id, 'recording')));
});

after(async () => {
  await browser?.close();
  await recorder?.stop();
  await cameras?.stop();
  data[Symbol.dispose]();
  rmSync(disk, { recursive: true, force: true });
});

const open = (address: string, viewport = desktop): Promise<Visit> =>
  visit(browser, `${recorder.url}${address}`, viewport);

const byId = (page: Page, id: string) => page.getByTestId(id);
const volumesNow = () => recorder.call<VolumeDto[]>('GET', '/volumes');

test('the overview says what records, how long there is room, what is covered, and how the machine does', async () => {
  await using visit = await open('/system');
  const { page, complaints } = visit;
  await byId(page, 'verdict').waitFor();
  await byId(page, 'fact-recording').filter({ hasText: '2 of 2' }).waitFor();
  await byId(page, 'fact-storage')
    .filter({ hasText: /Full in|Keeps|Not known yet|Does not fill/ })
    .waitFor();
  await byId(page, 'fact-coverage').filter({ hasText: '%' }).waitFor();
  await byId(page, 'fact-clock').filter({ hasText: 'Europe/Vienna' }).waitFor();
  await byId(page, 'load-memoryBytes')
    .filter({ hasText: /\d+ MB/ })
    .waitFor();
  await byId(page, 'recent-event').filter({ hasText: 'Yard' }).first().waitFor();
  assert.deepEqual(complaints, []);
});

test('each cell of the coverage leads to its day, by pointer and by keys', async () => {
  await using visit = await open('/system');
  const { page, complaints } = visit;
  const today = byId(page, 'coverage-door').getByRole('link', { name: /recorded/ });
  await today.focus();
  await page.getByRole('tooltip').filter({ hasText: 'Front door' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.getByRole('tooltip').filter({ hasText: 'Yard' }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/review\/yard\?at=\d{4}-/);
  await byId(page, 'day-coverage').filter({ hasText: 'recorded' }).waitFor();
  assert.deepEqual(complaints, []);
});

test('a camera that drops is an alert in the frame and in the events, without a reload, and so is its return', async () => {
  await using visit = await open('/system/events');
  const { page } = visit;
  await byId(page, 'event').first().waitFor();
  await cameras.fault('yard', 'not-found');
  await cameras.fault('yard', 'drop');
  await byId(page, 'recorder-state').filter({ hasText: '1 of 2' }).waitFor();
  const down = byId(page, 'event').and(page.locator('[data-kind=camera_down]'));
  await down.filter({ hasText: 'Yard' }).waitFor();
  await byId(page, 'event-level').getByText('Alerts', { exact: true }).click();
  await page.waitForFunction(() =>
    [...document.querySelectorAll('[data-testid=event]')].every(
      (event) => event.getAttribute('data-level') === 'alert',
    ),
  );
  await byId(page, 'recorder-state').click();
  await byId(page, 'verdict').filter({ hasText: 'Yard' }).waitFor();
  await cameras.fault('yard', 'found');
  await byId(page, 'recorder-state').filter({ hasText: '2 of 2' }).waitFor();
  await byId(page, 'verdict').filter({ hasNotText: 'Yard' }).waitFor();
});

test('nothing is to be cleaned; a volume is added, used earlier, set to read only and removed; an unusable folder is refused where it was typed', async () => {
  await using visit = await open('/system/storage');
  const { page } = visit;
  const [dataFolder] = await volumesNow();
  await byId(page, `volume-${dataFolder?.id}`).filter({ hasText: 'Recording' }).waitFor();
  await byId(page, 'cleaning-preview').click();
  await page.getByText('Nothing would go').waitFor();
  await page.keyboard.press('Escape');
  await byId(page, 'add-volume').click();
  await byId(page, 'volume-path').fill(path.join(disk, 'nothing'));
  await byId(page, 'save-volume').click();
  await page.locator('.mantine-InputWrapper-error').waitFor();
  await byId(page, 'volume-path').fill(disk);
  await byId(page, 'volume-name').fill('Second disk');
  await byId(page, 'volume-quota').fill('2.5');
  await byId(page, 'save-volume').click();
  await byId(page, 'storage').getByText('Second disk').waitFor();
  const added = (await volumesNow()).find(({ name }) => name === 'Second disk');
  assert.ok(added);
  assert.deepEqual([added.quotaBytes, added.keepFreeIsDefault], [2_500_000_000, true]);

  const card = byId(page, `volume-${added.id}`);
  const choose = async (item: string) => {
    await byId(page, `volume-menu-${added.id}`).click();
    await byId(page, item).click();
  };
  await card.filter({ hasText: 'Standing by' }).waitFor();
  await choose('volume-up');
  await card.filter({ hasText: 'Recording' }).waitFor();
  await waitFor('it is used first', async () => (await volumesNow())[0]?.id === added.id);
  await choose('volume-down');
  await card.filter({ hasText: 'Standing by' }).waitFor();
  await choose('edit-volume');
  await page.getByLabel('Read only').check();
  await byId(page, 'save-volume').click();
  await card.filter({ hasText: 'Read only' }).waitFor();
  await choose('remove-volume');
  await byId(page, 'confirm-remove-volume').click();
  await card.waitFor({ state: 'detached' });
  assert.equal((await volumesNow()).length, 1);
});

test('a missing volume shows in the frame of every page, and leads to what can be done', async () => {
  const folder = path.join(disk, 'pulled');
  mkdirSync(folder);
  const { id } = await recorder.call<VolumeDto>('POST', '/volumes', { path: folder, name: 'Pulled disk' });
  await using visit = await open('/cameras');
  const { page } = visit;
  await byId(page, 'camera-row-door').waitFor();
  rmSync(folder, { recursive: true });
  await byId(page, 'storage-state').filter({ hasText: 'Pulled disk: missing' }).click();
  await byId(page, `volume-${id}`).filter({ hasText: 'Missing' }).waitFor();
  await recorder.call('DELETE', `/volumes/${id}`);
  await byId(page, 'storage-state').waitFor({ state: 'detached' });
});

test('a disk that will not come back is given up with its footage', async () => {
  const folder = path.join(disk, 'broken');
  mkdirSync(folder);
  const [dataFolder] = await volumesNow();
  const use = (id: string, use: 'record' | 'read') => recorder.call('PATCH', `/volumes/${id}`, { use });
  const { id } = await recorder.call<VolumeDto>('POST', '/volumes', { path: folder, name: 'Broken disk' });
  await use(dataFolder?.id ?? '', 'read');
  const hasFootage = async () => (await volumesNow()).some((volume) => volume.id === id && volume.recordingsBytes > 0);
  await waitFor('there is footage on it', hasFootage);
  await use(dataFolder?.id ?? '', 'record');
  rmSync(folder, { recursive: true });
  await using visit = await open('/system/storage');
  const { page } = visit;
  await byId(page, `volume-${id}`).filter({ hasText: 'Missing' }).waitFor();
  await byId(page, `volume-menu-${id}`).click();
  await byId(page, 'remove-volume').click();
  await byId(page, 'confirm-remove-volume').filter({ hasText: 'Give up its footage' }).click();
  await byId(page, `volume-${id}`).waitFor({ state: 'detached' });
  assert.equal((await volumesNow()).length, 1);
});

test('the report of today is there as figures and as text', async () => {
  await using visit = await open('/system/reports');
  const { page, complaints } = visit;
  await byId(page, 'report-text').filter({ hasText: 'Front door' }).waitFor();
  await byId(page, 'report-body').getByRole('link', { name: 'Yard' }).waitFor();
  assert.deepEqual(complaints, []);
});

test('all parts of the system page fit a phone', async () => {
  await using visit = await open('/system', phone);
  const { page, complaints } = visit;
  for (const tab of ['overview', 'cameras', 'storage', 'events', 'reports', 'archives']) {
    await byId(page, `system-tab-${tab}`).click();
    await page.waitForLoadState('networkidle').catch(() => {});
    const { scrollWidth, clientWidth } = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return { scrollWidth, clientWidth };
    });
    assert.ok(scrollWidth <= clientWidth, `${scrollWidth} px wide on ${clientWidth} px in ${tab}`);
  }
  assert.deepEqual(complaints, []);
});

test('the first page needs at most 300 KB of compressed script', async () => {
  await using visit = await open('/live');
  const { page } = visit;
  await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 2);
  const scripts = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => name)
      .filter((name) => name.endsWith('.js')),
  );
  const sizes = await Promise.all(scripts.map(compressedBytes));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(scripts.length >= 2 && bytes <= firstLoadLimitBytes, `${bytes} bytes in ${scripts.join(', ')}`);
});

async function compressedBytes(url: string): Promise<number> {
  const response = await fetch(url);
  return gzipSync(Buffer.from(await response.arrayBuffer())).length;
}
