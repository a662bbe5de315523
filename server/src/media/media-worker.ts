import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { atLowPriority } from './priority.ts';
import type { FromWorker, ToWorker } from './protocol.ts';
import type { VolumeOffer } from './volume-choice.ts';

export interface MediaWorkerOptions {
  volumes: VolumeOffer;
  timeZone: string;
  /** See `configure` in the protocol. */
  encoder: string | null;
  mediaDirs: readonly string[];
  /** How far the process gives way to others, 1 to 19; else not at all. */
  niceness?: number;
  onMessage(message: FromWorker): void;
  /** Once, when the process is gone for whatever reason. */
  onExit(reason: string): void;
  /** What GStreamer prints. */
  onOutput(line: string): void;
}

/** A worker that does not end by itself within this time is killed. */
const shutdownWithinMs = 10_000;
/** A worker tells every few seconds that it is alive. After so many silent checks it hangs, and is killed. */
const checkEveryMs = 5_000;
const maxSilentChecks = 4;

/** Main's side of one worker process. Orders sent before it is ready wait in the channel. */
export class MediaWorker {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  /** Counted, not timed: after main itself was suspended, the messages that came meanwhile are read first. */
  #silentChecks = 0;

  constructor(options: MediaWorkerOptions) {
    const { volumes, timeZone, encoder, mediaDirs, niceness, onMessage, onExit, onOutput } = options;
    const command = niceness === undefined ? [] : atLowPriority(niceness);
    const [execPath = process.execPath, ...execArgv] = [...command, process.execPath];
    this.#child = fork(new URL('./worker.ts', import.meta.url), {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execPath,
      execArgv: [...execArgv, '--disable-warning=ExperimentalWarning'],
      // Few malloc arenas: GStreamer's many threads would each keep freed memory of their own.
      // Enough threads that the writes of all cameras to a disk that hangs leave some for the next disk.
      env: { ...process.env, TZ: timeZone, MALLOC_ARENA_MAX: '2', UV_THREADPOOL_SIZE: '12' },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', onOutput);
    }
    this.#child.on('message', (message) => {
      this.#silentChecks = 0;
      onMessage(message as FromWorker);
    });
    const check = setInterval(() => this.#checkAlive(), checkEveryMs);
    // Without a listener a failed spawn would throw; 'exit' or the lost channel tells of it.
    this.#child.on('error', () => {});
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        clearInterval(check);
        onExit(signal ? `killed by ${signal}` : `exit code ${code}`);
        resolve();
      });
    });
    this.send({ type: 'configure', volumes, timeZone, encoder, mediaDirs });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(message: ToWorker): void {
    // A dying worker: its exit is reported, and its orders are given to the next one.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /** Ends it at once; `onExit` follows. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Resolves when the process is gone; its files are closed unless it had to be killed. */
  async shutdown(): Promise<void> {
    this.send({ type: 'shutdown' });
    const killer = setTimeout(() => this.kill(), shutdownWithinMs);
    await this.#exited;
    clearTimeout(killer);
  }

  #checkAlive(): void {
    this.#silentChecks += 1;
    if (this.#silentChecks >= maxSilentChecks) this.kill();
  }
}
