/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { ExportJob } from '@nightjar/contract';
import type { Browser, Page } from 'playwright-core';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { launchChromium, phone, visit } from '../testing/chromium.ts';
import { packetCount } from '../testing/media-tools.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { waitFor } from '../testing/wait.ts';

const timeZone = 'Europe/Vienna';
let browser: Browser;
let cameras: SimulatedCameras;
let recorder: RecorderProcess;
const data = temporaryDataDir();

before(async () => {
  const mounts = [{ path: 'door', width: 320, height: 180, fps: 10, gopFrames: 10 }];
  [cameras, recorder, browser] = await Promise.all([
    startCameras({ mounts }),
    RecorderProcess.start({ dataDir: data.path, timeZone }),
    launchChromium(),
  ]);
  await recorder.addCamera({ id: 'door', name: 'Front door', source: { url: cameras.url('door') } });
});

after(async () => {
  await browser?.close();
  await recorder?.stop();
  await cameras?.stop();
  data[Symbol.dispose]();
});

const byId = (page: Page, id: string) => page.getByTestId(id);
const exportsNow = () => recorder.call<ExportJob[]>('GET', '/exports');

/** As a person types it. */
const typed = (at: number) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at);

test('on a phone: asked for, made while the page looks on, downloaded, resumed and removed', async () => {
  const { firstAt } = await waitFor('two seconds are recorded', async () => {
    const summary = await recorder.footage('door');
    return summary.recordedMs > 2_100 ? summary : null;
  });
  const from = Math.ceil((firstAt ?? 0) / 1_000) * 1_000;
  await using visited = await visit(browser, `${recorder.url}/exports`, phone);
  const { page, complaints } = visited;
  await page.getByText('No exports yet').waitFor();
  await byId(page, 'new-export').click();
  await byId(page, 'export-mode').getByText('From … to').click();
  await byId(page, 'export-from').fill(typed(from));
  await byId(page, 'export-to').fill(typed(from + 1_000));
  await byId(page, 'export-estimate').filter({ hasText: '1 file, 1 s' }).waitFor();
  await byId(page, 'confirm-export').click();
  const line = byId(page, 'export-1');
  await line.and(page.locator('[data-state=done]')).waitFor();
  assert.equal(await line.getByText('Front door', { exact: true }).count(), 1);

  const [download] = await Promise.all([page.waitForEvent('download'), byId(page, 'export-download-1').click()]);
  assert.match(download.suggestedFilename(), /^door_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d\.mp4$/);
  const file = await download.path();
  const [job] = await exportsNow();
  assert.equal(await packetCount(file, 'v'), job?.files[0]?.videoFrames);
  const bytes = readFileSync(file);
  const range = `bytes=${bytes.length - 1_000}-`;
  const rest = await fetch(`${recorder.url}/api/v1/exports/1/file`, { headers: { range } });
  assert.deepEqual([rest.status, Buffer.from(await rest.arrayBuffer()).equals(bytes.subarray(-1_000))], [206, true]);

  await byId(page, 'export-menu-1').click();
  await byId(page, 'export-remove-1').click();
  await byId(page, 'confirm-remove-export').click();
  await page.getByText('No exports yet').waitFor();
  assert.deepEqual(await exportsNow(), []);
  assert.deepEqual(complaints, []);
});

test('killed while it has exports to make, the recorder makes them after its next start', async () => {
  const { firstAt } = await recorder.footage('door');
  const wish = { cameraIds: ['door'], from: firstAt, to: (firstAt ?? 0) + 4_000, evidence: true };
  const ids = new Set<number>();
  for (const format of ['mp4', 'ts']) {
    ids.add((await recorder.call<ExportJob>('POST', '/exports', { ...wish, format })).id);
  }
  await recorder.kill();
  recorder = await RecorderProcess.start({ dataDir: data.path, timeZone });
  const jobs = await waitFor('all are made', async () => {
    const now = await exportsNow();
    return now.every(({ state }) => state === 'done' || state === 'failed') ? now : null;
  });
  assert.deepEqual(
    jobs.map(({ id, state, hasManifest, message }) => [ids.has(id), state, hasManifest, message]),
    jobs.map(() => [true, 'done', true, null]),
  );
  assert.equal(jobs.length, 2);
});
