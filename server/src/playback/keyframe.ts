import { open } from 'node:fs/promises';
import type { UnixMs } from '@nightjar/contract';
import { writeChunk } from '../media/fmp4/chunk-layout.ts';
import { codecStringOf, initSegment, readAt, readInit, readKeyframe } from '../media/fmp4/index.ts';
import type { ChunksAround, Segment } from '../recording/index.ts';
import { NvrError } from '../shared/errors.ts';

export interface KeyframeIndex {
  chunksAround(streamId: string, at: UnixMs, withinMs: number): Promise<ChunksAround | null>;
  segment(streamId: string, id: number): Promise<Segment | undefined>;
  onFileMissing(segment: Segment): Promise<void>;
}

/** A keyframe by itself: what a decoder needs for one picture. */
export interface Keyframe {
  /** `ftyp` + `moov`, without sound. */
  init: Buffer;
  /** `prft` + `moof` + `mdat` with this one picture, at media time 0. */
  fragment: Buffer;
  /** RFC 6381. */
  codec: string;
  /** When it was shown, Unix milliseconds. */
  atMs: number;
}

/** Where a keyframe is. */
export interface KeyframePlace {
  around: ChunksAround;
  /** The same for all instants that it is the picture of. */
  key: string;
  /** That instant is recorded: what is its keyframe does not change any more. */
  final: boolean;
}

/** An instant that was not recorded gets a picture that is no further than this: about a group of pictures. */
export const nearbyMs = 2_000;

/** @throws {NvrError} `footage_not_found` */
export async function findKeyframe(index: KeyframeIndex, streamId: string, at: UnixMs): Promise<KeyframePlace> {
  const around = await index.chunksAround(streamId, at, nearbyMs);
  const [first] = around?.chunks ?? [];
  const last = around?.chunks.at(-1);
  if (!around || !first || !last) throw nothing();
  const final = at >= first.startMs && at < last.startMs + last.duration / 90;
  return { around, key: `${streamId} ${around.segmentId} ${first.offset}`, final };
}

/** Reads of its file the head and that one picture. @throws {NvrError} `footage_not_found` when it is not there any more. */
export async function readKeyframeAt(
  index: KeyframeIndex,
  streamId: string,
  { around }: Pick<KeyframePlace, 'around'>,
): Promise<Keyframe> {
  const [chunk] = around.chunks;
  if (!chunk) throw nothing();
  return whileThere(index, streamId, around, async () => {
    await using file = await open(around.file);
    const { video } = readInit(await readAt(file, around.init.offset, around.init.sizeBytes));
    const sample = await readKeyframe(file, chunk);
    if (!sample) throw nothing();
    const { data, duration, pts, dts } = sample;
    const atMs = Math.round(chunk.startMs + (pts - dts) / 90);
    const picture = { data, keyframe: true, dts: 0, duration, compositionOffset: 0 };
    return {
      codec: codecStringOf(video.codec, video.codecData),
      init: initSegment(video, null),
      fragment: writeChunk({ sequence: 1, startMs: atMs, video: [picture], audio: [] }),
      atMs,
    };
  });
}

/** Reads a segment's file; when that is gone, the index is told. @throws {NvrError} `footage_not_found` */
export async function whileThere<Result>(
  index: Pick<KeyframeIndex, 'segment' | 'onFileMissing'>,
  streamId: string,
  { segmentId }: Pick<ChunksAround, 'segmentId'>,
  read: () => Promise<Result>,
): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const segment = await index.segment(streamId, segmentId);
    if (segment) await index.onFileMissing(segment);
    throw new NvrError('footage_not_found', 'The file of this recording is gone.', { cause: error });
  }
}

const nothing = () => new NvrError('footage_not_found', 'Nothing is recorded at this instant.');
