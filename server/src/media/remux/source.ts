import { type FileHandle, open } from 'node:fs/promises';
import { NvrError } from '../../shared/errors.ts';
import type { AudioConfig, VideoConfig } from '../access-unit.ts';
import type { SegmentInfo } from '../chunk.ts';
import { boxesIn, boxHeaderAt, readInit, type Sample, SegmentFormatError, samplesOf } from '../fmp4/index.ts';
import { findSegmentInfo } from '../fmp4/segment-info.ts';
import type { RemuxRange } from './request.ts';

/** What a segment file says of itself. */
export interface SourceHead {
  video: VideoConfig;
  audio: AudioConfig | null;
  info: SegmentInfo;
}

/** Some chunks in a row. */
export interface Block {
  samples: Sample[];
  sizeBytes: number;
  /** Of each chunk: its place in the file, and how many of `samples` are its. */
  chunks: Array<{ offset: number; samples: number }>;
}

const headBytes = 64 * 1024;
/** Read at once: chunks of about a second or two. */
const blockBytes = 1 << 20;
const chunkBoxes = ['prft', 'moof', 'mdat'];

/** @throws {NvrError} `footage_not_found` when the file is gone, `disk_error` when it is no segment. */
export async function readHead(file: string): Promise<SourceHead> {
  return withFile(file, async (handle) => {
    const head = await readInto(Buffer.allocUnsafeSlow(headBytes), handle, 0);
    const info = findSegmentInfo(head);
    if (!info) throw damaged(file, 'it does not say what it is');
    try {
      return { ...copied(readInit(head)), info };
    } catch (error) {
      if (error instanceof SegmentFormatError) throw damaged(file, 'its head cannot be read');
      throw error;
    }
  });
}

/** Without the buffer that it was read into: a day has thousands of heads. */
const copied = ({ video, audio }: ReturnType<typeof readInit>): Omit<SourceHead, 'info'> => ({
  video: { ...video, codecData: Buffer.from(video.codecData) },
  audio: audio && { ...audio, codecData: Buffer.from(audio.codecData) },
});

/**
 * The range's samples, block by block; the bytes of one are overwritten with the next, unless they are to be kept.
 *
 * @throws {NvrError} `footage_not_found`, `disk_error` as `readHead`.
 */
export async function* blocksOf(range: RemuxRange, { keep = false } = {}): AsyncGenerator<Block, void> {
  const handle = await opened(range.file);
  try {
    let frames = 0;
    let room: Buffer = Buffer.allocUnsafeSlow(Math.min(blockBytes, range.to - range.from));
    for (let at = range.from; at < range.to; ) {
      if (keep) room = Buffer.allocUnsafeSlow(Math.min(blockBytes, range.to - at));
      const bytes = await readChunks(handle, at, room, range);
      if (bytes.length > room.length) room = bytes;
      const { samples, chunks } = samplesIn(bytes, range.file, at);
      for (const { track } of samples) if (track === 'video') frames += 1;
      yield { samples, chunks, sizeBytes: bytes.length };
      at += bytes.length;
    }
    if (frames !== range.frames) throw damaged(range.file, `${range.frames} pictures were expected, ${frames} found`);
  } finally {
    await handle.close();
  }
}

/** As many whole chunks as fit into `room`, or one in a larger buffer of its own. */
async function readChunks(handle: FileHandle, at: number, room: Buffer, { file, to }: RemuxRange): Promise<Buffer> {
  for (let buffer = room; ; buffer = Buffer.allocUnsafeSlow(buffer.length * 2)) {
    const bytes = await readInto(buffer.subarray(0, Math.min(buffer.length, to - at)), handle, at);
    const end = endOfChunks(bytes, file);
    if (end > 0) return bytes.subarray(0, end);
    if (buffer.length >= to - at) throw damaged(file, `the chunk at byte ${at} is cut off`);
  }
}

/** Where the last whole chunk ends; 0 when none is whole. */
function endOfChunks(bytes: Buffer, file: string): number {
  let end = 0;
  for (let at = 0, next = 0; ; next = (next + 1) % chunkBoxes.length) {
    if (next === 0) end = at;
    if (at + 8 > bytes.length) return end;
    const header = boxHeaderAt(bytes, at);
    if (header?.type !== chunkBoxes[next]) throw damaged(file, 'what should be a chunk is none');
    at += header?.sizeBytes ?? 0;
    if (at > bytes.length) return end;
  }
}

/** @throws when the samples do not fill the chunks' `mdat` boxes exactly. */
function samplesIn(bytes: Buffer, file: string, offset: number): Pick<Block, 'samples' | 'chunks'> {
  const chunks: Block['chunks'] = [];
  const samples: Sample[] = [];
  let begin = 0;
  for (const { type, body, end } of boxesIn(bytes)) {
    if (type !== 'mdat') continue;
    const ofChunk = samplesOf(bytes.subarray(begin, end));
    const found = ofChunk.reduce((sum, { data }) => sum + data.length, 0);
    if (found !== end - body) throw damaged(file, `${end - body} bytes of media were expected, ${found} found`);
    samples.push(...ofChunk);
    chunks.push({ offset: offset + begin, samples: ofChunk.length });
    begin = end;
  }
  return { samples, chunks };
}

async function withFile<T>(file: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await opened(file);
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

async function opened(file: string): Promise<FileHandle> {
  return open(file, 'r').catch((error) => footageError(file, error));
}

/** @throws {NvrError} `footage_not_found` when the file is gone, else `disk_error`. */
export function footageError(file: string, error: NodeJS.ErrnoException): never {
  if (error.code === 'ENOENT') {
    throw new NvrError('footage_not_found', `The recording ${file} is gone.`, { cause: error });
  }
  throw new NvrError('disk_error', `The recording ${file} cannot be read: ${error.message}.`, { cause: error });
}

const damaged = (file: string, what: string) =>
  new NvrError('disk_error', `The recording ${file} is damaged: ${what}. \`nightjar check\` says more.`);

/** What of `room` was filled: less only at the end of the file. */
async function readInto(room: Buffer, handle: FileHandle, offset: number): Promise<Buffer> {
  let got = 0;
  while (got < room.length) {
    const { bytesRead } = await handle.read(room, got, room.length - got, offset + got);
    if (bytesRead === 0) break;
    got += bytesRead;
  }
  return room.subarray(0, got);
}
