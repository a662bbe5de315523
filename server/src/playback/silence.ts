import type { AudioConfig } from '../media/access-unit.ts';
import type { ChunkMeta } from '../media/chunk.ts';
import { type TrackSample, writeChunk } from '../media/fmp4/chunk-layout.ts';
import { initSegment, readInit, samplesOf } from '../media/fmp4/index.ts';

/*
 * A browser's player cannot go on from pictures with sound to pictures without: Media Source Extensions fix the tracks
 * of a SourceBuffer with its first init segment. Where a playlist has both, the runs without sound get a silent track,
 * made as they are sent; the files stay as they are.
 */

/** AAC-LC, 16 kHz, mono: the fewest frames that every decoder takes. */
const silentTrack: AudioConfig = {
  codec: 'aac',
  sampleRate: 16_000,
  channels: 1,
  codecData: Buffer.from([0x14, 0x08]),
};

/** One mono frame without spectral data (ISO 14496-3, 4.4.2: a single channel element with max_sfb 0, then the end). */
const silentFrame = Buffer.from([0x00, 0xc8, 0x00, 0x80, 0x23, 0x80]);
const frameTicks = 1_024;
const videoTimescale = 90_000;

export const silentCodecString = 'mp4a.40.2';

export const hasSound = (init: Buffer): boolean => readInit(init).audio !== null;

/** The init segment of a run, with a silent track beside its pictures if it has no sound. */
export function initWithSilence(init: Buffer): Buffer {
  const { video, audio } = readInit(init);
  return initSegment(video, audio ?? silentTrack);
}

/**
 * Chunks without sound, with silence beside their pictures.
 *
 * @param bytes the chunks as they are in the file, back to back.
 */
export function chunksWithSilence(bytes: Buffer, chunks: readonly ChunkMeta[]): Buffer {
  const start = chunks[0]?.offset ?? 0;
  return Buffer.concat(
    chunks.map((chunk, at) => {
      const own = bytes.subarray(chunk.offset - start, chunk.offset - start + chunk.sizeBytes);
      return writeChunk({ sequence: at + 1, startMs: chunk.startMs, video: videoOf(own), audio: silenceOf(chunk) });
    }),
  );
}

const videoOf = (bytes: Buffer): TrackSample[] =>
  samplesOf(bytes)
    .filter(({ track }) => track === 'video')
    .map(({ data, keyframe, dts, pts, duration }) => ({ data, keyframe, dts, duration, compositionOffset: pts - dts }));

/** The frames that begin in the chunk: from chunk to chunk, none is missing and none comes twice. */
function silenceOf({ mediaTime, duration }: ChunkMeta): TrackSample[] {
  const firstFrameAt = (ticks: number) => Math.ceil((ticks * silentTrack.sampleRate) / videoTimescale / frameTicks);
  const frames: TrackSample[] = [];
  for (let frame = firstFrameAt(mediaTime); frame < firstFrameAt(mediaTime + duration); frame += 1) {
    const dts = frame * frameTicks;
    frames.push({ data: silentFrame, keyframe: true, dts, duration: frameTicks, compositionOffset: 0 });
  }
  return frames;
}
