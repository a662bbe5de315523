import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { type SimulatedCameras, startCameras } from '../../testing/camera/index.ts';
import { chromiumPath, launchChromium } from '../../testing/chromium.ts';
import { commandLine, descendants } from '../../testing/processes.ts';
import { RecorderProcess, temporaryDataDir } from '../../testing/recorder-process.ts';
import { machineCpuSeconds, usageOf } from '../usage.ts';
import { delaysOf } from './shown.ts';
import { Watcher } from './watcher.ts';

/** Ways of watching, as the web pages name them. */
export const ways = ['webrtc', 'ws', 'll-hls', 'hls'] as const;
export type Way = (typeof ways)[number];

export interface LatencyOptions {
  ways: readonly Way[];
  cameras: number;
  /** How long each way of watching is measured. */
  seconds: number;
  /** How often each is opened. */
  openings: number;
  codec: 'h264' | 'h265';
  say(line: string): void;
}

export interface WayResult {
  way: Way;
  /** From the camera to the screen, of each picture shown; ascending. */
  delaysMs: number[];
  /** Shown a second. */
  fps: number;
  /** From the click on a camera to its first picture; ascending. */
  openingsMs: number[];
  recorderCores: number;
  browserCores: number;
  /** What had nothing to do with it: a busy machine shows pictures later. */
  otherCores: number;
  /** Why there is nothing of it. */
  failure: string | null;
}

const clip = {
  width: 1280,
  height: 720,
  fps: 25,
  gopFrames: 50,
  bitrateKbps: 2000,
  audio: 'aac',
  loopSeconds: 20,
} as const;
export const clipName = '720p25 2 Mbit/s, a keyframe every 2 s, sound';
const watchedId = 'cam0';
/** A player finds its place and its rate. */
const settleMs = 15_000;
/** Before a person clicks, the page is there. */
const readingMs = 1_500;

/**
 * How old the picture is that a person sees, in a real browser on the recorder's own web pages, while all cameras are
 * recorded. From the moment the camera hands a picture to its network until the browser expects it on the screen.
 */
export async function measureLatency(options: LatencyOptions): Promise<WayResult[]> {
  const { cameras: count, codec, say } = options;
  say(`starting ${count} cameras of ${codec} ${clipName} (their picture is drawn once)`);
  const ids = Array.from({ length: count }, (_, i) => `cam${i}`);
  await using cameras = await startCameras({
    mounts: ids.map((path) => ({ ...clip, video: codec, path, name: 'BENCH' })),
  });
  using data = temporaryDataDir();
  await using recorder = await RecorderProcess.start({ dataDir: data.path, args: ['--log', 'warn'] });
  for (const id of ids) await recorder.addCamera({ id, name: id, source: { url: cameras.url(id) } });
  for (const id of ids) await recorder.untilState(id, 'recording');
  const browser = await launchChromium();
  try {
    const results: WayResult[] = [];
    for (const way of options.ways) {
      say(`${way}: measuring for ${options.seconds} s, then opening it ${options.openings} times`);
      results.push(await measureWay(way, { browser, recorder, cameras, options }));
    }
    return results;
  } finally {
    await browser.close();
  }
}

interface Parts {
  browser: Browser;
  recorder: RecorderProcess;
  cameras: SimulatedCameras;
  options: LatencyOptions;
}

async function measureWay(way: Way, { browser, recorder, cameras, options }: Parts): Promise<WayResult> {
  const result: WayResult = {
    ...{ way, delaysMs: [], fps: 0, openingsMs: [], recorderCores: 0, browserCores: 0, otherCores: 0 },
    failure: null,
  };
  await using watcher = await Watcher.come(browser, way);
  try {
    await watcher.open(`${recorder.url}/live/${watchedId}`);
    await watcher.untilShown();
    await sleep(settleMs);
    await watcher.take();
    const processes = { recorder: recorder.pid, browser: browserPid() };
    const before = cpuOf(processes);
    const startedMs = performance.now();
    await sleep(options.seconds * 1000);
    const seconds = (performance.now() - startedMs) / 1000;
    const after = cpuOf(processes);
    const shown = await watcher.take();
    result.recorderCores = (after.recorder - before.recorder) / seconds;
    result.browserCores = (after.browser - before.browser) / seconds;
    result.otherCores = Math.max(0, (after.machine - after.bench - (before.machine - before.bench)) / seconds);
    result.fps = shown.length / seconds;
    result.delaysMs = ascending(delaysOf(shown, await cameras.sentPictures(watchedId)));
    await watcher.open(`${recorder.url}/cameras`);
    for (let i = 0; i < options.openings; i += 1) {
      await sleep(readingMs);
      result.openingsMs.push(await watcher.openFromList(watchedId));
    }
    result.openingsMs = ascending(result.openingsMs);
  } catch (error) {
    result.failure = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
  return result;
}

const ascending = (values: number[]) => values.sort((a, b) => a - b);

/** The process that all others of the browser descend from. */
function browserPid(): number {
  const found = descendants(process.pid).find((pid) => commandLine(pid).includes(`--remote-debugging`));
  if (found === undefined) throw new Error(`${chromiumPath} does not run`);
  return found;
}

const cpuOf = ({ recorder, browser }: { recorder: number; browser: number }) => ({
  recorder: usageOf(recorder).cpuSeconds,
  browser: usageOf(browser).cpuSeconds,
  /** Cameras, recorder, browser and ourselves. */
  bench: usageOf(process.pid).cpuSeconds,
  machine: machineCpuSeconds(),
});
