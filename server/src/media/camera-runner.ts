import { setTimeout as sleep } from 'node:timers/promises';
import type { CameraState, UnixMs } from '@nightjar/contract';
import type { Clock } from '../shared/clock.ts';
import type { Chunk, RunInfo } from './chunk.ts';
import type { LiveFrame } from './live-frame.ts';
import { LiveRing } from './live-ring.ts';
import { StreamMeasure } from './measure.ts';
import type { MediaConsumer } from './pipeline/assembler.ts';
import { type Connection, firstConnection, nextConnection, transportFor } from './pipeline/connection.ts';
import { asNvrError } from './pipeline/failures.ts';
import { Stream } from './pipeline/stream.ts';
import { type Attempt, supervise } from './pipeline/supervise.ts';
import type { FromWorker, StreamSettings } from './protocol.ts';
import { type SegmentMessage, SegmentWriter } from './segment-writer.ts';
import { EncoderNeeded } from './source/encoding.ts';
import type { SourceMemory } from './source/index.ts';
import type { VolumeChoice } from './volume-choice.ts';
import { waitingLog, waitingState } from './waiting-state.ts';

export interface RunnerContext {
  clock: Clock;
  /** Shared by the cameras of a worker. */
  volumes: VolumeChoice;
  timeZone: string;
  encoder: string | null;
  /** Folders that files may be played from. */
  mediaDirs: readonly string[];
  /** Told in order, per camera. */
  send(message: FromWorker): void;
}

const reportEveryMs = 2_000;
const measureEveryMs = 5_000;
/** A camera that was silent so often in a row may have been given another transport. */
const maxSilences = 5;
/** Asked so often, a camera that was never seen is left to a worker that only asks. */
const triedInVain = 2;
/** The same for one that was: until then it keeps its place, to be recorded without delay when it is back. */
const goneForMs = 600_000;
/** A slow disk does not keep a camera from being tried again. */
const flushWithinMs = 2_000;

/** One camera in its worker: keeps a stream running, and its chunks on the way to disk and to viewers. */
export class CameraRunner implements MediaConsumer {
  readonly #context: RunnerContext;
  readonly #writer: SegmentWriter;
  readonly #ring: LiveRing;
  readonly #measure = new StreamMeasure();
  readonly #learnedDepths = new Map<string, number>();
  readonly #memory: SourceMemory = { lastSegment: null };
  readonly #stop = new AbortController();
  /** Ends the present attempt only; the next one has the new settings. */
  #restart = new AbortController();
  #settings: StreamSettings;
  #stream: Stream | null = null;
  #run: RunInfo | null = null;
  /** The last that brought a frame, or the first to try. */
  #connection: Connection;
  /** It has brought frames with these settings: when the camera falls silent, the way to it is not at fault. */
  #isProven = false;
  #silences = 0;
  /** At the last attempt the camera said what it offers, or is of a kind that cannot be asked. */
  #answered = false;
  /** By the monotonic clock: when a connection that had frames ended; null before. */
  #lastFrameMs: number | null = null;
  #sinceMs: UnixMs;
  #state: CameraState['state'] = 'starting';
  #done: Promise<void> = Promise.resolve();
  /** Why chunks do not reach the disk, until one does again. */
  #problem: { code: 'disk_full' | 'disk_error'; reason: string } | null = null;

  constructor(settings: StreamSettings, context: RunnerContext) {
    this.#settings = settings;
    this.#connection = firstConnection(transportFor(settings.source));
    this.#context = context;
    this.#sinceMs = context.clock.nowMs();
    const { cameraId } = settings;
    const { volumes, timeZone, clock } = context;
    this.#ring = new LiveRing({ cameraId, send: context.send });
    const report = (message: SegmentMessage) => this.#onSegmentMessage(message);
    this.#writer = new SegmentWriter({ cameraId, timeZone, clock, volumes, report }, settings.record);
  }

  start(): void {
    const reporter = setInterval(() => this.#reportStreaming(), reportEveryMs);
    const measurer = setInterval(() => this.#sendStats(), measureEveryMs);
    this.#done = this.#superviseUntilStopped().finally(() => {
      clearInterval(reporter);
      clearInterval(measurer);
    });
  }

  /** Recording and overlay change without touching the stream; anything else reconnects at once. */
  update(settings: StreamSettings): void {
    const before = this.#settings;
    this.#settings = settings;
    this.#writer.windows = settings.record;
    if (sameStream(before, settings)) {
      if (JSON.stringify(before.video.overlay) !== JSON.stringify(settings.video.overlay)) {
        this.#stream?.setOverlay(settings.video.overlay);
      }
      this.#reportStreaming();
      return;
    }
    this.#connection = firstConnection(transportFor(settings.source));
    this.#isProven = false;
    this.#restart.abort();
  }

  /** Whether live viewers want this camera's chunks. */
  set watched(watched: boolean) {
    this.#ring.watched = watched;
  }

