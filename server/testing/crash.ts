import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Gap } from '@nightjar/contract';
import { isRunning } from './processes.ts';
import { breaksInRuns, framesOf, type RecordedSegment, recordedSegments, runsOf } from './recorded.ts';
import { RecorderProcess } from './recorder-process.ts';
import { waitFor } from './wait.ts';

/** Whom a kill -9 hits: one media worker, the main process, or all processes at the same time. */
export const victims = ['worker', 'main', 'everything'] as const;
export type Victim = (typeof victims)[number];

/** What one kill cost one camera. */
export interface CrashCost {
  cameraId: string;
  victim: Victim;
  /** From the end of the last frame on disk to the kill; negative when frames came after it. */
  lostBeforeMs: number;
  /** From the restart (of a killed worker: from the kill) to the first frame recorded again. */
  resumedAfterMs: number;
  problems: string[];
}

export interface CrashTrialOptions {
  dataDir: string;
  cameraIds: readonly string[];
  /** Duration of a frame of the cameras. */
  frameMs: number;
  /** 0 to 1; the trial draws its victims and moments from it. */
  random(): number;
}

/** Longest stretch of recording before a kill. */
const maxRecordingMs = 1_500;

/** A recorder that is killed again and again while it records, and looked at each time. */
export class CrashTrial {
  readonly #options: CrashTrialOptions;
  #recorder: RecorderProcess;

  private constructor(options: CrashTrialOptions, recorder: RecorderProcess) {
    this.#options = options;
    this.#recorder = recorder;
  }

  /** Goes on with a recorder that runs in `dataDir` and has its cameras. */
  static take(options: CrashTrialOptions, recorder: RecorderProcess): CrashTrial {
    return new CrashTrial(options, recorder);
  }

  get recorder(): RecorderProcess {
    return this.#recorder;
  }

