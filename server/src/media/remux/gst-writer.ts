import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ArchiveFormat } from '@nightjar/contract';
import type { AudioConfig } from '../access-unit.ts';
import { pixelAspect } from '../fmp4/codec/parameter-sets.ts';
import { type AppSrc, Pipeline } from '../gst/index.ts';
import { diskError, failureOf } from './failure.ts';
import type { FileTracks, FileWish, FileWriter, MuxFrame } from './writer.ts';

/** Waiting in the pipeline at most, but for what a muxer needs to find its other tracks' next frames. */
const maxQueuedVideoBytes = 8 << 20;
const maxQueuedSounds = 2_000;
/** How many frames are handed over between two looks at the pipeline. */
const framesAtOnce = 200;
const pollMs = 3;

const muxers: Partial<Record<ArchiveFormat, string>> = {
  ts: 'mpegtsmux name=mux',
  mkv: 'matroskamux name=mux offset-to-zero=true',
};

/** Writes transport streams and Matroska with GStreamer's muxers, which take no title (1.22). */
export class GstWriter implements FileWriter {
  readonly #pipeline: Pipeline;
  readonly #wish: FileWish;
  readonly #sources = new Map<MuxFrame['track'], AppSrc>();
  #unseen = 0;
  #ended = false;

  private constructor(pipeline: Pipeline, tracks: FileTracks, wish: FileWish) {
    this.#pipeline = pipeline;
    this.#wish = wish;
    this.#add('video', videoCaps(tracks));
    if (tracks.audio) this.#add('audio', audioCaps(tracks.audio));
    if (tracks.text) this.#add('text', 'text/x-raw,format=utf8');
  }

  static async open(tracks: FileTracks, wish: FileWish): Promise<GstWriter> {
    const pipeline = new Pipeline(descriptionOf(tracks, wish.format));
    pipeline.set('out', 'location', wish.path);
    const writer = new GstWriter(pipeline, tracks, wish);
    if ((await pipeline.setState('playing')) === 'failure') {
      writer.#readBus();
      throw new Error('the pipeline did not start');
    }
    return writer;
  }

  write({ track, data, durationNs, ...times }: MuxFrame): boolean {
    // matroskamux puts frames that have a duration into blocks that all claim to be keyframes; text needs its own.
    const duration = this.#wish.format !== 'mkv' || track === 'text' ? { durationNs } : {};
    const result = this.#sources.get(track)?.push(data, { ...times, ...duration });
    if (result !== 'ok') {
      this.#readBus();
      throw new Error(`the pipeline takes no more frames: ${result}`);
    }
    this.#unseen += 1;
    return this.#unseen >= framesAtOnce;
  }

  async room(): Promise<void> {
    this.#unseen = 0;
    this.#readBus();
    while (this.#isFull()) {
      await sleep(pollMs);
      this.#readBus();
    }
  }

  async end(createdMs: number): Promise<void> {
    for (const source of this.#sources.values()) source.endOfStream();
    while (!this.#ended) {
      await sleep(pollMs);
      this.#readBus();
    }
    await this.#pipeline.close();
    if (this.#wish.format === 'mkv') await stampDate(this.#wish.path, createdMs);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pipeline.close();
  }

  #add(track: MuxFrame['track'], caps: string): void {
    const source = this.#pipeline.appSrc(track);
    source.setCaps(caps);
    this.#sources.set(track, source);
  }

  /** A muxer that has used up one track takes nothing of the others before the next frame of this one comes. */
  #isFull(): boolean {
    const level = (name: string, unit: string) => this.#pipeline.getNumber(name, `current-level-${unit}`);
    for (const track of this.#sources.keys()) if (level(track, 'buffers') === 0) return false;
    const tooManySounds = this.#sources.has('audio') && level('audio', 'buffers') > maxQueuedSounds;
    return tooManySounds || level('video', 'bytes') > maxQueuedVideoBytes;
  }

  /** @throws {NvrError} what an element reported. */
  #readBus(): void {
    for (let message = this.#pipeline.pollBus(); message; message = this.#pipeline.pollBus()) {
      if (message.type === 'eos') this.#ended = true;
      if (message.type === 'error') throw failureOf(message);
    }
  }
}

function descriptionOf({ video, audio, text }: FileTracks, format: ArchiveFormat): string {
  // Transport streams have no codec configuration beside the pictures: it goes before each keyframe.
  const inStream = `${video.codec}parse config-interval=-1 ! video/x-${video.codec},stream-format=byte-stream,alignment=au !`;
  const [videoPad, audioPad] = format === 'ts' ? ['mux.', 'mux.'] : ['mux.video_0', 'mux.audio_0'];
  const source = (name: string) => `appsrc name=${name} format=time max-bytes=0 !`;
  return [
    `${muxers[format]} ! filesink name=out`,
    `${source('video')} ${format === 'ts' ? inStream : ''} ${videoPad}`,
    ...(audio ? [`${source('audio')} ${audioPad}`] : []),
    ...(text ? [`${source('text')} mux.subtitle_0`] : []),
  ].join(' ');
}

function videoCaps({ video, parameterSetsInStream }: FileTracks): string {
  const { horizontal, vertical } = pixelAspect(video);
  const [fixed, changing] = video.codec === 'h264' ? ['avc', 'avc3'] : ['hvc1', 'hev1'];
  return [
    `video/x-${video.codec}`,
    `stream-format=${parameterSetsInStream ? changing : fixed}`,
    'alignment=au',
    `width=${video.width}`,
    `height=${video.height}`,
    `pixel-aspect-ratio=${horizontal}/${vertical}`,
    `codec_data=(buffer)${video.codecData.toString('hex')}`,
  ].join(',');
}

const audioCaps = ({ sampleRate, channels, codecData }: AudioConfig): string =>
  [
    'audio/mpeg,mpegversion=4,stream-format=raw,framed=true',
    `rate=${sampleRate}`,
    `channels=${channels}`,
    `codec_data=(buffer)${codecData.toString('hex')}`,
  ].join(',');

/** DateUTC of Matroska (RFC 9559, 5.1.2.9): its id and size, nanoseconds since 2001. The muxer says when it wrote. */
const dateElement = Buffer.from([0x44, 0x61, 0x88]);
const matroskaEpochMs = Date.UTC(2001, 0, 1);
const headBytes = 4_096;

async function stampDate(path: string, createdMs: number): Promise<void> {
  const file: FileHandle = await open(path, 'r+').catch(diskError);
  try {
    const head = Buffer.alloc(headBytes);
    const { bytesRead } = await file.read(head, 0, headBytes, 0).catch(diskError);
    const at = head.subarray(0, bytesRead).indexOf(dateElement);
    if (at < 0) return;
    const date = Buffer.alloc(8);
    date.writeBigInt64BE(BigInt(Math.round(createdMs - matroskaEpochMs)) * 1_000_000n);
    await file.write(date, 0, 8, at + dateElement.length).catch(diskError);
  } finally {
    await file.close();
  }
}
