import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { usageOf } from '../bench/usage.ts';
import { check } from '../src/check/check.ts';
import { Progress } from '../src/check/progress.ts';
import { type ChaosFault, chaosFaults } from '../testing/camera/chaos.ts';
import { type MountOptions, type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { descendants } from '../testing/processes.ts';
import { seededRandom } from '../testing/random.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { type FaultRecord, verdictOn } from './verdict.ts';

export interface FaultSoakOptions {
  minutes: number;
  cameras: number;
  seed: number;
  say(line: string): void;
}

/** Memory after this long is what it is measured against in the end. */
const settledAfterMinutes = 10;
const mayGrowShare = 0.1;
const faultEveryMs = 4_000;
const faultLastsMs = { least: 2_000, most: 25_000 };
const fps = 25;

/** Cameras of all kinds, with faults of all kinds throughout. Answers which promises were broken. */
export async function faultSoak({ minutes, cameras: count, seed, say }: FaultSoakOptions): Promise<string[]> {
  const mounts = Array.from({ length: count }, (_, at) => mountOf(at));
  await using cameras = await startCameras({ mounts });
  using data = temporaryDataDir();
  await using recorder = await RecorderProcess.start({ dataDir: data.path, args: ['--log', 'warn'] });
  for (const { path } of mounts) {
    await recorder.addCamera({ id: path, name: path, source: { url: cameras.url(path) } });
  }
  for (const { path } of mounts) await recorder.untilState(path, 'recording');
  const startedAt = Date.now();
  const faults = new FaultMaker(cameras, mounts, seededRandom(seed));
  const memory = new MemoryWatch(recorder);
  const endAt = startedAt + minutes * 60_000;
  for (let next = startedAt + 60_000; Date.now() < endAt; next += 60_000) {
    await faults.runUntil(Math.min(next, endAt));
    const sample = memory.take((Date.now() - startedAt) / 60_000);
    say(`${faults.records.length} faults; ${(sample.bytes / 1e6).toFixed(0)} MB, ${sample.files} open files`);
  }
  await faults.healAll();
  for (const { path } of mounts) await recorder.untilState(path, 'recording');
  await sleep(5_000);
  say('faults are over; counting frames and reading the ledger');
  const problems: string[] = [];
  for (const { path } of mounts) {
    const records = faults.records.filter((record) => record.cameraId === path);
    const verdict = await verdictOn({ recorder, cameraId: path, records, startedAt, fps });
    problems.push(...verdict.problems);
    say(
      `${path}: ${verdict.frames} frames, ${verdict.missing} missing in ${verdict.gaps} gaps, ${records.length} faults`,
    );
  }
  await recorder.stop();
  const report = await check({
    dataDir: data.path,
    timeZone: 'UTC',
    mode: 'full',
    progress: new Progress({ out: process.stderr }),
  });
  say(`check --full: ${report.problems} problems`);
  if (report.problems > 0) problems.push(`check: ${JSON.stringify(report.findings).slice(0, 2_000)}`);
  return [...problems, ...memory.problems(say)];
}

/** Kinds take turns, so that each is there with any number of cameras. */
function mountOf(at: number): MountOptions {
  const kinds: Array<Partial<MountOptions>> = [
    { audio: 'aac' },
    { video: 'h265', audio: 'pcma' },
    { secondClip: { width: 640, height: 360 } },
    { audio: 'opus', bFrames: 2 },
    { secondClip: { width: 1280, height: 720, video: 'h265' }, audio: 'aac' },
    { gopFrames: 100 },
  ];
  const common = { width: 1280, height: 720, fps, gopFrames: 25, bitrateKbps: 1_500, audio: 'none' } as const;
  return { ...common, name: 'SOAK', path: `cam-${at + 1}`, ...kinds[at % kinds.length] };
}

/** Gives one camera after the other one fault after the other. */
class FaultMaker {
  readonly records: FaultRecord[] = [];
  readonly #cameras: SimulatedCameras;
  readonly #mounts: readonly MountOptions[];
  readonly #random: () => number;
  readonly #broken = new Map<string, { record: FaultRecord; fault: ChaosFault; healAt: number }>();

  constructor(cameras: SimulatedCameras, mounts: readonly MountOptions[], random: () => number) {
    this.#cameras = cameras;
    this.#mounts = mounts;
    this.#random = random;
  }

  async runUntil(time: number): Promise<void> {
    let nextAt = Date.now();
    while (Date.now() < time) {
      for (const [path, { healAt }] of this.#broken) if (Date.now() >= healAt) await this.#heal(path);
      if (Date.now() >= nextAt) {
        nextAt += faultEveryMs;
        await this.#breakOne();
      }
      await sleep(200);
    }
  }

  async healAll(): Promise<void> {
    for (const path of [...this.#broken.keys()]) await this.#heal(path);
  }

  async #breakOne(): Promise<void> {
    const well = this.#mounts.filter(({ path }) => !this.#broken.has(path));
    const mount = this.#pick(well);
    if (!mount) return;
    const fault = this.#pick(chaosFaults.filter((each) => canHave(mount, each)));
    if (!fault) return;
    const record: FaultRecord = { cameraId: mount.path, fault, from: Date.now(), to: Number.POSITIVE_INFINITY };
    this.records.push(record);
    await fault.inject(this.#cameras, mount.path);
    const { least, most } = faultLastsMs;
    this.#broken.set(mount.path, { record, fault, healAt: Date.now() + least + this.#random() * (most - least) });
  }

  async #heal(path: string): Promise<void> {
    const broken = this.#broken.get(path);
    if (!broken) return;
    this.#broken.delete(path);
    await broken.fault.heal(this.#cameras, path);
    broken.record.to = Date.now();
  }

  #pick<T>(from: readonly T[]): T | undefined {
    return from[Math.floor(this.#random() * from.length)];
  }
}

function canHave({ secondClip }: MountOptions, { needs }: ChaosFault): boolean {
  if (needs === 'other size') return secondClip !== undefined && secondClip.video === undefined;
  if (needs === 'other codec') return secondClip?.video !== undefined;
  return true;
}

interface MemorySample {
  minute: number;
  bytes: number;
  files: number;
}

/** Memory and open files of the recorder and its workers. */
class MemoryWatch {
  readonly #recorder: RecorderProcess;
  readonly #samples: MemorySample[] = [];

  constructor(recorder: RecorderProcess) {
    this.#recorder = recorder;
  }

  take(minute: number): MemorySample {
    const { pid } = this.#recorder;
    const files = [pid, ...descendants(pid)].reduce((sum, each) => sum + openFileCount(each), 0);
    const sample = { minute, bytes: usageOf(pid).memoryBytes, files };
    this.#samples.push(sample);
    return sample;
  }

  /** The mean of the last five minutes against that of the five after things settled. */
  problems(say: (line: string) => void): string[] {
    const mean = (from: number, to: number) => {
      const bytes = this.#samples.filter(({ minute }) => minute >= from && minute <= to).map((sample) => sample.bytes);
      return bytes.reduce((sum, each) => sum + each, 0) / bytes.length;
    };
    const end = this.#samples.at(-1)?.minute ?? 0;
    if (end < settledAfterMinutes + 10) {
      say('too short to judge memory');
      return [];
    }
    const before = mean(settledAfterMinutes, settledAfterMinutes + 5);
    const after = mean(end - 5, end);
    const grown = after / before - 1;
    const told = `memory: ${(before / 1e6).toFixed(0)} MB after ${settledAfterMinutes} min, ${(after / 1e6).toFixed(0)} MB in the end (${(grown * 100).toFixed(1)} %)`;
    say(told);
    return grown > mayGrowShare ? [told] : [];
  }
}

function openFileCount(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0; // gone meanwhile
  }
}
