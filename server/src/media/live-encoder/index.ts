import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { AudioConfig, VideoConfig } from '../access-unit.ts';
import type { LiveFrame } from '../live-frame.ts';
import { atLowPriority } from '../priority.ts';
import type { EncodedPicture, FromEncoder, OpusFrame, PicturePlan, ToEncoder } from './messages.ts';

export type { EncodedPicture, OpusFrame, PicturePlan } from './messages.ts';

/** What comes of a job; nothing after its `end`. */
interface JobListener {
  /** The pipeline broke, or the process died: the job is over. */
  onFailed(reason: string): void;
}

export interface PictureListener extends JobListener {
  /** In order. `video`: what they and the next are, when it is another than before or the first. */
  onPictures(pictures: EncodedPicture[], video: VideoConfig | null): void;
}

export interface SoundListener extends JobListener {
  onPackets(packets: OpusFrame[]): void;
}

/** A job of an encoder process. */
export interface EncoderJob {
  /** In decoding order, from a keyframe on; some are left out where the machine cannot keep up. */
  push(frames: readonly LiveFrame[]): void;
  end(): void;
}

/** Below the recording workers, above what nobody waits for. */
const niceness = 5;
/** Messages that the process has not taken yet; beyond, frames are left out up to the next keyframe. */
const maxBacklog = 60;

/** Main's side of a process that encodes live streams. It begins with the process, which `close` ends. */
export class LiveEncoder {
  readonly #child: ChildProcess;
  readonly #listeners = new Map<number, { onMessage(message: FromEncoder): void; onFailed(reason: string): void }>();
  #nextJob = 1;
  #backlog = 0;
  #closed = false;

  /** @param onExit Once, when the process died by itself; its jobs' `onFailed` came before. */
  constructor({ onExit, onOutput }: { onExit(reason: string): void; onOutput(line: string): void }) {
    const child = startProcess();
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', onOutput);
    }
    child.on('message', (message: FromEncoder) => this.#listeners.get(message.job)?.onMessage(message));
    const settle = (reason: string) => {
      if (this.#closed) return;
      this.#closed = true;
      const listeners = [...this.#listeners.values()];
      this.#listeners.clear();
      for (const { onFailed } of listeners) onFailed(reason);
      onExit(reason);
    };
    child.once('exit', (code, signal) => settle(signal ? `killed by ${signal}` : `exit code ${code}`));
    // Without a process there is no 'exit'.
    child.once('error', (error) => settle(error.message));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get jobs(): number {
    return this.#listeners.size;
  }

  encodePictures(plan: PicturePlan, { onPictures, onFailed }: PictureListener): EncoderJob {
    const onMessage = (message: FromEncoder) => {
      if (message.type === 'encoded') onPictures(message.pictures, message.video);
    };
    return this.#begin((job) => ({ type: 'pictures', job, plan }), { onMessage, onFailed });
  }

  encodeSound(audio: AudioConfig, { onPackets, onFailed }: SoundListener): EncoderJob {
    const onMessage = (message: FromEncoder) => {
      if (message.type === 'opus') onPackets(message.packets);
    };
    return this.#begin((job) => ({ type: 'sound', job, audio }), { onMessage, onFailed });
  }

  /** Ends the process, and its jobs without a word. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#listeners.clear();
    this.#child.kill('SIGKILL');
  }

  #begin(
    order: (job: number) => ToEncoder,
    { onMessage, onFailed }: { onMessage(message: FromEncoder): void; onFailed(reason: string): void },
  ): EncoderJob {
    const job = this.#nextJob++;
    this.#listeners.set(job, {
      onFailed,
      onMessage: (message) => {
        if (message.type !== 'failed') {
          onMessage(message);
          return;
        }
        this.#listeners.delete(job);
        onFailed(message.message);
      },
    });
    this.#send(order(job));
    let skipping = false;
    return {
      push: (frames) => {
        skipping ||= this.#backlog > maxBacklog;
        if (this.#backlog > maxBacklog) return;
        const from = skipping ? frames.findIndex(({ keyframe }) => keyframe) : 0;
        if (from < 0) return;
        skipping = false;
        this.#send({ type: 'frames', job, frames: frames.slice(from) });
      },
      end: () => {
        if (this.#listeners.delete(job)) this.#send({ type: 'end', job });
      },
    };
  }

  #send(message: ToEncoder): void {
    if (!this.#child.connected) return;
    this.#backlog += 1;
    this.#child.send(message, () => {
      this.#backlog -= 1;
    });
  }
}

function startProcess(): ChildProcess {
  const [command = process.execPath, ...args] = [
    ...atLowPriority(niceness),
    process.execPath,
    '--disable-warning=ExperimentalWarning',
  ];
  return fork(new URL('./process.ts', import.meta.url), {
    execPath: command,
    execArgv: args,
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, MALLOC_ARENA_MAX: '2' },
  });
}
