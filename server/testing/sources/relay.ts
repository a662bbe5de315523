import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** ffmpeg that takes a camera's RTSP stream and gives it on, its bits untouched unless `output` says otherwise. */
export class Relay implements AsyncDisposable {
  readonly #child: ChildProcess;

  constructor(camera: string, output: string[]) {
    const input = ['-v', 'error', '-nostdin', '-analyzeduration', '500000', '-rtsp_transport', 'tcp', '-i', camera];
    // What it says of a reader that left is no matter of a test.
    this.#child = spawn('ffmpeg', [...input, ...output], { stdio: ['ignore', 'pipe', 'ignore'] });
  }

  get output(): NodeJS.ReadableStream {
    if (!this.#child.stdout) throw new Error('a relay has an output');
    return this.#child.stdout;
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.ended) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }
}
