import { type ErrorCode, httpStatusOf } from '@nightjar/contract';
import type { WebSocket } from 'ws';
import type { RunInfo } from '../../media/chunk.ts';
import type { Clock } from '../../shared/clock.ts';
import { NvrError } from '../../shared/errors.ts';
import { redactUrl } from '../../shared/redact.ts';
import type { LiveStream } from '../stream.ts';
import { type FragmentViewer, watchFragments } from './broadcast.ts';
import { Pace } from './pace.ts';

/** What the server says in text messages; media are binary ones. */
export type SocketMessage =
  /** The init segment follows, then fragments whose media time begins at `startMs`. */
  | { type: 'run'; mime: string; startMs: number; width: number; height: number; nowMs: number }
  /** Pictures were left out; the next fragment begins with a keyframe. */
  | { type: 'gap' }
  /** The recorder's clock, Unix milliseconds: the delay of a picture is what it is later than that. */
  | { type: 'clock'; nowMs: number }
  | { type: 'error'; code: ErrorCode; message: string };

const clockEveryMs = 5_000;
/** Unanswered for so many of these, the viewer is gone without a word. */
const maxMissedPongs = 4;

/** Feeds one WebSocket until it closes. */
export class SocketViewer implements FragmentViewer {
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #pace = new Pace();
  readonly #timer: NodeJS.Timeout;
  #missedPongs = 0;
  #leave: (() => void) | null = null;

  constructor(socket: WebSocket, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
    this.#timer = setInterval(() => this.#tick(), clockEveryMs);
    socket.on('pong', () => {
      this.#missedPongs = 0;
    });
    socket.once('close', () => this.#end());
    // A broken connection; 'close' follows.
    socket.on('error', () => {});
  }

  get open(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  watch(stream: LiveStream): void {
    if (this.open) this.#leave = watchFragments(stream, this);
  }

  /** Says why, and closes with 4000 + the HTTP status of the code. */
  fail(error: unknown): void {
    const { code, message } = error instanceof NvrError ? error : internal();
    this.#tell({ type: 'error', code, message: redactUrl(message) });
    this.#socket.close(4000 + httpStatusOf[code], code);
  }

  onRun({ codecStrings, startMs, video, init }: RunInfo): void {
    const mime = `video/mp4; codecs="${codecStrings.join(',')}"`;
    const { width, height } = video;
    this.#tell({ type: 'run', mime, startMs, width, height, nowMs: this.#clock.nowMs() });
    this.#send(init);
  }

  onFragment(bytes: Buffer, fromKeyframe: boolean): void {
    const { bufferedAmount } = this.#socket;
    switch (this.#pace.admit(bytes.length, fromKeyframe, bufferedAmount, this.#clock.monotonicMs())) {
      case 'resume':
        this.#tell({ type: 'gap' });
        this.#send(bytes);
        return;
      case 'send':
        this.#send(bytes);
        return;
      case 'stuck':
        this.#socket.terminate();
        return;
      case 'skip':
        return;
    }
  }

  onGap(): void {
    this.#tell({ type: 'gap' });
  }

  onEnd(): void {
    this.fail(new NvrError('camera_not_found', 'This camera has been removed.'));
  }

  #tick(): void {
    this.#missedPongs += 1;
    if (this.#missedPongs > maxMissedPongs) {
      this.#socket.terminate();
      return;
    }
    if (!this.open) return;
    this.#socket.ping();
    this.#tell({ type: 'clock', nowMs: this.#clock.nowMs() });
  }

  #tell(message: SocketMessage): void {
    if (this.open) this.#socket.send(JSON.stringify(message));
  }

  #send(bytes: Buffer): void {
    if (this.open) this.#socket.send(bytes);
  }

  #end(): void {
    clearInterval(this.#timer);
    this.#leave?.();
  }
}

const internal = () => new NvrError('internal', 'The live view failed; the log says why.');
