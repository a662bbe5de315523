import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { CrowdOrder, CrowdReport } from './crowd.ts';

/** A crowd of viewers in a process of its own. */
export class Crowd {
  readonly #child: ChildProcess;

  constructor(order: CrowdOrder) {
    this.#child = fork(new URL('./crowd.ts', import.meta.url), [JSON.stringify(order)]);
  }

  /** Ends it. @throws when the process is gone before it has told. */
  async end(): Promise<CrowdReport> {
    const told = once(this.#child, 'message');
    const gone = once(this.#child, 'exit').then(([code]) => {
      throw new Error(`the viewers' process ended with ${code}`);
    });
    this.#child.send('end');
    const [report] = (await Promise.race([told, gone])) as [CrowdReport];
    gone.catch(() => {});
    return report;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