  /** Records for a random while, kills, starts again, records; answers what it cost each camera. */
  async kill(victim: Victim): Promise<CrashCost[]> {
    const { cameraIds, random } = this.#options;
    await this.#recordsSince(Date.now(), 1);
    await sleep(random() * maxRecordingMs);
    const workers = this.#recorder.workerPids();
    const workerIds = new Map(cameraIds.map((id) => [id, this.#recorder.workerOf(id)]));
    const hit = victim === 'worker' ? (workers[Math.floor(random() * workers.length)] as number) : null;
    const killedAt = Date.now();
    if (hit === null) await this.#killRecorder(victim === 'everything' ? workers : []);
    else process.kill(hit, 'SIGKILL');
    const restartedAt = Date.now();
    if (hit === null) this.#recorder = await RecorderProcess.start({ dataDir: this.#options.dataDir });
    const touched = cameraIds.filter((id) => hit === null || workerIds.get(id) === hit);
    await this.#recordsSince(restartedAt, 3, touched);
    const costs: CrashCost[] = [];
    for (const id of touched) costs.push(await this.#costOf(id, victim, killedAt, restartedAt));
    return costs;
  }

  /** The index and the files say the same, for each closed segment of all cameras. */
  async disagreements(): Promise<string[]> {
    const problems: string[] = [];
    for (const id of this.#options.cameraIds) {
      const rows = this.#rows(id);
      const segments = await recordedSegments(this.#options.dataDir, id);
      const files = new Map(segments.map((segment) => [path.relative(this.#options.dataDir, segment.file), segment]));
      for (const row of rows) {
        const file = files.get(row.path);
        files.delete(row.path);
        if (!file) problems.push(`${row.path} is in the index, and no file`);
        else if (row.state === 'closed') problems.push(...disagreementsOf(row, file));
      }
      const open = rows.filter(({ state }) => state !== 'closed').length;
      if (open > 1) problems.push(`${id}: ${open} open segments`);
      // The newest file may have been opened since the rows were read.
      const newest = segments.at(-1)?.file;
      for (const [name, { file }] of files) if (file !== newest) problems.push(`${name} is not in the index`);
    }
    return problems;
  }

  /** Some of the files that end where a process was killed, spread over all cameras. */
  async newestFiles(count: number): Promise<string[]> {
    const { cameraIds, dataDir } = this.#options;
    const ofEach = await Promise.all(cameraIds.map((id) => recordedSegments(dataDir, id)));
    const files = ofEach.flatMap((segments) =>
      segments.slice(-Math.ceil(count / cameraIds.length)).map(({ file }) => file),
    );
    return files.slice(0, count);
  }

  async #killRecorder(withWorkers: readonly number[]): Promise<void> {
    for (const pid of withWorkers) process.kill(pid, 'SIGKILL');
    await this.#recorder.kill();
    await waitFor('the killed workers are gone', () => !withWorkers.some(isRunning), { everyMs: 10 });
  }

  async #recordsSince(since: number, frames: number, ids = this.#options.cameraIds): Promise<void> {
    for (const id of ids) {
      const enough = async () => (await this.#newest(id, since)).length >= frames;
      await waitFor(`${id} records`, enough, {
        withinMs: 60_000,
        everyMs: 50,
        details: () => this.#recorder.logTail(30),
      });
    }
  }

  /** Frames captured since then. */
  async #newest(id: string, since: number) {
    const segments = await recordedSegments(this.#options.dataDir, id, { changedSince: since - 2_000 });
    return framesOf(segments).filter(({ stamp }) => (stamp?.wallMs ?? 0) >= since);
  }

  async #costOf(cameraId: string, victim: Victim, killedAt: number, restartedAt: number): Promise<CrashCost> {
    const { dataDir, frameMs } = this.#options;
    const segments = await recordedSegments(dataDir, cameraId, { changedSince: killedAt - 5_000 });
    const frames = framesOf(segments);
    const runs = runsOf(segments);
    const resumed = frames.find(({ runId, stamp }) => runId === runs.at(-1) && (stamp?.wallMs ?? 0) > killedAt);
    const before = frames.filter(({ runId }) => runId !== runs.at(-1)).at(-1);
    const lastMs = before?.stamp ? before.stamp.wallMs + frameMs : 0;
    const firstMs = resumed?.stamp?.wallMs ?? Number.POSITIVE_INFINITY;
    const problems = breaksInRuns(segments).map((gap) => `${cameraId}: frames ${gap}`);
    for (const { file, scan } of segments.slice(0, -1)) {
      if (scan.validBytes !== scan.fileBytes) problems.push(`${file} has a torn end`);
    }
    if (before && resumed) {
      const { gaps } = await this.#recorder.timeline(cameraId, before.shownAtMs, resumed.shownAtMs);
      problems.push(
        ...gapProblems(cameraId, victim, gaps, { from: before.shownAtMs + frameMs, to: resumed.shownAtMs }),
      );
    } else {
      problems.push(`${cameraId}: no frames before or after the kill`);
    }
    const from = victim === 'worker' ? killedAt : restartedAt;
    return { cameraId, victim, lostBeforeMs: killedAt - lastMs, resumedAfterMs: firstMs - from, problems };
  }

  #rows(cameraId: string): Row[] {
    using database = new DatabaseSync(path.join(this.#options.dataDir, 'nightjar.sqlite'), { readOnly: true });
    const query =
      'SELECT path, state, start_at, end_at, size_bytes FROM segments WHERE camera_id = ? ORDER BY start_at';
    return database.prepare(query).all(cameraId) as unknown as Row[];
  }
}

interface Row {
  path: string;
  state: string;
  start_at: number;
  end_at: number;
  size_bytes: number;
}

function disagreementsOf(row: Row, { scan, chunks, info }: RecordedSegment): string[] {
  const problems: string[] = [];
  const last = chunks.at(-1);
  const endMs = last ? last.startMs + last.duration / 90 : 0;
  if (scan.fileBytes !== row.size_bytes) problems.push(`${row.path}: ${scan.fileBytes} bytes, not ${row.size_bytes}`);
  if (Math.abs(endMs - row.end_at) > 1) problems.push(`${row.path} ends at ${endMs}, not ${row.end_at}`);
  if (Math.abs(info.startMs - row.start_at) > 1)
    problems.push(`${row.path} begins at ${info.startMs}, not ${row.start_at}`);
  return problems;
}

const jitterMs = 250;

/** Exactly one gap, of the right cause, from the last frame before to the first one after. */
function gapProblems(
  cameraId: string,
  victim: Victim,
  gaps: readonly Gap[],
  hole: { from: number; to: number },
): string[] {
  const causes = victim === 'worker' ? ['dropped'] : ['recorder_down', 'camera_unreachable'];
  const [first] = gaps;
  const last = gaps.at(-1);
  const told = JSON.stringify({ gaps, hole });
  if (!first || !last) return [`${cameraId}: no gap in the ledger ${told}`];
  if (first.cause !== causes[0]) return [`${cameraId}: the wrong cause ${told}`];
  if (!gaps.every(({ cause }) => causes.includes(cause)))
    return [`${cameraId}: a cause that does not belong there ${told}`];
  const off = Math.max(Math.abs(first.from - hole.from), Math.abs(last.to - hole.to));
  return off > jitterMs ? [`${cameraId}: the gap is ${off} ms off ${told}`] : [];
}
