import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { launchChromium } from '../../testing/chromium.ts';
import { type Month, makeMonth } from '../../testing/month/index.ts';
import { seededRandom } from '../../testing/random.ts';
import { RecorderProcess, temporaryDataDir } from '../../testing/recorder-process.ts';
import { waitFor } from '../../testing/wait.ts';
import { machineCpuSeconds, usageOf } from '../usage.ts';
import { Reviewer } from './reviewer.ts';

export interface ReviewOptions {
  cameras: number;
  days: number;
  seeks: number;
  /** How long frames are counted for each movement. */
  seconds: number;
  say(line: string): void;
}

export interface ReviewResult {
  segments: number;
  /** Of the first request after the start, and of further ones, ascending; ms at the client. */
  answers: Array<{ name: string; firstMs: number; furtherMs: number[]; sizeBytes: number }>;
  /** Until the timeline stands. */
  drawn: Array<{ name: string; ms: number[] }>;
  /** Times between frames, ms, ascending. */
  moving: Array<{ name: string; framesMs: number[] }>;
  /** Until the picture is seen, ascending; what never was is missing. */
  seeksMs: number[];
  hoversMs: number[];
  missed: { seeks: number; hovers: number };
  /** What had nothing to do with it. */
  otherCores: number;
  complaints: readonly string[];
}

const dayMs = 86_400_000;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Between keyframes of the month's files. */
const gopMs = 2_000;
const furtherRequests = 20;
const drawings = 6;
/** Pixels that a timeline may have, for what it asks. */
const pixels = 1_400;

/** Review of a month of many cameras, as a person in Chromium has it: the timeline's answers and drawing, seeks, hovers. */
export async function measureReview(options: ReviewOptions): Promise<ReviewResult> {
  const { cameras, days, say } = options;
  using data = temporaryDataDir();
  say(`making ${days} days of ${cameras} cameras`);
  const month = await makeMonth({ dataDir: data.path, cameras, days, timeZone: 'UTC' });
  await startOnce(data.path, month);
  await using recorder = await RecorderProcess.start({ dataDir: data.path, args: ['--log', 'warn'] });
  const before = { ours: usageOf(process.pid).cpuSeconds, machine: machineCpuSeconds(), at: performance.now() };
  say(`${month.segments} segments; asking for timelines`);
  const answers = await measureAnswers(recorder, month);
  const browser = await launchChromium();
  try {
    const [cameraId = ''] = month.playable;
    await using reviewer = await Reviewer.come(browser, recorder.url, cameraId, month.to - 6 * hourMs + 5_000);
    say('drawing and moving the timeline');
    const drawn = await measureDrawing(reviewer, month);
    const moving = await measureMoving(reviewer, month, options.seconds);
    say(`${options.seeks} seeks and hovers`);
    const random = seededRandom(17);
    const seeksMs = await repeated(options.seeks, () => reviewer.seek(anyMoment(month, random)));
    const hoversMs = await repeated(options.seeks, () => hoverAnywhere(reviewer, month, random));
    const ours = usageOf(process.pid).cpuSeconds - before.ours;
    const machine = machineCpuSeconds() - before.machine;
    return {
      ...{ segments: month.segments, answers, drawn, moving, seeksMs, hoversMs },
      missed: { seeks: options.seeks - seeksMs.length, hovers: options.seeks - hoversMs.length },
      otherCores: Math.max(0, machine - ours) / ((performance.now() - before.at) / 1_000),
      complaints: reviewer.complaints,
    };
  } finally {
    await browser.close();
  }
}

/** A first start writes playlists into the folders of days that are over: that is not to be measured. */
async function startOnce(dataDir: string, { playable, to }: Month): Promise<void> {
  await using _recorder = await RecorderProcess.start({ dataDir, args: ['--log', 'warn'] });
  const today = new Date(Math.max(to, Date.now())).toISOString().slice(0, 10);
  const days = playable.flatMap((id) => {
    const folder = path.join(dataDir, 'recordings', id);
    return readdirSync(folder).flatMap((date) => (date < today ? [path.join(folder, date, 'index.m3u8')] : []));
  });
  await waitFor('playlists of all days', () => days.every((file) => existsSync(file)), {
    withinMs: 120_000,
    everyMs: 200,
  });
}

