import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { NvrError } from '../../shared/errors.ts';
import type { VideoConfig } from '../access-unit.ts';
import { diskError } from '../remux/failure.ts';
import { keeping, newPrint, sync } from '../remux/mux.ts';
import { type OutputPlan, planOutputs } from '../remux/plan.ts';
import { verify } from '../remux/read-back.ts';
import { type FileWriter, openWriter } from '../remux/writer.ts';
import { batchesOf } from './batches.ts';
import { CueMaker, SubRip } from './cues.ts';
import { Pieces } from './pieces.ts';
import type { ExportedFile, ExportRequest } from './request.ts';
import { ExportTimeline, type Placed } from './timeline.ts';

interface ExportSteps {
  onProgress(share: number): void;
  /** Between writing a file and reading it back; tests damage it here. */
  onWritten?(path: string): Promise<void>;
}

/** Beside what is asked for: groups of pictures that begin before it. */
const marginS = 30;

/** @throws {NvrError} as `makeExport` says. */
export async function exportFiles(request: ExportRequest, steps: ExportSteps): Promise<ExportedFile[]> {
  const totalBytes = request.ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  const files: ExportedFile[] = [];
  let doneBytes = 0;
  const plans = await planOutputs(request.ranges, { sound: request.sound && !request.timelapse, keepGaps: false });
  for (const plan of plans) {
    const videos = files.filter(({ subtitles }) => !subtitles).length;
    const path = videos === 0 ? request.target : `${request.target}.${videos + 1}`;
    const planBytes = plan.ranges.reduce((sum, { range }) => sum + range.to - range.from, 0);
    const onShare = (share: number) => steps.onProgress(Math.min((doneBytes + planBytes * share) / totalBytes, 1));
    files.push(...(await exportFile({ plan, request, path, steps, onShare, planBytes })));
    doneBytes += planBytes;
  }
  if (files.length > 0) return files;
  throw new NvrError('footage_not_found', 'Nothing is recorded in this range.');
}

interface FileWork {
  plan: OutputPlan;
  request: ExportRequest;
  path: string;
  planBytes: number;
  steps: ExportSteps;
  onShare(share: number): void;
}

/** None when nothing of the range is in the plan; else a video and perhaps its subtitles. */
async function exportFile(work: FileWork): Promise<ExportedFile[]> {
  const { plan, request, path, planBytes, steps, onShare } = work;
  const { format } = request;
  const writingShare = request.times === 'burned' ? 0.9 : 0.5;
  let readBytes = 0;
  const onBytes = (bytes: number) => {
    readBytes += bytes;
    onShare((readBytes / planBytes) * writingShare);
  };
  const { batches, codec, speed } = await batchesOf(plan, request, onBytes);
  const name = request.cameraName;
  const cues = request.times === 'subtitle' ? new CueMaker({ timeZone: request.timeZone, name, speed }) : null;
  const timeline = new ExportTimeline({ audio: plan.audio, speed, cues });
  const file = new FileMaker({ plan, request, path, timeline, codec });
  {
    await using _ = file;
    for await (const { frames, sounds, head, video } of batches) {
      await file.write(timeline.place(frames, sounds, head), video);
    }
    await file.write(timeline.end(), null);
    if (!(await file.end())) return [];
  }
  await sync(path);
  await steps.onWritten?.(path);
  const onFrames = (share: number) => onShare(writingShare + share * (1 - writingShare));
  await verify(path, { format, codec: file.codec, print: file.print, onFrames });
  const { fromMs, toMs, durationMs } = timeline;
  const made: ExportedFile = {
    ...{ path, fromMs, toMs, durationMs, sizeBytes: (await stat(path)).size },
    ...{ videoFrames: file.print.video.frames, encodedFrames: file.encodedFrames, subtitles: false },
    sha256: await hashOf(path),
    pieces: file.pieces?.all() ?? null,
  };
  return file.subtitles ? [made, await subtitleFile(made, file.subtitles.toString())] : [made];
}

async function subtitleFile(video: ExportedFile, text: string): Promise<ExportedFile> {
  const path = `${video.path}.srt`;
  await writeFile(path, text).catch(diskError);
  await sync(path);
  const { size: sizeBytes } = await stat(path);
  const none = { videoFrames: 0, encodedFrames: 0, pieces: null };
  return { ...video, ...none, path, sizeBytes, subtitles: true, sha256: await hashOf(path) };
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(bytes as Buffer);
  return hash.digest('hex');
}

/** Writes one file as soon as its first picture is there, and takes down what goes in. */
class FileMaker implements AsyncDisposable {
  readonly #plan: OutputPlan;
  readonly #request: ExportRequest;
  readonly #path: string;
  readonly #timeline: ExportTimeline;
  readonly #keep: ReturnType<typeof keeping>;
  #writer: FileWriter | null = null;
  readonly codec: 'h264' | 'h265';
  readonly print;
  readonly pieces: Pieces | null;
  readonly subtitles: SubRip | null;
  encodedFrames = 0;

  constructor(parts: {
    plan: OutputPlan;
    request: ExportRequest;
    path: string;
    timeline: ExportTimeline;
    codec: 'h264' | 'h265';
  }) {
    const { plan, request, path, timeline, codec } = parts;
    this.#plan = plan;
    this.#request = request;
    this.#path = path;
    this.#timeline = timeline;
    this.codec = codec;
    this.print = newPrint(plan.audio !== null);
    this.#keep = keeping(this.print, codec, request.format);
    this.pieces = request.pieces ? new Pieces(request.format, codec) : null;
    this.subtitles = request.times === 'subtitle' && request.format === 'ts' ? new SubRip() : null;
  }

  /** @param video what the pictures are; null when there are none. */
  async write(placed: Iterable<Placed>, video: { config: VideoConfig; inStream: boolean } | null): Promise<void> {
    for (const item of placed) {
      if (!this.#writer && video) this.#writer = await this.#open(video);
      if ('cue' in item) {
        this.#writeCue(item.cue);
        continue;
      }
      this.#keep(item.frame);
      if (item.of) {
        this.pieces?.add(item.of);
        if (item.of.anew) this.encodedFrames += 1;
      }
      if (this.#writer?.write(item.frame)) await this.#writer.room();
    }
  }

  /** False when there was nothing to be written. */
  async end(): Promise<boolean> {
    await this.#writer?.end(this.#timeline.fromMs);
    return this.#writer !== null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer?.[Symbol.asyncDispose]();
  }

  #writeCue({ beginNs, endNs, text }: { beginNs: number; endNs: number; text: string }): void {
    if (this.subtitles) {
      this.subtitles.add({ beginNs, endNs, text }, this.#timeline.originNs);
      return;
    }
    const times = { ptsNs: beginNs, dtsNs: beginNs, durationNs: endNs - beginNs };
    this.#writer?.write({ track: 'text', data: Buffer.from(text), ...times, keyframe: true });
  }

  #open({ config, inStream }: { config: VideoConfig; inStream: boolean }): Promise<FileWriter> {
    const { ranges, audio } = this.#plan;
    const { format, title, times, fromMs, toMs } = this.#request;
    const text = times === 'subtitle' && format !== 'ts';
    const seconds = (toMs - fromMs) / 1_000 + marginS;
    const videoFrames = ranges.reduce((sum, { range }) => sum + range.frames, 0);
    return openWriter(
      { video: config, parameterSetsInStream: inStream, audio, text },
      { format, path: this.#path, title, hasLongFrames: false, expected: { videoFrames, seconds } },
    );
  }
}
