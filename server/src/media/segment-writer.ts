import type { Clock } from '../shared/clock.ts';
import type { Chunk, RunInfo } from './chunk.ts';
import type { FromWorker, RecordWindow } from './protocol.ts';
import { SegmentFile, type SegmentFileMessage } from './segment-file.ts';
import type { VolumeChoice, VolumeRoot } from './volume-choice.ts';

export interface SegmentWriterOptions {
  cameraId: string;
  timeZone: string;
  clock: Clock;
  volumes: VolumeChoice;
  /** Told in the order of the writes of each segment; a new segment may be opened before the last is closed. */
  report(message: SegmentMessage): void;
}

export type SegmentMessage = SegmentFileMessage | Extract<FromWorker, { type: 'write-failed' }>;

/** A disk that falls this far behind is too slow: another is used, if there is one. */
const slowBytes = 8 * 1024 * 1024;
/** What is kept in memory for a disk that does not take it; beyond that the oldest GOPs are lost. */
const maxHeldBytes = 32 * 1024 * 1024;

/**
 * Writes one camera's chunks to segment files while they lie in a window of recording: cut at keyframes after ~60 s and
 * at local midnight. What a volume does not take goes to the next one, from the keyframe on; what none takes waits in
 * memory, so that a disk that is away for a moment costs nothing.
 */