async function measureAnswers(
  recorder: RecorderProcess,
  { to, from, cameraIds }: Month,
): Promise<ReviewResult['answers']> {
  const wishes = [
    { name: 'month, to a pixel', from, resolutionMs: Math.floor((to - from) / pixels) },
    { name: 'month, exact', from, resolutionMs: 0 },
    { name: 'day, to a pixel', from: to - dayMs, resolutionMs: Math.floor(dayMs / pixels) },
    { name: 'day, exact', from: to - dayMs, resolutionMs: 0 },
  ];
  const answers: ReviewResult['answers'] = [];
  for (const wish of wishes) {
    const address = `/timeline?cameraIds=${cameraIds.join(',')}&from=${wish.from}&to=${to}&resolutionMs=${wish.resolutionMs}`;
    const times: number[] = [];
    let sizeBytes = 0;
    while (times.length <= furtherRequests) {
      const began = performance.now();
      const { status, body } = await recorder.bytes(address);
      times.push(performance.now() - began);
      if (status !== 200) throw new Error(`${address}: ${status} ${body}`);
      sizeBytes = body.length;
    }
    const [firstMs = Number.NaN, ...further] = times;
    answers.push({ name: wish.name, firstMs, furtherMs: ascending(further), sizeBytes });
  }
  return answers;
}

async function measureDrawing(reviewer: Reviewer, month: Month): Promise<ReviewResult['drawn']> {
  const drawn: ReviewResult['drawn'] = [];
  for (const rung of ['month', 'day'] as const) {
    const ms: number[] = [];
    for (let at = 1; at <= drawings; at += 1) {
      // From close by, another day each time: what was read before does not help.
      const days = Math.floor((at * (month.to - month.from)) / (drawings + 1) / dayMs);
      await reviewer.seek(month.from + days * dayMs + 12 * hourMs + minuteMs);
      await reviewer.show('minute');
      const took = await reviewer.show(rung);
      if (took !== null) ms.push(took);
    }
    drawn.push({ name: `${rung} view`, ms: ascending(ms) });
  }
  return drawn;
}

async function measureMoving(
  reviewer: Reviewer,
  { from, to }: Month,
  seconds: number,
): Promise<ReviewResult['moving']> {
  await reviewer.seek(from + Math.floor((to - from) / 2 / dayMs) * dayMs + 12 * hourMs + minuteMs);
  const moving: ReviewResult['moving'] = [];
  for (const rung of ['month', 'day'] as const) {
    await reviewer.show(rung);
    moving.push({ name: `panning a ${rung}`, framesMs: ascending(await reviewer.panning(seconds)) });
    await reviewer.show(rung);
    moving.push({ name: `zooming from a ${rung}`, framesMs: ascending(await reviewer.zooming(seconds)) });
  }
  return moving;
}

/** The beginning of an hour: files that play begin there. */
const anyHour = ({ from, to }: Month, random: () => number): number =>
  from + Math.floor(random() * Math.floor((to - from) / hourMs)) * hourMs;

/** Where there is a file that plays, with some seconds after it. */
const anyMoment = (month: Month, random: () => number): number =>
  anyHour(month, random) + Math.floor(random() * (month.minutes * minuteMs - 10_000));

async function hoverAnywhere(reviewer: Reviewer, month: Month, random: () => number): Promise<number | null> {
  const playHeadMs = anyHour(month, random) + minuteMs;
  await reviewer.seek(playHeadMs);
  await reviewer.show('minute');
  const cameraId = month.playable[Math.floor(random() * month.playable.length)] ?? '';
  const atMs = playHeadMs + Math.floor((random() - 0.5) * 50_000);
  return reviewer.hover(cameraId, atMs, playHeadMs, gopMs);
}

/** Ascending, without what did not come. */
async function repeated(times: number, measure: () => Promise<number | null>): Promise<number[]> {
  const results: number[] = [];
  for (let at = 0; at < times; at += 1) {
    const result = await measure();
    if (result !== null) results.push(result);
  }
  return ascending(results);
}

const ascending = (values: number[]): number[] => values.sort((a, b) => a - b);