  /** Resolves when the last chunk is in its file. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
    await this.#writer.flush();
  }

  onRun(run: RunInfo): void {
    this.#run = run;
    this.#context.send({ type: 'run', run });
    this.#ring.onRun(run);
    this.#writer.onRun(run);
    this.#reportStreaming();
  }

  onFrame(frame: LiveFrame): void {
    this.#ring.onFrame(frame);
  }

  onChunk(chunk: Chunk): void {
    this.#ring.onChunk(chunk);
    this.#writer.onChunk(chunk);
  }

  onRunEnd(): void {
    this.#writer.onRunEnd();
    this.#run = null;
  }

  async #superviseUntilStopped(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.#restart = new AbortController();
      const signal = AbortSignal.any([this.#stop.signal, this.#restart.signal]);
      await supervise(
        {
          runOnce: (ended, onFirstFrame) => this.#attempt(ended, onFirstFrame),
          report: (attempt) => this.#report(attempt),
        },
        signal,
      );
    }
  }

  /** Tries the ways to connect, one after the other, until one brings frames. */
  async #attempt(signal: AbortSignal, onFirstFrame: () => void): Promise<void> {
    const transport = transportFor(this.#settings.source);
    let connection = this.#connection;
    for (;;) {
      const stream = this.#newStream(connection);
      this.#stream = stream;
      let hadFrame = false;
      try {
        await stream.run(signal, () => {
          hadFrame = true;
          this.#isProven = true;
          this.#silences = 0;
          this.#connection = connection;
          onFirstFrame();
        });
        return;
      } catch (error) {
        const failure = asNvrError(error);
        if (failure instanceof EncoderNeeded)
          this.#context.send({ type: 'encoder-needed', cameraId: this.#settings.cameraId });
        this.#answered = stream.answered;
        const next = nextConnection(transport, connection, failure);
        const isSilent = this.#isProven && failure.code === 'camera_timeout';
        // Before it has said what it offers, another way of streaming changes nothing.
        if (hadFrame || signal.aborted || !stream.answered || !next || isSilent) {
          if (isSilent) this.#isProven = ++this.#silences < maxSilences;
          else if (!hadFrame) this.#connection = firstConnection(transport);
          throw error;
        }
        connection = next;
      } finally {
        this.#stream = null;
        if (hadFrame) this.#lastFrameMs = this.#context.clock.monotonicMs();
        // What was recorded is told of before the reason why it ended.
        if (hadFrame) await Promise.race([this.#writer.flush(), sleep(flushWithinMs, undefined, { ref: false })]);
      }
    }
  }

  #newStream(connection: Connection): Stream {
    const { clock, encoder, mediaDirs, send } = this.#context;
    const { cameraId } = this.#settings;
    return new Stream({
      settings: this.#settings,
      connection,
      clock,
      encoder,
      mediaDirs,
      learnedDepths: this.#learnedDepths,
      memory: this.#memory,
      consumer: this,
      onTrouble: (error, patienceMs) => this.#report({ state: 'waiting', failures: 1, retryInMs: patienceMs, error }),
      log: (level, message) => send({ type: 'log', level, cameraId, message }),
    });
  }

  #report(attempt: Attempt): void {
    if (attempt.state === 'starting') {
      this.#enter({ state: 'starting', since: this.#enteredAt('starting') });
      return;
    }
    const { cameraId } = this.#settings;
    const { clock, send } = this.#context;
    send({ type: 'log', cameraId, ...waitingLog(attempt) });
    this.#enter(waitingState(attempt, this.#enteredAt('waiting'), clock.nowMs()));
    const { failures, retryInMs } = attempt;
    if (this.#isUnanswered(failures)) send({ type: 'unanswered', cameraId, tried: { failures, retryInMs } });
  }

  #isUnanswered(failures: number): boolean {
    if (this.#answered || failures < triedInVain) return false;
    return this.#lastFrameMs === null || this.#context.clock.monotonicMs() - this.#lastFrameMs > goneForMs;
  }

  #onSegmentMessage(message: SegmentMessage): void {
    this.#context.send(message);
    const before = this.#problem;
    if (message.type === 'write-failed') this.#problem = { code: message.code, reason: message.message };
    if (message.type === 'chunk-written') this.#problem = null;
    if (before?.code !== this.#problem?.code) this.#reportStreaming();
  }

  #reportStreaming(): void {
    const stream = this.#stream;
    if (!stream || !this.#run) return;
    const streaming = {
      media: stream.mediaInfo(this.#run),
      bitrateKbps: stream.figures.bitrateKbps,
      lastFrameAt: stream.figures.lastFrameAt,
    };
    const problem = this.#writer.recording ? this.#problem : null;
    if (this.#writer.recording && !problem) {
      this.#enter({ state: 'recording', since: this.#enteredAt('recording'), ...streaming });
    } else {
      this.#enter({ state: 'live', since: this.#enteredAt('live'), ...streaming, problem });
    }
  }

  #sendStats(): void {
    const stats = this.#measure.take(this.#stream, this.#writer.backlogBytes);
    this.#context.send({ type: 'stats', cameraId: this.#settings.cameraId, stats });
  }

  #enteredAt(state: CameraState['state']): UnixMs {
    if (state !== this.#state) this.#sinceMs = this.#context.clock.nowMs();
    return this.#sinceMs;
  }

  #enter(state: CameraState): void {
    this.#state = state.state;
    this.#context.send({ type: 'state', cameraId: this.#settings.cameraId, state });
  }
}

/** Whether the second settings can be applied to a stream of the first without a new pipeline. */
function sameStream(a: StreamSettings, b: StreamSettings): boolean {
  const streamOf = ({ source, audio, video: { overlay: _, ...video } }: StreamSettings) =>
    // What only an encoder reads does not matter to a copied stream.
    JSON.stringify({ source, audio, video: video.mode === 'copy' ? 'copy' : video });
  return streamOf(a) === streamOf(b);
}
