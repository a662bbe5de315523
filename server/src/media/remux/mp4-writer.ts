import { type FileHandle, open } from 'node:fs/promises';
import { MovieSamples, type MovieTrack, movieBox, movieFileType, reorderDepth } from '../fmp4/index.ts';
import { diskError } from './failure.ts';
import type { FileTracks, FileWish, FileWriter, MuxFrame } from './writer.ts';

/** Ticks per second of video: whole for usual frame rates; and the one with which a frame's 32 bits last for a day. */
const usualTimescale = 90_000;
const longFrameTimescale = 30_000;
const textTimescale = 1_000;
/** Written at once. */
const blockBytes = 1 << 20;
/** A 64-bit size. */
const mdatHeaderBytes = 16;
/** Bytes of the tables: of a picture, of one in a stream that reorders them, of a second with its sound and text. */
const tableBytes = { picture: 16, reordered: 24, second: 900, beside: 6_000 };

interface Track {
  samples: MovieSamples;
  timescale: number;
  /** Ticks. */
  firstDts: number;
  firstPts: number;
  endDts: number;
  endPts: number;
  content: MovieTrack['content'];
}

/**
 * Writes a progressive MP4 with `moov` in front: room for it is left free, and nothing is written twice. What of the room
 * is not needed stays as a `free` box; a `moov` that does not fit has the media moved back.
 */
export class Mp4Writer implements FileWriter {
  readonly #file: FileHandle;
  readonly #title: string;
  readonly #head = movieFileType();
  readonly #roomBytes: number;
  readonly #tracks = new Map<MuxFrame['track'], Track>();
  #block = Buffer.allocUnsafeSlow(2 * blockBytes);
  #filled = 0;
  #mediaBytes = 0;

