import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readIdentity } from '../shared/volume-identity.ts';
import type { Chunk, RunInfo, SegmentInfo } from './chunk.ts';
import { hashChunk, partsOf, segmentInfoBox, sha256 } from './fmp4/index.ts';
import type { FromWorker } from './protocol.ts';
import { pathOf } from './segment-path.ts';
import type { VolumeRoot } from './volume-choice.ts';

export type SegmentFileMessage = Extract<FromWorker, { type: 'segment-opened' | 'chunk-written' | 'segment-closed' }>;

export interface SegmentFileOptions {
  volume: VolumeRoot;
  run: RunInfo;
  /** Number of the segment in its run, from 1. */
  sequence: number;
  timeZone: string;
  /** The first chunk to come; begins with a keyframe. */
  first: Chunk;
  /** Told in the order of the writes. */
  report(message: SegmentFileMessage): void;
  /**
   * Once, when something cannot be written; nothing is written after it.
   * @param unwritten what is not in the file, from the keyframe on of the GOP in which the writing failed.
   */
  onFailed(error: NodeJS.ErrnoException, unwritten: Chunk[]): void;
}

const dayMs = 86_400_000;
const segmentMs = 60_000;

/** One segment's file while it is written. Calls return at once; the writes follow in order. */
export class SegmentFile {
  readonly volume: VolumeRoot;
  readonly run: RunInfo;
  /** The first keyframe from here on belongs to the next segment: after ~60 s, and at local midnight. */
  readonly rollAtMs: number;
  readonly #options: SegmentFileOptions;
  readonly #head: Buffer;
  readonly #path: string;
  /** Given and not yet confirmed, from the beginning of the GOP that is being written: what a failure would lose. */
  #retained: Array<{ chunk: Chunk; offset: number }> = [];
  #end: number;
  /** Of the writes that are under way. */
  #pendingBytes = 0;
  #file: FileHandle | null = null;
  /** Absolute. */
  #created: string | null = null;
  #opened = false;
  /** What is surely in the file. */
  #written: { endMs: number; sizeBytes: number };
  #failed = false;
  #tail: Promise<void>;

