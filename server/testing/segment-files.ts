import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Chunk } from '../src/media/chunk.ts';
import { type Sample, samplesOf, segmentInfoBox } from '../src/media/fmp4/index.ts';
import type { RemuxRange } from '../src/media/remux/index.ts';
import { chunksOf } from './recorder.ts';
import type { TestStream } from './streams.ts';

export interface SegmentFilesWish {
  stream: TestStream;
  /** UTC of the first frame, Unix milliseconds. */
  startMs: number;
  /** How often the stream is recorded in a row, in one run. */
  repeat?: number;
}

export interface WrittenRun {
  /** One for each file. */
  ranges: RemuxRange[];
  /** One for each chunk. */
  chunks: RemuxRange[];
  /** All samples, in file order. */
  samples: Sample[];
  /** UTC of media time 0, Unix milliseconds with fraction. */
  startMs: number;
}

/** Chunks in each file, whose first begins with a keyframe. */
const chunksPerFile = 8;

/** Writes a run as segment files, without an index: what the muxers are given. */
export async function writeRun(folder: string, { stream, startMs, repeat }: SegmentFilesWish): Promise<WrittenRun> {
  const { run, chunks } = chunksOf({ cameraId: 'yard', stream, startMs, ...(repeat !== undefined && { repeat }) });
  const ranges: RemuxRange[] = [];
  const ofChunks: RemuxRange[] = [];
  for (const [at, ofFile] of filesOf(chunks).entries()) {
    const info = { format: 1, cameraId: 'yard', runId: run.runId, sequence: at + 1, runStartMs: run.startMs } as const;
    const first = ofFile[0] as Chunk;
    const local = { utcOffsetMinutes: 0, timeZone: 'UTC' };
    const head = Buffer.concat([run.init, segmentInfoBox({ ...info, startMs: first.startMs, ...local })]);
    const media = Buffer.concat(ofFile.map(({ bytes }) => bytes));
    const file = path.join(folder, `${run.runId}-${at}.mp4`);
    await writeFile(file, Buffer.concat([head, media]));
    const frames = ofFile.reduce((sum, chunk) => sum + chunk.frames, 0);
    ranges.push({ file, from: head.length, to: head.length + media.length, frames });
    let from = head.length;
    for (const chunk of ofFile) {
      ofChunks.push({ file, from, to: from + chunk.sizeBytes, frames: chunk.frames });
      from += chunk.sizeBytes;
    }
  }
  return { ranges, chunks: ofChunks, samples: chunks.flatMap(({ bytes }) => samplesOf(bytes)), startMs: run.startMs };
}

function filesOf(chunks: readonly Chunk[]): Chunk[][] {
  const files: Chunk[][] = [];
  for (const chunk of chunks) {
    const file = files.at(-1);
    if (file && !(chunk.keyframe && file.length >= chunksPerFile)) file.push(chunk);
    else files.push([chunk]);
  }
  return files;
}