export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  #windows: readonly RecordWindow[];
  #run: RunInfo | null = null;
  #sequence = 0;
  /** From the newest keyframe on: where a recording that begins now begins. */
  #gop: Chunk[] = [];
  /** A part of the newest GOP is in a file already: what is recorded next begins with the next one. */
  #gopIsCut = false;
  #file: SegmentFile | null = null;
  readonly #files = new Set<SegmentFile>();
  #held: Array<{ run: RunInfo; chunks: Chunk[] }> = [];
  #heldBytes = 0;
  #failing: 'disk_full' | 'disk_error' | null = null;

  constructor(options: SegmentWriterOptions, windows: readonly RecordWindow[]) {
    this.#options = options;
    this.#windows = windows;
  }

  /** Whether now is a time to record. */
  get recording(): boolean {
    const now = this.#options.clock.nowMs();
    return this.#windows.some(({ from, to }) => from <= now && now < to);
  }

  /** Received and not yet in a file. */
  get backlogBytes(): number {
    return [...this.#files].reduce((sum, file) => sum + file.pendingBytes, this.#heldBytes);
  }

  /** What a window that is taken away has covered so far is still written. */
  set windows(windows: readonly RecordWindow[]) {
    const now = this.#options.clock.nowMs();
    const cut = this.#file && !windows.some(({ from, to }) => from <= now && now < to);
    this.#windows = cut ? [{ from: Number.NEGATIVE_INFINITY, to: now }, ...windows] : windows;
  }

  onRun(run: RunInfo): void {
    this.onRunEnd();
    this.#run = run;
    this.#sequence = 0;
  }

  onChunk(chunk: Chunk): void {
    if (!this.#run) return;
    if (chunk.keyframe) {
      this.#gop = [];
      this.#gopIsCut = false;
    }
    this.#gop.push(chunk);
    if (!this.#isWanted(chunk)) this.#close();
    else if (this.#file && !(chunk.keyframe && this.#endsBefore(this.#file, chunk))) this.#file.append(chunk);
    else this.#begin(this.#run, chunk);
    this.#writeHeld();
  }

  onRunEnd(): void {
    this.#close();
    this.#run = null;
    this.#gop = [];
  }

  /** Resolves when all that was given is in files, or cannot be. */
  async flush(): Promise<void> {
    this.#writeHeld();
    await this.#file?.settled;
    const closing = () => [...this.#files].filter((file) => file !== this.#file);
    for (let files = closing(); files.length > 0; files = closing()) {
      await Promise.all(files.map((file) => file.settled));
    }
  }

  #isWanted({ startMs, duration }: Chunk): boolean {
    const endMs = startMs + duration / 90;
    return this.#windows.some(({ from, to }) => startMs < to && endMs > from);
  }

  /** It is long enough, its volume is not to be used any more, or cannot keep up. */
  #endsBefore(file: SegmentFile, { startMs }: Chunk): boolean {
    const { volumes } = this.#options;
    const { id } = file.volume;
    const slow = file.pendingBytes > slowBytes;
    if (slow && volumes.otherThan(id)) volumes.failed(id);
    return slow || startMs >= file.rollAtMs || !volumes.includes(id);
  }

  /** A new file with the newest GOP; the one before it is finished meanwhile. */
  #begin(run: RunInfo, chunk: Chunk): void {
    this.#close();
    if (this.#gopIsCut) return;
    const before = this.#held.at(-1)?.chunks.at(-1);
    const goesOn = before !== undefined && before === this.#gop.at(-2);
    const chunks = goesOn ? [chunk] : this.#gop;
    const volume = this.#held.length === 0 && this.#hasCaughtUp ? this.#options.volumes.first : null;
    if (volume) {
      this.#file = this.#open(volume, run, chunks);
      return;
    }
    const why = this.#options.volumes.whyNone;
    if (why && this.#failing === null) this.#tell(why.code, why.message, null);
    this.#hold(run, chunks);
  }

  get #hasCaughtUp(): boolean {
    return this.backlogBytes - this.#heldBytes < slowBytes;
  }

  #open(volume: VolumeRoot, run: RunInfo, chunks: readonly Chunk[]): SegmentFile | null {
    const [first] = chunks;
    if (!first) return null;
    this.#sequence += 1;
    const { timeZone, report } = this.#options;
    const file = new SegmentFile({
      ...{ volume, run, sequence: this.#sequence, timeZone, first },
      report: (message) => {
        if (message.type === 'chunk-written') this.#failing = null;
        report(message);
      },
      onFailed: (error, unwritten) => this.#onFailed(file, error, unwritten),
    });
    this.#files.add(file);
    for (const chunk of chunks) file.append(chunk);
    return file;
  }

  #close(): void {
    const file = this.#file;
    if (!file) return;
    this.#file = null;
    this.#gopIsCut = this.#gop.length > 1;
    this.#finish(file);
  }

  #finish(file: SegmentFile): void {
    file.close();
    void file.settled.then(() => this.#files.delete(file));
  }

  #onFailed(file: SegmentFile, error: NodeJS.ErrnoException, unwritten: Chunk[]): void {
    this.#files.delete(file);
    const isNewest = this.#file === file;
    if (isNewest) this.#file = null;
    const { volumes } = this.#options;
    volumes.failed(file.volume.id);
    this.#report(error, file.volume.id);
    // What follows it in time waits behind it, unless it is in another file already.
    this.#hold(file.run, unwritten);
    this.#writeHeld();
  }

  #hold(run: RunInfo, chunks: readonly Chunk[]): void {
    if (chunks.length === 0) return;
    const newest = this.#held.at(-1);
    if (newest?.run === run) newest.chunks.push(...chunks);
    else this.#held.push({ run, chunks: [...chunks] });
    this.#heldBytes += sizeOf(chunks);
    while (this.#heldBytes > maxHeldBytes && this.#dropOldestGop()) this.#reportTooSlow();
  }

  /** As soon as a volume takes it. */
  #writeHeld(): void {
    if (this.#held.length === 0 || !this.#hasCaughtUp) return;
    const volume = this.#options.volumes.first;
    if (!volume) return;
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    for (const [at, { run, chunks }] of held.entries()) {
      const file = this.#open(volume, run, chunks);
      if (!file) continue;
      const goesOn = at === held.length - 1 && run === this.#run && !this.#file && chunks.at(-1) === this.#gop.at(-1);
      if (goesOn) this.#file = file;
      else this.#finish(file);
    }
  }

  /** False when there is none but the newest. */
  #dropOldestGop(): boolean {
    const [oldest] = this.#held;
    if (!oldest) return false;
    const next = oldest.chunks.findIndex((chunk, at) => at > 0 && chunk.keyframe);
    if (next < 0 && this.#held.length === 1) return false;
    const dropped = next < 0 ? oldest.chunks : oldest.chunks.slice(0, next);
    if (next < 0) this.#held.shift();
    else oldest.chunks = oldest.chunks.slice(next);
    this.#heldBytes -= sizeOf(dropped);
    return true;
  }

  #report(error: NodeJS.ErrnoException, volumeId: string): void {
    const full = error.code === 'ENOSPC' || error.code === 'EDQUOT';
    const message = full
      ? 'The disk is full. Free space or delete footage.'
      : `The recording cannot be written: ${error.message}.`;
    this.#tell(full ? 'disk_full' : 'disk_error', message, volumeId);
  }

  #reportTooSlow(): void {
    if (this.#failing === null) this.#tell('disk_error', 'The disk is too slow for this recording.', null);
  }

  /** Each failure once, until something can be written again. */
  #tell(code: 'disk_full' | 'disk_error', message: string, volumeId: string | null): void {
    if (this.#failing === code) return;
    this.#failing = code;
    const { cameraId, report } = this.#options;
    report({ type: 'write-failed', cameraId, volumeId, code, message });
  }
}

const sizeOf = (chunks: readonly Chunk[]): number => chunks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
