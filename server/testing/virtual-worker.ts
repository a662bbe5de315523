import { randomUUID } from 'node:crypto';
import type { RunInfo } from '../src/media/chunk.ts';
import { Chunker, codecStringOf, initSegment } from '../src/media/fmp4/index.ts';
import type { RecordWindow } from '../src/media/protocol.ts';
import { type SegmentMessage, SegmentWriter } from '../src/media/segment-writer.ts';
import { VolumeChoice } from '../src/media/volume-choice.ts';
import { type TestRecorder, tell } from './recorder.ts';
import type { TestStream } from './streams.ts';

interface VirtualWorkerParts {
  recorder: TestRecorder;
  cameraId: string;
  /** Without sound and without reordered frames. */
  stream: TestStream;
  windows: readonly RecordWindow[];
  maxChunkMs?: number;
}

/**
 * One camera as its media worker records it, in the time of a test's clock: frames come evenly by the monotonic clock,
 * their runs are stamped by the system clock, and begin anew at the keyframe after that was set. Real files are written
 * by the real writer.
 */
export class VirtualWorker {
  readonly #parts: VirtualWorkerParts;
  readonly #writer: SegmentWriter;
  readonly #frames: TestStream['units'];
  readonly #intervalMs: number;
  #chunker: Chunker | null = null;
  #startRun: RunInfo['startedBy'] | null = null;
  #anchor = { utcMs: 0, ptsNs: 0 };
  /** Number of the next frame since the monotonic clock began. */
  #next = 0;
  #isOver = false;

  constructor(parts: VirtualWorkerParts) {
    this.#parts = parts;
    const { recorder, cameraId, stream, windows } = parts;
    const { clock, volumes } = recorder;
    this.#frames = stream.units;
    this.#intervalMs = ((stream.units[1]?.unit.ptsNs ?? 0) - (stream.units[0]?.unit.ptsNs ?? 0)) / 1e6;
    const choice = new VolumeChoice(
      { volumes: volumes.list(), ifNone: { code: 'disk_error', message: 'none' } },
      clock.monotonicMs,
    );
    const report = (message: SegmentMessage) => {
      if (!this.#isOver) tell(recorder.index, message);
    };
    this.#writer = new SegmentWriter({ cameraId, timeZone: 'Europe/Vienna', clock, volumes: choice, report }, windows);
  }

  /** A run has begun and goes on. */
  get hasRun(): boolean {
    return this.#chunker !== null;
  }

  set windows(windows: readonly RecordWindow[]) {
    this.#writer.windows = windows;
  }

  /** Frames come from now on; a run begins with the next keyframe. */
  connect(): void {
    this.#next = Math.ceil(this.#parts.recorder.clock.monotonicMs() / this.#intervalMs);
    this.#startRun = 'connection';
  }

  /** Handles the frames up to now. Resolves when what they made is in its files. */
  async catchUp(): Promise<void> {
    const monotonicMs = this.#parts.recorder.clock.monotonicMs();
    while ((this.hasRun || this.#startRun) && this.#next * this.#intervalMs <= monotonicMs) this.#frame();
    await this.#writer.flush();
  }

  /** No frame comes any more: what is there becomes the last chunk. */
  async disconnect(): Promise<void> {
    for (const chunk of this.#chunker?.flush() ?? []) this.#writer.onChunk(chunk);
    this.#writer.onRunEnd();
    this.#chunker = null;
    this.#startRun = null;
    await this.#writer.flush();
  }

  /** The process is gone, with what it had in memory; nobody hears of it any more. */
  async kill(): Promise<void> {
    this.#isOver = true;
    this.#writer.onRunEnd();
    await this.#writer.flush();
  }

  #frame(): void {
    const frame = this.#frames[this.#next % this.#frames.length];
    if (!frame) return;
    const ptsMs = this.#next * this.#intervalMs;
    this.#next += 1;
    const unit = { ...frame.unit, ptsNs: ptsMs * 1e6 };
    const { clock } = this.#parts.recorder;
    const utcMs = clock.nowMs() - (clock.monotonicMs() - ptsMs);
    const stampedMs = this.#anchor.utcMs + ptsMs - this.#anchor.ptsNs / 1e6;
    const wasSet = this.#chunker !== null && Math.abs(utcMs - stampedMs) > 500;
    if (unit.keyframe && (wasSet || this.#startRun)) this.#begin(this.#startRun ?? 'clock', utcMs, ptsMs);
    for (const chunk of this.#chunker?.pushVideo(unit) ?? []) this.#writer.onChunk(chunk);
  }

  #begin(startedBy: RunInfo['startedBy'], utcMs: number, ptsMs: number): void {
    for (const chunk of this.#chunker?.flush() ?? []) this.#writer.onChunk(chunk);
    const { cameraId, recorder, stream, maxChunkMs = 1_000 } = this.#parts;
    const { video } = stream;
    const runId = randomUUID();
    this.#startRun = null;
    this.#anchor = { utcMs, ptsNs: ptsMs * 1e6 };
    this.#chunker = new Chunker({ runId, video, audio: null, anchor: this.#anchor, maxChunkMs });
    const codecStrings = [codecStringOf(video.codec, video.codecData)];
    const init = initSegment(video, null);
    const run: RunInfo = { runId, cameraId, startMs: utcMs, startedBy, video, audio: null, codecStrings, init };
    recorder.index.onRun(run);
    this.#writer.onRun(run);
  }
}
