import { setTimeout as sleep } from 'node:timers/promises';
import { startCameras } from '../../testing/camera/index.ts';
import { freePort } from '../../testing/free-port.ts';
import { breaksIn, countersOf } from '../../testing/recorded.ts';
import { RecorderProcess, temporaryDataDir } from '../../testing/recorder-process.ts';
import { usageOf } from '../usage.ts';
import type { CrowdOrder, CrowdReport } from './crowd.ts';
import { Crowd } from './crowd-process.ts';

export interface ViewersOptions {
  cameras: number;
  /** How long each is measured, after all its viewers have come. */
  seconds: number;
  /** How many viewers of each kind. */
  viewers: Record<CrowdOrder['kind'], number>;
  say(line: string): void;
}

/** What a crowd cost the recorder, beyond those that had come before. */
export interface CrowdCost {
  kind: CrowdOrder['kind'];
  viewers: number;
  /** Processor, of one core. */
  cores: number;
  memoryKbPerViewer: number;
  report: CrowdReport;
}

export interface ViewersResult {
  crowds: CrowdCost[];
  recordedFrames: number;
  /** In what was recorded meanwhile. */
  holes: string[];
}

const clip = { width: 1280, height: 720, fps: 25, gopFrames: 50, bitrateKbps: 2000, audio: 'aac' } as const;
/** Arrivals take 5 s; then buffers fill. */
const settleMs = 10_000;

/** Crowds of viewers, one kind coming after the other and all staying, while every camera is recorded. */
export async function measureViewers(options: ViewersOptions): Promise<ViewersResult> {
  const { cameras: count, say } = options;
  say(`starting ${count} cameras of 720p25 2 Mbit/s (their picture is drawn once)`);
  const ids = Array.from({ length: count }, (_, i) => `cam${i}`);
  await using cameras = await startCameras({ mounts: ids.map((path) => ({ ...clip, path, name: 'BENCH' })) });
  using data = temporaryDataDir();
  const rtspPort = await freePort();
  const args = ['--log', 'warn', '--rtsp-port', String(rtspPort)];
  await using recorder = await RecorderProcess.start({ dataDir: data.path, args });
  for (const id of ids) await recorder.addCamera({ id, name: id, source: { url: cameras.url(id) } });
  for (const id of ids) await recorder.untilState(id, 'recording');
  await sleep(settleMs);
  const live = (id: string) => `${recorder.url}/api/v1/cameras/${id}/live`;
  const crowds = await crowdsOf(recorder.pid, options, {
    hls: ids.map((id) => `${live(id)}/index.m3u8`),
    websocket: ids.map((id) => `${live(id)}/ws`),
    rtsp: ids.map((id) => `rtsp://127.0.0.1:${rtspPort}/${id}`),
  });
  await recorder.stop();
  const recorded = await Promise.all(ids.map(async (id) => countersOf(await recorder.recorded(id))));
  return {
    crowds,
    recordedFrames: recorded.flat().length,
    holes: recorded.flatMap((counters, i) => breaksIn(counters).map((hole) => `${ids[i]}: ${hole}`)),
  };
}

async function crowdsOf(
  pid: number,
  { viewers, seconds, say }: ViewersOptions,
  addresses: Record<CrowdOrder['kind'], string[]>,
): Promise<CrowdCost[]> {
  let before = await usageOver(pid, seconds);
  say(`recording alone takes ${before.cores.toFixed(2)} cores and ${(before.memoryBytes / 1e6).toFixed(0)} MB`);
  const crowds: Crowd[] = [];
  const costs: Omit<CrowdCost, 'report'>[] = [];
  try {
    for (const kind of ['hls', 'websocket', 'rtsp'] as const) {
      if (viewers[kind] === 0) continue;
      say(`${viewers[kind]} viewers come by ${kind}`);
      crowds.push(new Crowd({ kind, addresses: addresses[kind], viewers: viewers[kind] }));
      await sleep(settleMs);
      const after = await usageOver(pid, seconds);
      const memoryKbPerViewer = (after.memoryBytes - before.memoryBytes) / 1e3 / viewers[kind];
      costs.push({ kind, viewers: viewers[kind], cores: after.cores - before.cores, memoryKbPerViewer });
      before = after;
    }
    const reports = await Promise.all(crowds.map((crowd) => crowd.end()));
    return costs.map((cost, i) => ({ ...cost, report: reports[i] as CrowdReport }));
  } finally {
    for (const crowd of crowds) crowd.kill();
  }
}

/** Of a process and its descendants: cores over so many seconds, memory at the end of them. */
async function usageOver(pid: number, seconds: number): Promise<{ cores: number; memoryBytes: number }> {
  const before = usageOf(pid);
  const startedMs = performance.now();
  await sleep(seconds * 1000);
  const after = usageOf(pid);
  const cores = (after.cpuSeconds - before.cpuSeconds) / ((performance.now() - startedMs) / 1000);
  return { cores, memoryBytes: after.memoryBytes };
}
