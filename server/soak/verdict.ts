import type { Gap } from '@nightjar/contract';
import type { ChaosFault } from '../testing/camera/chaos.ts';
import { framesOf, type RecordedFrame } from '../testing/recorded.ts';
import type { RecorderProcess } from '../testing/recorder-process.ts';

/** A fault that one camera had, `[from, to)` Unix milliseconds. */
export interface FaultRecord {
  cameraId: string;
  fault: ChaosFault;
  from: number;
  to: number;
}

interface Evidence {
  recorder: RecorderProcess;
  cameraId: string;
  records: readonly FaultRecord[];
  /** From here on every frame counts. */
  startedAt: number;
  fps: number;
}

export interface Verdict {
  frames: number;
  missing: number;
  gaps: number;
  problems: string[];
}

/** A fault is felt so long after its end: reconnecting waits, up to a minute after many failures. */
const aftermathMs = 75_000;
/** What was on its way when the fault began. */
const foreshadowMs = 1_500;
/** As far off may the ends of a gap be from the frames around it. */
const endsWithinMs = 300;
/** A frame is shown on the recorder's clock so long after the camera took it, at most. */
const stampedWithinMs = 1_500;

/** Compares what a camera sent with what is on disk, and that with the ledger. */
export async function verdictOn({ recorder, cameraId, records, startedAt, fps }: Evidence): Promise<Verdict> {
  const frames = framesSince(framesOf(await recorder.recorded(cameraId)), startedAt);
  const last = frames.at(-1);
  const until = last ? last.shownAtMs : startedAt;
  const { spans, gaps } = await recorder.timeline(cameraId, startedAt, until);
  const problems: string[] = [];
  const problem = (what: string) => problems.push(`${cameraId}: ${what}`);
  const felt = (from: number, to: number) =>
    records.filter((record) => record.from - foreshadowMs < to && record.to + aftermathMs > from);

  const covered = [...spans, ...gaps].sort((a, b) => a.from - b.from);
  for (const [at, { to }] of covered.entries()) {
    const next = covered[at + 1];
    if (next && next.from !== to) problem(`the ledger has a hole or an overlap at ${to}: ${next.from}`);
  }
  for (const gap of gaps) {
    const causes = felt(gap.from, gap.to).flatMap(({ fault }) => [...fault.causes]);
    if (!causes.includes(gap.cause)) problem(`a gap that no fault explains: ${JSON.stringify(gap)}`);
  }
  let missing = 0;
  for (const [at, frame] of frames.entries()) {
    const next = frames[at + 1];
    if (!next) break;
    const step = (next.stamp?.frame ?? 0) - (frame.stamp?.frame ?? 0);
    if (step === 1) continue;
    if (step < 1) {
      problem(`frame ${next.stamp?.frame} is recorded twice`);
      continue;
    }
    missing += step - 1;
    const faults = felt(frame.stamp?.wallMs ?? 0, next.stamp?.wallMs ?? 0).map(({ fault }) => fault);
    problems.push(...problemsOfHole(cameraId, { frame, next, step, gaps, fps, faults }));
  }
  const off = frames.filter(({ stamp, shownAtMs }) => Math.abs(shownAtMs - (stamp?.wallMs ?? 0)) > stampedWithinMs);
  const [worst] = off.toSorted((a, b) => lateness(b) - lateness(a));
  if (worst?.stamp) {
    const { frame, wallMs } = worst.stamp;
    const names = felt(wallMs, wallMs).map(
      ({ fault, from, to }) => `${fault.name} ${wallMs - from} to ${wallMs - to} ms ago`,
    );
    problem(
      `${off.length} frames are stamped wrong, by up to ${lateness(worst).toFixed(0)} ms (frame ${frame}): ${names.join(', ')}`,
    );
  }
  return { frames: frames.length, missing, gaps: gaps.length, problems };
}

/** In the order they are shown. What is decoded ahead of a frame that was sent before `startedAt` counts as sent before it, too. */
function framesSince(frames: readonly RecordedFrame[], startedAt: number): RecordedFrame[] {
  const numberOf = ({ stamp }: RecordedFrame) => stamp?.frame ?? 0;
  const before = frames.filter(({ stamp }) => (stamp?.wallMs ?? 0) < startedAt).map(numberOf);
  const newest = Math.max(-1, ...before);
  return frames.filter((frame) => numberOf(frame) > newest).sort((a, b) => numberOf(a) - numberOf(b));
}

const lateness = ({ stamp, shownAtMs }: RecordedFrame) => Math.abs(shownAtMs - (stamp?.wallMs ?? 0));

interface Hole {
  frame: RecordedFrame;
  next: RecordedFrame;
  step: number;
  gaps: readonly Gap[];
  fps: number;
  /** Those that may have been felt there. */
  faults: readonly ChaosFault[];
}

/** Frames may be missing only where a fault takes them, and where the ledger says so to within a few frames. */
function problemsOfHole(cameraId: string, { frame, next, step, gaps, fps, faults }: Hole): string[] {
  const what = `${cameraId}: ${step - 1} frames missing after ${frame.stamp?.frame} at ${new Date(frame.shownAtMs).toISOString()}${frame.runId === next.runId ? ' in one run' : ''}`;
  const end = frame.shownAtMs + 1_000 / fps;
  const ofHole = gaps.filter(({ from, to }) => {
    const middle = (from + to) / 2;
    return middle > end - endsWithinMs && middle < next.shownAtMs + endsWithinMs;
  });
  const [first] = ofHole;
  // A connection that begins while no keyframes are sent brings frames that nobody can decode.
  const explained = faults.some(({ losesFrames, causes }) => losesFrames || (first && causes.includes(first.cause)));
  if (!explained) return [`${what}, and no fault explains it: ${faults.map(({ name }) => name).join(', ')}`];
  if (!first) return step <= fps / 2 ? [] : [`${what}, and the ledger knows no gap`];
  const off = Math.max(Math.abs(first.from - end), Math.abs((ofHole.at(-1) as Gap).to - next.shownAtMs));
  return off > endsWithinMs ? [`${what}: the gap is ${off.toFixed(0)} ms off ${JSON.stringify(ofHole)}`] : [];
}
