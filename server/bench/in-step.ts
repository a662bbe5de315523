/**
 * How far apart the pictures of several cameras in step are on the screen, in Chromium:
 *
 *     node server/bench/in-step.ts [cameras (4)] [seconds (60)]
 *
 * The pictures show the numbers of their frames. All are read at one instant, again and again, so that what is compared is
 * what a person sees, not what players say.
 */
import type { Page } from 'playwright-core';
import { launchChromium, visit } from '../testing/chromium.ts';
import { drawnStream, layDrawnFootage } from '../testing/drawn-footage.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { apartMs, shownNumbers } from '../testing/shown-numbers.ts';

const [count = 4, seconds = 60] = process.argv.slice(2).map(Number);
const fps = 25;
const frameMs = 1_000 / fps;
const loopMs = 10_000;
const t0 = Math.floor(Date.now() / 60_000) * 60_000 - 86_400_000;
/** No two cameras' frames begin at the same time. */
const cameras = Array.from({ length: count }, (_, at) => ({ id: `cam-${at + 1}`, startMs: t0 - at * 1_111 }));

/** Of each camera: when the picture that is shown was recorded, ms within a loop's length. Null when one cannot be read. */
async function look(page: Page): Promise<number[] | null> {
  const numbers = await shownNumbers(
    page,
    cameras.map(({ id }) => `[data-testid=in-step-${id}] video`),
  );
  const times = numbers.map((shown, at) =>
    shown === null ? null : ((cameras[at]?.startMs ?? 0) - t0 + shown * frameMs + 10 * loopMs) % loopMs,
  );
  return times.every((time) => time !== null) ? times : null;
}

using data = temporaryDataDir();
const stream = await drawnStream({ path: 'any', width: 640, height: 360, fps, gopFrames: fps, loopSeconds: 10 });
const repeat = Math.ceil((seconds + 60) / 10);
await layDrawnFootage(
  data.path,
  cameras.map(({ id, startMs }) => ({ cameraId: id, startMs, stream, repeat })),
);
await using recorder = await RecorderProcess.start({ dataDir: data.path });
const browser = await launchChromium();
const [first, ...others] = cameras.map(({ id }) => id);
const address = `/review/${first}?at=${new Date(t0 + 10_000).toISOString()}&with=${others.join(',')}`;
const { page } = await visit(browser, `${recorder.url}${address}`);
await page.waitForSelector('[data-testid=in-step][data-state=playing]');
await page.waitForTimeout(3_000);

const apart: number[] = [];
let unread = 0;
for (const end = performance.now() + seconds * 1_000; performance.now() < end; ) {
  const times = await look(page);
  if (times) apart.push(apartMs(times, loopMs));
  else unread += 1;
}
await browser.close();
apart.sort((a, b) => a - b);
const share = (frames: number) =>
  `${((100 * apart.filter((ms) => ms <= frames * frameMs + 1).length) / apart.length).toFixed(1)} %`;
const quantile = (of: number) => `${apart[Math.min(apart.length - 1, Math.floor(apart.length * of))]?.toFixed(0)} ms`;
process.stdout.write(
  `${count} cameras of 640×360 at ${fps}/s, ${seconds} s, ${apart.length} looks (${unread} not read): apart ` +
    `p50 ${quantile(0.5)}, p95 ${quantile(0.95)}, p99 ${quantile(0.99)}, at most ${quantile(1)}; ` +
    `${share(1)} within a frame (${frameMs} ms), ${share(2)} within two\n`,
);
