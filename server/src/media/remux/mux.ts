import { open } from 'node:fs/promises';
import type { ArchiveFormat } from '@nightjar/contract';
import { type FilePrint, slicesOfUnit, TrackPrint } from './fingerprint.ts';
import type { OutputPlan } from './plan.ts';
import type { RemuxedFile } from './request.ts';
import { blocksOf } from './source.ts';
import { OutputTimeline } from './timeline.ts';
import { type MuxFrame, openWriter } from './writer.ts';

/** What was handed to the muxer. */
export interface Muxed extends Omit<RemuxedFile, 'sizeBytes'> {
  print: FilePrint;
}

/** A segment is hardly longer; if it is, the tables of an MP4 find room nevertheless. */
const longestSegmentMs = 120_000;

/**
 * Writes one file, synced to the disk.
 *
 * @param onBytes told of each stretch of the sources that was read.
 * @throws {NvrError} `footage_not_found`, `disk_full`, `disk_error`, `pipeline_failed`.
 */
export async function mux(
  plan: OutputPlan,
  { format, path, onBytes }: { format: ArchiveFormat; path: string; onBytes(sizeBytes: number): void },
): Promise<Muxed> {
  const { video, audio, ranges } = plan;
  const timeline = new OutputTimeline(audio);
  const print = newPrint(audio !== null);
  const keep = keeping(print, video.codec, format);
  const first = ranges[0]?.head.info.startMs ?? 0;
  const last = ranges.at(-1)?.head.info.startMs ?? first;
  const expected = {
    videoFrames: ranges.reduce((sum, { range }) => sum + range.frames, 0),
    seconds: (last - first + longestSegmentMs) / 1_000,
  };
  {
    const tracks = { video, audio, text: false, parameterSetsInStream: false };
    await using writer = await openWriter(tracks, { format, path, title: '', hasLongFrames: true, expected });
    for (const { range, head } of ranges) {
      for await (const { samples, sizeBytes } of blocksOf(range)) {
        for (const frame of timeline.place(samples, head, range.soundOnly)) {
          keep(frame);
          if (writer.write(frame)) await writer.room();
        }
        onBytes(sizeBytes);
      }
    }
    await writer.end(timeline.fromMs);
  }
  await sync(path);
  return { path, fromMs: timeline.fromMs, toMs: timeline.toMs, videoFrames: print.video.frames, print };
}

export const newPrint = (hasAudio: boolean): FilePrint => ({
  video: new TrackPrint(),
  audio: hasAudio ? new TrackPrint() : null,
});

/** Takes down what is handed to a writer. */
export function keeping(print: FilePrint, codec: 'h264' | 'h265', format: ArchiveFormat): (frame: MuxFrame) => void {
  return ({ track, data, ptsNs }) => {
    if (track === 'audio') print.audio?.add([data], ptsNs);
    else if (track === 'video') print.video.add(format === 'ts' ? slicesOfUnit(data, codec) : [data], ptsNs);
  };
}

/** Resolves when the file is on the disk. */
export async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
