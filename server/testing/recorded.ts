import { existsSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ChunkMeta, SegmentInfo } from '../src/media/chunk.ts';
import { type Sample, type SegmentScan, samplesOf, scanSegment } from '../src/media/fmp4/index.ts';
import { type FrameStamp, readFrameStamp } from './camera/stamp.ts';

/** A video frame as it lies in a file, in decoding order. */
export interface RecordedFrame extends Omit<Sample, 'data' | 'track'> {
  /** The simulated camera's mark; null in pictures encoded anew. */
  stamp: FrameStamp | null;
  runId: string;
  /** When it is shown, by the recorder's clock, Unix milliseconds with fraction. */
  shownAtMs: number;
}

export interface RecordedSegment {
  /** Absolute. */
  file: string;
  info: SegmentInfo;
  scan: SegmentScan;
  chunks: ChunkMeta[];
  frames: RecordedFrame[];
  /** Of each audio frame: times in ticks of the sample rate. */
  audio: Array<Omit<Sample, 'data'>>;
}

/**
 * The camera's segment files as far as they are whole, oldest first.
 * @param options.changedSince only those written to since, Unix milliseconds.
 */
export async function recordedSegments(
  dataDir: string,
  cameraId: string,
  { changedSince = 0 } = {},
): Promise<RecordedSegment[]> {
  const folder = path.join(dataDir, 'recordings', cameraId);
  if (!existsSync(folder)) return [];
  const all = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.mp4'));
  const files = all.filter((file) => changedSince === 0 || statSync(path.join(folder, file)).mtimeMs >= changedSince);
  const segments = await Promise.all(files.map((file) => readSegment(path.join(folder, file))));
  return segments.filter((segment) => segment !== null).sort((a, b) => a.info.startMs - b.info.startMs);
}

/** Null while it has no whole head. */
async function readSegment(file: string): Promise<RecordedSegment | null> {
  const scan = await scanSegment(file).catch((error: Error) => {
    if (error.name === 'SegmentFormatError') return null;
    throw error;
  });
  if (!scan) return null;
  const { info, chunks } = scan;
  if (!info) throw new Error(`${file} does not say what it is`);
  const bytes = await readFile(file);
  const samples = chunks.flatMap(({ offset, sizeBytes }) => samplesOf(bytes.subarray(offset, offset + sizeBytes)));
  const frames = samples
    .filter(({ track }) => track === 'video')
    .map(({ data, track: _, ...times }) => ({
      ...times,
      stamp: readFrameStamp(data),
      runId: info.runId,
      shownAtMs: info.runStartMs + times.pts / 90,
    }));
  const audio = samples.filter(({ track }) => track === 'audio').map(({ data: _, ...times }) => times);
  return { file, info, scan, chunks, frames, audio };
}

export const framesOf = (segments: readonly RecordedSegment[]): RecordedFrame[] =>
  segments.flatMap(({ frames }) => frames);

/** The simulated camera's frame numbers, in the order of the files. @throws when a frame has no mark. */
export const countersOf = (segments: readonly RecordedSegment[]): number[] =>
  segments.flatMap(({ file, frames }) =>
    frames.map(({ stamp, dts }) => {
      if (!stamp) throw new Error(`${file}: the frame decoded at ${dts} has no mark`);
      return stamp.frame;
    }),
  );

/** Where the numbers do not go on by one: `['41 → 43']`; [] when none is missing, twice or out of order. */
export const breaksIn = (counters: readonly number[]): string[] =>
  counters.flatMap((counter, at) => {
    const before = counters[at - 1];
    return before === undefined || counter === before + 1 ? [] : [`${before} → ${counter}`];
  });

/** The same for each run by itself: between two connections the simulated camera sends frames that nobody hears. */
export const breaksInRuns = (segments: readonly RecordedSegment[]): string[] =>
  runsOf(segments).flatMap((run) => breaksIn(countersOf(segments.filter(({ info }) => info.runId === run))));

/** Ids of the runs, each once, in order. */
export const runsOf = (segments: readonly RecordedSegment[]): string[] => [
  ...new Set(segments.map(({ info }) => info.runId)),
];

/** Media of all frames, milliseconds. */
export const recordedMs = (segments: readonly RecordedSegment[]): number =>
  segments.flatMap(({ chunks }) => chunks).reduce((sum, { duration }) => sum + duration / 90, 0);

/** Longest time between two frames' captures, beyond one frame, by the simulated camera's clock; those from `sinceMs` on. */
export function longestPauseMs(segments: readonly RecordedSegment[], sinceMs = 0): number {
  const captured = framesOf(segments)
    .flatMap(({ stamp }) => (stamp ? [stamp.wallMs] : []))
    .filter((wallMs) => wallMs >= sinceMs)
    .sort((a, b) => a - b);
  const steps = captured.slice(1).map((wallMs, at) => wallMs - (captured[at] ?? wallMs));
  return Math.max(0, Math.max(...steps) - Math.min(...steps));
}