  constructor(options: SegmentFileOptions) {
    const { volume, run, sequence, first, timeZone } = options;
    this.#options = options;
    this.volume = volume;
    this.run = run;
    const { path, utcOffsetMinutes } = pathOf(run.cameraId, first.startMs, timeZone);
    this.#path = path;
    const { cameraId, runId, startMs: runStartMs } = run;
    const info: SegmentInfo = {
      ...{ format: 1, cameraId, runId, sequence },
      ...{ startMs: first.startMs, runStartMs, utcOffsetMinutes, timeZone },
    };
    this.#head = Buffer.concat([run.init, segmentInfoBox(info)]);
    this.#end = this.#head.length;
    this.#written = { endMs: first.startMs, sizeBytes: 0 };
    const localMs = first.startMs + utcOffsetMinutes * 60_000;
    this.rollAtMs = first.startMs + Math.min(segmentMs, dayMs - (localMs % dayMs));
    this.#pendingBytes += this.#head.length;
    this.#tail = this.#next(this.#head.length, () => this.#open());
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Resolves when all that was given is in the file, or has been given back. */
  get settled(): Promise<void> {
    return this.#tail;
  }

  append(chunk: Chunk): void {
    const offset = this.#end;
    this.#end += chunk.sizeBytes;
    this.#retained.push({ chunk, offset });
    this.#pendingBytes += chunk.sizeBytes;
    this.#tail = this.#next(chunk.sizeBytes, () => this.#write(chunk, offset));
  }

  /** Nothing more comes. */
  close(): void {
    this.#tail = this.#next(0, () => this.#finish());
  }

  async #next(bytes: number, write: () => Promise<void>): Promise<void> {
    await this.#tail;
    try {
      if (!this.#failed) await write();
    } catch (error) {
      await this.#fail(error as NodeJS.ErrnoException);
    } finally {
      this.#pendingBytes -= bytes;
    }
  }

  async #open(): Promise<void> {
    const { volume, run, sequence, first, report } = this.#options;
    // A mount point without its disk is a folder of the root disk: nothing must be written there.
    if ((await readIdentity(volume.root))?.id !== volume.id) throw new VolumeGone(volume.root);
    const { file, path } = await createFile(volume.root, this.#path);
    this.#file = file;
    this.#created = join(volume.root, path);
    await file.writeFile(this.#head);
    this.#written.sizeBytes = this.#head.length;
    this.#opened = true;
    const { cameraId, runId } = run;
    const lengths = { initLength: run.init.length, headLength: this.#head.length };
    const { startMs } = first;
    report({
      type: 'segment-opened',
      segment: { cameraId, volumeId: volume.id, runId, sequence, path, startMs, ...lengths },
      headHash: sha256(this.#head),
    });
  }

  async #write({ bytes, sequence: _, ...meta }: Chunk, offset: number): Promise<void> {
    await this.#file?.writeFile(bytes);
    this.#written = { endMs: meta.startMs + meta.duration / 90, sizeBytes: offset + bytes.length };
    if (meta.keyframe) this.#retained = this.#retained.filter((kept) => kept.offset >= offset);
    const { run, sequence, report } = this.#options;
    const { cameraId, runId } = run;
    const parts = partsOf(bytes);
    const hash = { ...parts, hash: hashChunk(bytes, parts) };
    report({ type: 'chunk-written', cameraId, runId, sequence, chunk: { offset, ...meta }, hash });
  }

  async #finish(): Promise<void> {
    if (!this.#file) return;
    const file = this.#file;
    this.#file = null;
    await file.close();
    this.#reportClosed();
  }

  /** The file ends before the GOP that could not be written whole: that is given back, to be written elsewhere. */
  async #fail(error: NodeJS.ErrnoException): Promise<void> {
    this.#failed = true;
    const first = this.#gopOfFailure();
    if (first && first.offset < this.#written.sizeBytes) {
      this.#written = { endMs: first.chunk.startMs, sizeBytes: first.offset };
    }
    // The disk is failing already: a tail that cannot be cut now is cut when the file is next scanned.
    await this.#file?.truncate(this.#written.sizeBytes).catch(() => {});
    await this.#file?.close().catch(() => {});
    this.#file = null;
    if (this.#opened) this.#reportClosed();
    else if (this.#created) await rm(this.#created).catch(() => {});
    // With what came while the file was closed.
    this.#options.onFailed(
      error,
      this.#retained.filter(({ offset }) => first && offset >= first.offset).map(({ chunk }) => chunk),
    );
  }

  /** The beginning of the GOP that is not wholly in the file; undefined when all is. */
  #gopOfFailure() {
    const unwritten = this.#retained.findIndex(({ offset }) => offset >= this.#written.sizeBytes);
    return this.#retained.findLast(({ chunk }, at) => at <= unwritten && chunk.keyframe);
  }

  #reportClosed(): void {
    const { run, sequence, report } = this.#options;
    const { cameraId, runId } = run;
    report({ type: 'segment-closed', cameraId, runId, sequence, ...this.#written });
  }
}

class VolumeGone extends Error {
  readonly code = 'ENODEV';

  constructor(root: string) {
    super(`the disk of ${root} is not there`);
  }
}

/** Never overwrites: a path that is taken (the clock was set back) gets `-2`, `-3` … before its ending. */
async function createFile(root: string, path: string): Promise<{ file: FileHandle; path: string }> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  for (let copy = 1; ; copy += 1) {
    const candidate = copy === 1 ? path : path.replace(/\.mp4$/, `-${copy}.mp4`);
    try {
      return { file: await open(join(root, candidate), 'wx'), path: candidate };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || copy >= 1000) throw error;
    }
  }
}
