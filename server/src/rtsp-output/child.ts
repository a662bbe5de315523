import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { FromServer, ToServer } from './protocol.ts';

interface ServerChildOptions {
  onMessage(message: FromServer): void;
  /** Once, when the process is gone for whatever reason. */
  onExit(reason: string): void;
  /** What GStreamer prints. */
  onOutput(line: string): void;
}

/** It tells each second that it is alive. After so many silent checks it hangs, and is killed. */
const checkEveryMs = 5_000;
const maxSilentChecks = 5;

/** Main's side of the RTSP server's process. */
export class ServerChild {
  readonly #child: ChildProcess;
  /** Counted, not timed: after main itself was suspended, the messages that came meanwhile are read first. */
  #silentChecks = 0;
  #waitingBytes = 0;

  constructor({ onMessage, onExit, onOutput }: ServerChildOptions) {
    // It has no use for the password in its environment: it is told.
    const { NIGHTJAR_RTSP_PASSWORD: _, ...env } = process.env;
    this.#child = fork(new URL('./server-process.ts', import.meta.url), {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: ['--disable-warning=ExperimentalWarning'],
      // Few malloc arenas: each reader has several threads.
      env: { ...env, MALLOC_ARENA_MAX: '2' },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', onOutput);
    }
    this.#child.on('message', (message) => {
      this.#silentChecks = 0;
      onMessage(message as FromServer);
    });
    const check = setInterval(() => this.#checkAlive(), checkEveryMs);
    let over = false;
    const onceOver = (reason: string) => {
      if (over) return;
      over = true;
      clearInterval(check);
      onExit(reason);
    };
    this.#child.on('error', (error) => onceOver(error.message));
    this.#child.once('exit', (code, signal) => onceOver(signal ? `killed by ${signal}` : `exit code ${code}`));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Media that were sent and have not reached the channel: the server does not take them. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** @param bytes Of media in it. */
  send(message: ToServer, bytes = 0): void {
    if (!this.#child.connected) return;
    this.#waitingBytes += bytes;
    this.#child.send(message, () => {
      this.#waitingBytes -= bytes;
    });
  }

  /** Ends it at once; `onExit` follows. It has nothing to put in order. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #checkAlive(): void {
    this.#silentChecks += 1;
    if (this.#silentChecks >= maxSilentChecks) this.kill();
  }
}
