import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { countersOf } from '../testing/recorded.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { waitFor } from '../testing/wait.ts';
import { usageOf } from './usage.ts';

export interface CostOptions {
  cameras: number;
  /** How long each is measured, after a run-in. */
  seconds: number;
  say(line: string): void;
}

export interface Cost {
  what: string;
  cpuSecondsPerCameraMinute: number;
  memoryMbPerCamera: number;
  /** Frames that the camera sent and that are not on disk; null where it is not counted. */
  missingFrames: number | null;
}

const runInMs = 10_000;
const clip = { width: 1920, height: 1080, fps: 25, gopFrames: 50, bitrateKbps: 4000, audio: 'aac' } as const;

/** CPU and memory of recording, beside one `ffmpeg -c copy` segmenter per camera, from the same cameras one after the other. */
export async function measureCost(options: CostOptions): Promise<Cost[]> {
  const { cameras: count, say } = options;
  say(`starting ${count} cameras of 1080p25 4 Mbit/s (their picture is drawn once)`);
  const mounts = Array.from({ length: count }, (_, i) => ({ ...clip, path: `cam${i}`, name: 'BENCH' }));
  await using cameras = await startCameras({ mounts });
  return [await recorderCost(cameras, options), await ffmpegCost(cameras, options)];
}

async function recorderCost(cameras: SimulatedCameras, { cameras: count, seconds, say }: CostOptions): Promise<Cost> {
  using data = temporaryDataDir();
  await using recorder = await RecorderProcess.start({ dataDir: data.path, args: ['--log', 'warn'] });
  const ids = Array.from({ length: count }, (_, i) => `cam${i}`);
  for (const id of ids) await recorder.addCamera({ id, name: id, source: { url: cameras.url(id) } });
  for (const id of ids) await recorder.untilState(id, 'recording');
  const cost = await measure('nightjar', recorder.pid, { count, seconds, say });
  await recorder.stop();
  let missingFrames = 0;
  for (const id of ids) missingFrames += missingIn(countersOf(await recorder.recorded(id)));
  return { ...cost, missingFrames };
}

/** Holes in the frame numbers. */
const missingIn = (counters: number[]) =>
  counters.reduce((sum, counter, i) => sum + (i === 0 ? 0 : counter - (counters[i - 1] ?? 0) - 1), 0);

async function ffmpegCost(cameras: SimulatedCameras, { cameras: count, seconds, say }: CostOptions): Promise<Cost> {
  using data = temporaryDataDir();
  const script = Array.from({ length: count }, (_, i) => {
    const folder = path.join(data.path, `cam${i}`);
    mkdirSync(folder);
    const output = `-c copy -f segment -segment_time 60 -reset_timestamps 1 ${folder}/%03d.mp4`;
    return `ffmpeg -nostdin -v error -rtsp_transport tcp -i ${cameras.url(`cam${i}`)} ${output} &`;
  });
  const shell = spawn('sh', ['-c', `${script.join('\n')}\nwait`], {
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
  });
  const pid = shell.pid ?? -1;
  try {
    const cost = await measure('ffmpeg -c copy, one per camera', pid, { count, seconds, say });
    return { ...cost, missingFrames: null };
  } finally {
    // The group: the shell and its ffmpegs.
    process.kill(-pid, 'SIGTERM');
    await waitFor('ffmpeg ends', () => shell.exitCode !== null || shell.signalCode !== null);
  }
}

async function measure(
  what: string,
  pid: number,
  { count, seconds, say }: { count: number; seconds: number; say(line: string): void },
): Promise<Omit<Cost, 'missingFrames'>> {
  say(`${what}: measuring for ${seconds} s`);
  await sleep(runInMs);
  const before = usageOf(pid);
  const startedMs = performance.now();
  await sleep(seconds * 1000);
  const after = usageOf(pid);
  const minutes = (performance.now() - startedMs) / 60_000;
  return {
    what,
    cpuSecondsPerCameraMinute: (after.cpuSeconds - before.cpuSeconds) / minutes / count,
    memoryMbPerCamera: after.memoryBytes / 1e6 / count,
  };
}

/** The costs as a table, for a terminal. */
export function costTable(costs: readonly Cost[]): string {
  const row = (cells: string[]) => cells.map((cell, i) => (i === 0 ? cell.padEnd(32) : cell.padStart(24))).join('');
  const lines = costs.map(({ what, cpuSecondsPerCameraMinute, memoryMbPerCamera, missingFrames }) =>
    row([
      what,
      cpuSecondsPerCameraMinute.toFixed(2),
      memoryMbPerCamera.toFixed(1),
      String(missingFrames ?? 'not counted'),
    ]),
  );
  return `${[row(['', 'CPU-s/camera/minute', 'memory MB/camera', 'frames missing']), ...lines].join('\n')}\n`;
}
