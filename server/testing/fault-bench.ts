import assert from 'node:assert/strict';
import type { CameraCreate, Gap, GapCause } from '@nightjar/contract';
import { type MountOptions, type SimulatedCameras, startCameras } from './camera/index.ts';
import type { Network } from './network.ts';
import { breaksInRuns, countersOf, framesOf, type RecordedFrame, type RecordedSegment } from './recorded.ts';
import { RecorderProcess, temporaryDataDir } from './recorder-process.ts';

/** Simulated cameras and a recorder, for tests of what becomes of a camera's footage when something goes wrong. */
export class FaultBench implements AsyncDisposable {
  readonly cameras: SimulatedCameras;
  readonly recorder: RecorderProcess;
  /** Null where another bench has the recorder. */
  readonly #data: Disposable | null;

  private constructor(cameras: SimulatedCameras, recorder: RecorderProcess, data: Disposable | null) {
    this.cameras = cameras;
    this.recorder = recorder;
    this.#data = data;
  }

  static async start(mounts: MountOptions[]): Promise<FaultBench> {
    const data = temporaryDataDir();
    const cameras = await startCameras({ mounts });
    return new FaultBench(cameras, await RecorderProcess.start({ dataDir: data.path }), data);
  }

  /** Other cameras in a network of their own, recorded by the same recorder. */
  async beside(mounts: MountOptions[], network: Network): Promise<FaultBench> {
    return new FaultBench(await startCameras({ mounts, host: network.host }, network.inside), this.recorder, null);
  }

  /** Adds the camera; resolves when it has recorded a second. */
  async record(id: string, source: Partial<CameraCreate['source']> = {}): Promise<RecordedSegment[]> {
    await this.add(id, source);
    return this.recordedOn(id, 15);
  }

  async add(id: string, source: Partial<CameraCreate['source']> = {}): Promise<void> {
    await this.recorder.addCamera({ id, name: id, source: { url: this.cameras.url(id), ...source } });
  }

  /** Resolves when so many frames more are on disk than were sent by now. */
  async recordedOn(id: string, frames: number): Promise<RecordedSegment[]> {
    const from = (await this.cameras.sent(id)).lastFrame;
    return this.recorder.untilRecorded(id, `${frames} frames after ${from}`, (segments) => {
      return Math.max(...countersOf(segments)) >= from + frames;
    });
  }

  /** Resolves when a frame is on disk that the camera took after this moment by the wall clock. */
  recordedSince(id: string, wallMs: number): Promise<RecordedSegment[]> {
    return this.recorder.untilRecorded(id, `a frame taken after ${wallMs}`, (segments) =>
      framesOf(segments).some(({ stamp }) => (stamp?.wallMs ?? 0) > wallMs),
    );
  }

  async gapsSince(id: string, from: number): Promise<Gap[]> {
    const { gaps } = await this.recorder.timeline(id, from, Date.now());
    return gaps;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#data) await this.recorder[Symbol.asyncDispose]();
    await this.cameras.stop();
    this.#data?.[Symbol.dispose]();
  }
}

/** Frames follow one another within each run, and none is on disk twice. */
export function assertWhole(segments: readonly RecordedSegment[]): void {
  assert.deepEqual(breaksInRuns(segments), []);
  const counters = countersOf(segments);
  assert.equal(new Set(counters).size, counters.length, 'a frame is recorded twice');
}

/** No frame is missing that the camera sent from the first one recorded to the last, over all runs. */
export function assertNoneLost(segments: readonly RecordedSegment[]): void {
  assertWhole(segments);
  const counters = countersOf(segments).sort((a, b) => a - b);
  const [first = 0] = counters;
  assert.equal((counters.at(-1) ?? 0) - first + 1, counters.length, 'frames are missing');
}

/** How far each frame's recorded time is from its capture; the simulated camera sends each the same while later. */
export const offsetsOf = (frames: readonly RecordedFrame[]): number[] =>
  frames.map(({ shownAtMs, stamp }) => shownAtMs - (stamp?.wallMs ?? Number.NaN));

/** From capture to sending, which differs from one connection to the next, on a busy machine. */
const usuallySentWithinMs = 2_000;

/** Recorded times go on from frame to frame, and in each run are apart from the capture by the same, give or take. */
export function assertTimes(
  frames: readonly RecordedFrame[],
  withinMs: number,
  { sentWithinMs = usuallySentWithinMs } = {},
): void {
  for (const [at, { shownAtMs }] of frames.entries()) {
    const before = frames[at - 1]?.shownAtMs ?? 0;
    assert.ok(shownAtMs > before, `frame ${at} is shown at ${shownAtMs}, the one before at ${before}`);
  }
  for (const runId of new Set(frames.map((frame) => frame.runId))) {
    const offsets = offsetsOf(frames.filter((frame) => frame.runId === runId));
    const [least, most] = [Math.min(...offsets), Math.max(...offsets)];
    const told = offsets.map((offset) => offset.toFixed(0)).join(' ');
    const isRight = most - least < withinMs && least > -withinMs && most < withinMs + sentWithinMs;
    assert.ok(isRight, `recorded times are so many ms from the capture: ${told}`);
  }
}

/** A hole in the frames: from the end of one to the beginning of the next. */
export interface Hole {
  from: number;
  to: number;
}

/** Where frames are farther apart than `longestMs`, by their recorded times. */
export function holesIn(segments: readonly RecordedSegment[], longestMs = 90): Hole[] {
  const frames = framesOf(segments).toSorted((a, b) => a.shownAtMs - b.shownAtMs);
  return frames.flatMap((frame, at) => {
    const before = frames[at - 1];
    if (!before || frame.shownAtMs - before.shownAtMs <= longestMs) return [];
    return [{ from: before.shownAtMs + before.duration / 90, to: frame.shownAtMs }];
  });
}

/** The ledger has one gap for each hole, with these causes in order, and both its ends to within `withinMs`. */
export function assertGaps(
  gaps: readonly Gap[],
  holes: readonly Hole[],
  causes: readonly (readonly GapCause[])[],
  withinMs = 100,
): void {
  const told = JSON.stringify({ gaps, holes });
  assert.equal(gaps.length, holes.length, told);
  for (const [at, { from, to, cause }] of gaps.entries()) {
    const hole = holes[at];
    assert.ok(hole && Math.abs(from - hole.from) < withinMs && Math.abs(to - hole.to) < withinMs, told);
    assert.ok(causes[at]?.includes(cause), `${cause}: ${told}`);
  }
}
