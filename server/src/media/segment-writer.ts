import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Chunk, RunInfo, SegmentInfo } from './chunk.ts';
import { segmentInfoBox } from './fmp4/index.ts';
import type { FromWorker } from './protocol.ts';
import { pathOf } from './segment-path.ts';

export interface SegmentWriterOptions {
  cameraId: string;
  dataDir: string;
  timeZone: string;
  /** Told in the order of the writes. */
  report(message: SegmentMessage): void;
}

export type SegmentMessage = Extract<
  FromWorker,
  { type: 'segment-opened' | 'chunk-written' | 'segment-closed' | 'write-failed' }
>;

const segmentMs = 60_000;
const dayMs = 86_400_000;
/** A disk that falls this far behind is treated as failed, before memory runs out. */
const maxPendingBytes = 64 * 1024 * 1024;

interface OpenSegment {
  runId: string;
  sequence: number;
  rollAtMs: number;
  /** Where the next chunk goes. */
  offset: number;
  file: FileHandle | null;
  /** What is surely in the file. */
  written: { endMs: number; sizeBytes: number };
  failed: boolean;
}

/**
 * Writes one camera's chunks to segment files: ~60 s each, cut at the first keyframe after that and at local midnight.
 * Calls return at once; the writes follow in order. A failed write ends the segment, and the next keyframe tries anew.
 */
export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  #run: RunInfo | null = null;
  #segment: OpenSegment | null = null;
  #sequence = 0;
  #recording: boolean;
  #pendingBytes = 0;
  #tail: Promise<void> = Promise.resolve();

  constructor(options: SegmentWriterOptions, recording: boolean) {
    this.#options = options;
    this.#recording = recording;
  }

  get recording(): boolean {
    return this.#recording;
  }

  /** Takes effect at once when switched off, at the next keyframe when switched on. */
  set recording(recording: boolean) {
    this.#recording = recording;
    if (!recording) this.#close();
  }

  onRun(run: RunInfo): void {
    this.#close();
    this.#run = run;
    this.#sequence = 0;
  }

  onChunk(chunk: Chunk): void {
    if (!this.#recording || !this.#run) return;
    if (chunk.keyframe && (!this.#segment || chunk.startMs >= this.#segment.rollAtMs)) {
      this.#close();
      this.#open(this.#run, chunk);
    }
    if (this.#segment) this.#append(this.#segment, chunk);
    if (this.#pendingBytes > maxPendingBytes) this.#fallBehind();
  }

  onRunEnd(): void {
    this.#close();
    this.#run = null;
  }

  /** Resolves when all that was given is in the files. */
  async flush(): Promise<void> {
    await this.#tail;
  }

  #open(run: RunInfo, first: Chunk): void {
    if (this.#pendingBytes > maxPendingBytes) return;
    const { cameraId, dataDir, timeZone, report } = this.#options;
    this.#sequence += 1;
    const { path, utcOffsetMinutes } = pathOf(cameraId, first.startMs, timeZone);
    const info: SegmentInfo = {
      format: 1,
      cameraId,
      runId: run.runId,
      sequence: this.#sequence,
      startMs: first.startMs,
      runStartMs: run.startMs,
      utcOffsetMinutes,
      timeZone,
    };
    const head = Buffer.concat([run.init, segmentInfoBox(info)]);
    const localMs = first.startMs + utcOffsetMinutes * 60_000;
    const untilMidnightMs = dayMs - (localMs % dayMs);
    const segment: OpenSegment = {
      runId: run.runId,
      sequence: this.#sequence,
      rollAtMs: first.startMs + Math.min(segmentMs, untilMidnightMs),
      offset: head.length,
      file: null,
      written: { endMs: first.startMs, sizeBytes: 0 },
      failed: false,
    };
    this.#segment = segment;
    this.#enqueue(segment, head.length, async () => {
      const created = await createFile(dataDir, path);
      segment.file = created.file;
      await segment.file.writeFile(head);
      segment.written.sizeBytes = head.length;
      const { startMs } = first;
      const { runId, sequence } = segment;
      const lengths = { initLength: run.init.length, headLength: head.length };
      report({
        type: 'segment-opened',
        segment: { cameraId, runId, sequence, path: created.path, startMs, ...lengths },
      });
    });
  }

  #append(segment: OpenSegment, { bytes, sequence: _, ...meta }: Chunk): void {
    const offset = segment.offset;
    segment.offset += bytes.length;
    this.#enqueue(segment, bytes.length, async () => {
      await segment.file?.writeFile(bytes);
      segment.written = { endMs: meta.startMs + meta.duration / 90, sizeBytes: offset + bytes.length };
      const { cameraId, report } = this.#options;
      const { runId, sequence } = segment;
      report({ type: 'chunk-written', cameraId, runId, sequence, chunk: { offset, ...meta } });
    });
  }

  #close(): void {
    const segment = this.#segment;
    if (!segment) return;
    this.#segment = null;
    this.#enqueue(segment, 0, () => this.#finish(segment));
  }

  /** Stops taking chunks until the disk has caught up. */
  #fallBehind(): void {
    if (!this.#segment) return;
    this.#close();
    const { cameraId, report } = this.#options;
    report({ type: 'write-failed', cameraId, code: 'disk_error', message: 'The disk is too slow for this recording.' });
  }

  async #finish(segment: OpenSegment): Promise<void> {
    if (!segment.file) return;
    await segment.file.close();
    segment.file = null;
    const { cameraId, report } = this.#options;
    const { runId, sequence, written } = segment;
    report({ type: 'segment-closed', cameraId, runId, sequence, ...written });
  }

  /** Runs `write` after all before it; nothing of a segment is written after one of its writes failed. */
  #enqueue(segment: OpenSegment, bytes: number, write: () => Promise<void>): void {
    this.#pendingBytes += bytes;
    this.#tail = this.#tail.then(async () => {
      try {
        if (!segment.failed) await write();
      } catch (error) {
        await this.#fail(segment, error as NodeJS.ErrnoException);
      } finally {
        this.#pendingBytes -= bytes;
      }
    });
  }

  /** Keeps what was written whole, so that the file plays; the next keyframe opens another. */
  async #fail(segment: OpenSegment, error: NodeJS.ErrnoException): Promise<void> {
    segment.failed = true;
    if (this.#segment === segment) this.#segment = null;
    // The disk is already failing: a tail that can't be cut now is cut when the file is next scanned.
    await segment.file?.truncate(segment.written.sizeBytes).catch(() => {});
    await this.#finish(segment).catch(() => {});
    const { cameraId, report } = this.#options;
    const full = error.code === 'ENOSPC' || error.code === 'EDQUOT';
    report({
      type: 'write-failed',
      cameraId,
      code: full ? 'disk_full' : 'disk_error',
      message: full
        ? 'The disk is full. Free space or delete footage.'
        : `The recording cannot be written: ${error.message}.`,
    });
  }
}

/** Never overwrites: a path that is taken (the clock was set back) gets `-2`, `-3` … before its ending. */
async function createFile(dataDir: string, path: string): Promise<{ file: FileHandle; path: string }> {
  await mkdir(dirname(join(dataDir, path)), { recursive: true });
  for (let copy = 1; ; copy += 1) {
    const candidate = copy === 1 ? path : path.replace(/\.mp4$/, `-${copy}.mp4`);
    try {
      return { file: await open(join(dataDir, candidate), 'wx'), path: candidate };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || copy >= 1000) throw error;
    }
  }
}
