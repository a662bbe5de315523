import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ArchiveFormat } from '@nightjar/contract';
import { pixelAspect } from '../fmp4/codec/parameter-sets.ts';
import { type AppSrc, Pipeline } from '../gst/index.ts';
import { failureOf } from './failure.ts';
import { type FilePrint, slicesOfUnit, TrackPrint } from './fingerprint.ts';
import type { OutputPlan } from './plan.ts';
import type { RemuxedFile } from './request.ts';
import { blocksOf } from './source.ts';
import { type MuxFrame, OutputTimeline } from './timeline.ts';

/** What was handed to the muxer. */
export interface Muxed extends Omit<RemuxedFile, 'sizeBytes'> {
  print: FilePrint;
}

/** Waiting in the pipeline at most, but for what a muxer needs to find its other track's next frame. */
const maxQueuedVideoBytes = 8 << 20;
const maxQueuedSounds = 2_000;
/** How many frames are handed over between two looks at the pipeline. */
const framesAtOnce = 200;
const pollMs = 3;

/** Ticks per second of video in MP4: whole for usual frame rates, and 32 bits of it hold a day's gap. */
const mp4VideoTimescale = 30_000;

const muxers: Record<ArchiveFormat, string> = {
  mp4: 'mp4mux name=mux',
  ts: 'mpegtsmux name=mux',
  mkv: 'matroskamux name=mux offset-to-zero=true',
};

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
  const timeline = new OutputTimeline(plan.audio);
  const print: FilePrint = { video: new TrackPrint(), audio: plan.audio ? new TrackPrint() : null };
  const { codec } = plan.video;
  const keep = ({ track, data, ptsNs }: MuxFrame) => {
    if (track === 'audio') print.audio?.add([data], ptsNs);
    else print.video.add(format === 'ts' ? slicesOfUnit(data, codec) : [data], ptsNs);
  };
  {
    await using writer = await Writer.open(plan, format, path);
    for (const { range, head } of plan.ranges) {
      for await (const { samples, sizeBytes } of blocksOf(range)) {
        for (const frame of timeline.place(samples, head, range.soundOnly)) {
          keep(frame);
          if (writer.write(frame)) await writer.room();
        }
        onBytes(sizeBytes);
      }
    }
    await writer.end();
  }
  await sync(path);
  return { path, fromMs: timeline.fromMs, toMs: timeline.toMs, videoFrames: print.video.frames, print };
}

class Writer implements AsyncDisposable {
  readonly #pipeline: Pipeline;
  readonly #video: AppSrc;
  readonly #audio: AppSrc | null;
  /** matroskamux puts frames that have one into blocks that all claim to be keyframes. */
  readonly #takesDurations: boolean;
  #unseen = 0;
  #ended = false;

  private constructor(pipeline: Pipeline, format: ArchiveFormat, hasAudio: boolean) {
    this.#pipeline = pipeline;
    this.#takesDurations = format !== 'mkv';
    this.#video = pipeline.appSrc('v');
    this.#audio = hasAudio ? pipeline.appSrc('a') : null;
  }

  static async open(plan: OutputPlan, format: ArchiveFormat, path: string): Promise<Writer> {
    const pipeline = new Pipeline(descriptionOf(plan, format));
    pipeline.set('out', 'location', path);
    if (format === 'mp4') pipeline.setPad('mux', 'video_0', 'trak-timescale', mp4VideoTimescale);
    const writer = new Writer(pipeline, format, plan.audio !== null);
    writer.#video.setCaps(videoCaps(plan));
    if (plan.audio) writer.#audio?.setCaps(audioCaps(plan.audio));
    if ((await pipeline.setState('playing')) === 'failure') {
      writer.#readBus();
      throw new Error('the pipeline did not start');
    }
    return writer;
  }

  /** Whether it is time to wait for room. */
  write({ track, data, durationNs, ...times }: MuxFrame): boolean {
    const duration = this.#takesDurations ? { durationNs } : {};
    const result = (track === 'video' ? this.#video : this.#audio)?.push(data, { ...times, ...duration });
    if (result !== 'ok') {
      this.#readBus();
      throw new Error(`the pipeline takes no more frames: ${result}`);
    }
    this.#unseen += 1;
    return this.#unseen >= framesAtOnce;
  }

  /** Resolves when there is room for more. */
  async room(): Promise<void> {
    this.#unseen = 0;
    this.#readBus();
    while (this.#isFull()) {
      await sleep(pollMs);
      this.#readBus();
    }
  }

  /** Resolves when the file is complete. */
  async end(): Promise<void> {
    this.#video.endOfStream();
    this.#audio?.endOfStream();
    while (!this.#ended) {
      await sleep(pollMs);
      this.#readBus();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pipeline.close();
  }

  /** A muxer that has used up one track takes nothing of the other before the next frame of this one comes. */
  #isFull(): boolean {
    const level = (name: string, unit: string) => this.#pipeline.getNumber(name, `current-level-${unit}`);
    const pictures = level('v', 'bytes');
    if (!this.#audio) return pictures > maxQueuedVideoBytes;
    const sounds = level('a', 'buffers');
    return (pictures > maxQueuedVideoBytes && sounds > 0) || (sounds > maxQueuedSounds && pictures > 0);
  }

  /** @throws {NvrError} what an element reported. */
  #readBus(): void {
    for (let message = this.#pipeline.pollBus(); message; message = this.#pipeline.pollBus()) {
      if (message.type === 'eos') this.#ended = true;
      if (message.type === 'error') throw failureOf(message);
    }
  }
}

function descriptionOf({ video, audio }: OutputPlan, format: ArchiveFormat): string {
  // Transport streams have no codec configuration beside the pictures: it goes before each keyframe.
  const inStream = `${video.codec}parse config-interval=-1 ! video/x-${video.codec},stream-format=byte-stream,alignment=au !`;
  const [videoPad, audioPad] = format === 'ts' ? ['mux.', 'mux.'] : ['mux.video_0', 'mux.audio_0'];
  return [
    `${muxers[format]} ! filesink name=out`,
    `appsrc name=v format=time max-bytes=0 ! ${format === 'ts' ? inStream : ''} ${videoPad}`,
    ...(audio ? [`appsrc name=a format=time max-bytes=0 ! ${audioPad}`] : []),
  ].join(' ');
}

function videoCaps({ video }: OutputPlan): string {
  const { horizontal, vertical } = pixelAspect(video);
  return [
    `video/x-${video.codec}`,
    `stream-format=${video.codec === 'h264' ? 'avc' : 'hvc1'}`,
    'alignment=au',
    `width=${video.width}`,
    `height=${video.height}`,
    `pixel-aspect-ratio=${horizontal}/${vertical}`,
    `codec_data=(buffer)${video.codecData.toString('hex')}`,
  ].join(',');
}

const audioCaps = ({ sampleRate, channels, codecData }: NonNullable<OutputPlan['audio']>): string =>
  [
    'audio/mpeg,mpegversion=4,stream-format=raw,framed=true',
    `rate=${sampleRate}`,
    `channels=${channels}`,
    `codec_data=(buffer)${codecData.toString('hex')}`,
  ].join(',');

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