  private constructor(file: FileHandle, tracks: FileTracks, { title, hasLongFrames, expected }: FileWish) {
    this.#file = file;
    this.#title = title;
    const { video, audio, text, parameterSetsInStream } = tracks;
    const perPicture = reorderDepth(video) === 0 ? tableBytes.picture : tableBytes.reordered;
    this.#roomBytes = Math.round(
      expected.videoFrames * perPicture + expected.seconds * tableBytes.second + tableBytes.beside,
    );
    const add = (track: MuxFrame['track'], timescale: number, content: MovieTrack['content']) =>
      this.#tracks.set(track, newTrack(timescale, content));
    const timescale = hasLongFrames ? longFrameTimescale : usualTimescale;
    add('video', timescale, { kind: 'video', config: video, parameterSetsInStream });
    if (audio) add('audio', audio.sampleRate, { kind: 'audio', config: audio });
    if (text) add('text', textTimescale, { kind: 'text', width: video.width, height: video.height });
  }

  static async open(tracks: FileTracks, wish: FileWish): Promise<Mp4Writer> {
    return new Mp4Writer(await open(wish.path, 'w').catch(diskError), tracks, wish);
  }

  write({ track: name, data, ...times }: MuxFrame): boolean {
    const track = this.#tracks.get(name);
    if (!track) throw new Error(`the file has no track for ${name}`);
    const payload = name === 'text' ? textSample(data) : data;
    addSample(track, { ...times, sizeBytes: payload.length }, this.#mediaBytes);
    this.#mediaBytes += payload.length;
    this.#fit(payload.length);
    payload.copy(this.#block, this.#filled);
    this.#filled += payload.length;
    return this.#filled >= blockBytes;
  }

  async room(): Promise<void> {
    if (this.#filled === 0) return;
    const at = this.#dataStart + this.#mediaBytes - this.#filled;
    await writeAll(this.#file, this.#block.subarray(0, this.#filled), at);
    this.#filled = 0;
  }

  async end(createdMs: number): Promise<void> {
    await this.room();
    const movie = { tracks: this.#movieTracks(), title: this.#title, createdMs };
    let room = this.#roomBytes;
    let moov = movieBox(movie, this.#dataStart);
    if (moov.length > room) {
      // Places beyond 32 bits make it longer still, by less than this.
      room = 2 * moov.length;
      const shift = room - this.#roomBytes;
      await moveBack(this.#file, { from: this.#dataStart, bytes: this.#mediaBytes, by: shift });
      moov = movieBox(movie, this.#dataStart + shift);
    }
    const free = room - moov.length;
    const head = Buffer.concat([this.#head, moov, boxHeader('free', free + 8)]);
    await writeAll(this.#file, head, 0);
    await writeAll(this.#file, mediaHeader(this.#mediaBytes), this.#head.length + room + 8);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }

  /** Behind the head: room for `moov`, the header of a `free` box and that of `mdat`. */
  get #dataStart(): number {
    return this.#head.length + this.#roomBytes + 8 + mdatHeaderBytes;
  }

  #fit(bytes: number): void {
    if (this.#filled + bytes <= this.#block.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#filled + bytes, 2 * this.#block.length));
    this.#block.copy(larger, 0, 0, this.#filled);
    this.#block = larger;
  }

  #movieTracks(): MovieTrack[] {
    const video = this.#tracks.get('video');
    const beginS = video ? video.firstPts / video.timescale : 0;
    return [...this.#tracks.values()]
      .filter(({ samples }) => samples.count > 0)
      .map(({ samples, timescale, content, ...track }) => {
        samples.endAt(track.endDts);
        return {
          ...{ samples, timescale, content },
          beginsAt: Math.max(Math.round(track.firstPts - beginS * timescale), 0),
          mediaStart: track.firstPts - track.firstDts + samples.compositionShift,
          durationTicks: track.endPts - track.firstPts,
        };
      });
  }
}

const newTrack = (timescale: number, content: MovieTrack['content']): Track => ({
  ...{ timescale, content, samples: new MovieSamples(), firstDts: -1 },
  ...{ firstPts: Number.POSITIVE_INFINITY, endDts: 0, endPts: 0 },
});

/** Times of the samples begin with 0. */
function addSample(
  track: Track,
  sample: { ptsNs: number; dtsNs: number; durationNs: number; keyframe: boolean; sizeBytes: number },
  offset: number,
): void {
  const ticksOf = (ns: number) => Math.round((ns * track.timescale) / 1e9);
  const dts = ticksOf(sample.dtsNs);
  const pts = ticksOf(sample.ptsNs);
  if (track.samples.count === 0) track.firstDts = dts;
  track.firstPts = Math.min(track.firstPts, pts);
  track.endDts = ticksOf(sample.dtsNs + sample.durationNs);
  track.endPts = Math.max(track.endPts, ticksOf(sample.ptsNs + sample.durationNs));
  const { sizeBytes, keyframe } = sample;
  track.samples.add({ sizeBytes, keyframe, dts: dts - track.firstDts, compositionOffset: pts - dts }, offset);
}

/** 3GPP TS 26.245, 5.17: its length before the text. */
function textSample(text: Buffer): Buffer {
  const sample = Buffer.alloc(2 + text.length);
  sample.writeUInt16BE(text.length);
  text.copy(sample, 2);
  return sample;
}

function boxHeader(type: string, sizeBytes: number): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(sizeBytes);
  header.write(type, 4, 'latin1');
  return header;
}

function mediaHeader(mediaBytes: number): Buffer {
  const header = Buffer.alloc(mdatHeaderBytes);
  boxHeader('mdat', 1).copy(header);
  header.writeBigUInt64BE(BigInt(mdatHeaderBytes + mediaBytes), 8);
  return header;
}

async function moveBack(file: FileHandle, { from, bytes, by }: { from: number; bytes: number; by: number }) {
  const block = Buffer.allocUnsafeSlow(blockBytes);
  for (let left = bytes; left > 0; ) {
    const size = Math.min(left, blockBytes);
    left -= size;
    const { bytesRead } = await file.read(block, 0, size, from + left).catch(diskError);
    if (bytesRead < size) throw new Error('the file became shorter while it was written');
    await writeAll(file, block.subarray(0, size), from + left + by);
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done).catch(diskError);
    done += bytesWritten;
  }
}
