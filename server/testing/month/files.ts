import fs from 'node:fs';
import path from 'node:path';
import type { Chunk, ChunkMeta } from '../../src/media/chunk.ts';
import { Chunker, initSegment, segmentInfoBox } from '../../src/media/fmp4/index.ts';
import { type ClockPictures, fps } from './clock-picture.ts';
import { minuteMs } from './plan.ts';

interface HourWish {
  dataDir: string;
  cameraId: string;
  runId: string;
  /** Of the run, which begins with an hour. */
  startAt: number;
  /** Of that hour's label. */
  label: number;
  pictures: ClockPictures;
  minutes: number;
  /** Of the segment that begins at an instant, relative to the data folder. */
  pathOf(startAt: number): string;
  timeZone: string;
  utcOffsetMinutes: number;
}

export interface WrittenSegment {
  headLength: number;
  sizeBytes: number;
  chunks: ChunkMeta[];
}

/** Writes the first minutes of an hour as files that play, a segment for each minute. */
export function writeHour(wish: HourWish): WrittenSegment[] {
  const { runId, startAt, label, pictures, minutes } = wish;
  const chunker = new Chunker({ runId, video: pictures.video, audio: null, anchor: { utcMs: startAt, ptsNs: 0 } });
  const chunks: Chunk[] = [];
  const frameMs = 1_000 / fps;
  for (let frame = 0; frame < minutes * 60 * fps; frame += 1) {
    const picture = pictures.frame(label, frame, startAt + frame * frameMs);
    chunks.push(...chunker.pushVideo({ ...picture, ptsNs: frame * frameMs * 1e6, cameraUnixMs: null }));
  }
  chunks.push(...chunker.flush());
  const minuteOf = (chunk: Chunk) => Math.floor((chunk.startMs - startAt) / minuteMs);
  return [...Map.groupBy(chunks, minuteOf)].map(([minute, ofMinute]) => writeSegment(wish, minute, ofMinute));
}

function writeSegment(wish: HourWish, minute: number, chunks: readonly Chunk[]): WrittenSegment {
  const { dataDir, cameraId, runId, pictures, timeZone, utcOffsetMinutes } = wish;
  const startMs = wish.startAt + minute * minuteMs;
  const info = { format: 1, cameraId, runId, sequence: minute + 1, startMs, runStartMs: wish.startAt } as const;
  const init = initSegment(pictures.video, null);
  const head = Buffer.concat([init, segmentInfoBox({ ...info, timeZone, utcOffsetMinutes })]);
  const file = path.join(dataDir, wish.pathOf(startMs));
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const bytes = Buffer.concat([head, ...chunks.map((chunk) => chunk.bytes)]);
  fs.writeFileSync(file, bytes);
  let offset = head.length;
  const metas = chunks.map(({ bytes: _bytes, sequence: _sequence, ...meta }) => {
    const placed = { ...meta, offset };
    offset += meta.sizeBytes;
    return placed;
  });
  return { headLength: head.length, sizeBytes: bytes.length, chunks: metas };
}
