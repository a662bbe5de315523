import { startCameras } from '../testing/camera/index.ts';
import { type CrashCost, CrashTrial, victims } from '../testing/crash.ts';
import { complaintsAbout } from '../testing/media-tools.ts';
import { seededRandom } from '../testing/random.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { smallCamera, smallCameraFrameMs } from '../testing/small-camera.ts';

export interface CrashSoakOptions {
  kills: number;
  seed: number;
  say(line: string): void;
}

const cameraIds = ['one', 'two', 'three', 'four'];
/** What may be lost before a kill, and how soon recording must be back after a restart. */
const mayLoseMs = 1_000;
const backWithinMs = 2_000;

/** Kills a recorder of four cameras again and again. Answers which promises were broken. */
export async function crashSoak({ kills, seed, say }: CrashSoakOptions): Promise<string[]> {
  using data = temporaryDataDir();
  await using cameras = await startCameras({
    mounts: cameraIds.map((id) => smallCamera(id, id === 'two' ? { video: 'h265' } : {})),
  });
  const recorder = await RecorderProcess.start({ dataDir: data.path });
  for (const id of cameraIds) await recorder.addCamera({ id, name: id, source: { url: cameras.url(id) } });
  const random = seededRandom(seed);
  const trial = CrashTrial.take({ dataDir: data.path, cameraIds, frameMs: smallCameraFrameMs, random }, recorder);
  const costs: CrashCost[] = [];
  for (let kill = 1; kill <= kills; kill += 1) {
    const victim = victims[Math.floor(random() * victims.length)] ?? 'main';
    costs.push(...(await trial.kill(victim)));
    if (kill % 10 === 0 || kill === kills) say(`${kill} of ${kills} kills; ${summaryOf(costs)}`);
  }
  await trial.recorder.stop();
  const problems = [...costs.flatMap((cost) => problemsOf(cost)), ...(await trial.disagreements())];
  const files = await trial.newestFiles(40);
  for (const file of files) problems.push(...(await complaintsAbout(file, { hasAudio: false })));
  say(`${files.length} files of kills were played; ${summaryOf(costs)}`);
  return problems;
}

function problemsOf({ cameraId, victim, lostBeforeMs, resumedAfterMs, problems }: CrashCost): string[] {
  const what = `${cameraId} (${victim} killed)`;
  return [
    ...problems,
    ...(lostBeforeMs > mayLoseMs ? [`${what}: ${lostBeforeMs.toFixed(0)} ms lost`] : []),
    ...(resumedAfterMs > backWithinMs ? [`${what}: recording again only after ${resumedAfterMs.toFixed(0)} ms`] : []),
  ];
}

function summaryOf(costs: readonly CrashCost[]): string {
  const spread = (values: number[]) => {
    const sorted = values.sort((a, b) => a - b);
    const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(0);
    return `median ${at(0.5)}, 95 % ${at(0.95)}, worst ${at(1)} ms`;
  };
  const lost = spread(costs.map(({ lostBeforeMs }) => lostBeforeMs));
  return `lost ${lost}; recording again after ${spread(costs.map(({ resumedAfterMs }) => resumedAfterMs))}`;
}
