import { existsSync } from 'node:fs';
import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cannotMount } from './loop-volume.ts';

const v1 = '/sys/fs/cgroup/blkio';

/** Why no process can be slowed down here; `false` when one can. */
export const cannotThrottle: string | false =
  cannotMount || (existsSync(v1) ? false : 'needs the blkio controller of control groups');

/** Processes whose direct writes to one disk are slowed down; a disk mounted with `sync` has only such. */
export class Throttle implements AsyncDisposable {
  readonly #group = path.join(v1, `nightjar-test-${process.pid}`);

  /** @param device `MAJOR:MINOR`. */
  static async create(device: string, bytesPerSecond: number, pids: readonly number[]): Promise<Throttle> {
    const throttle = new Throttle();
    await mkdir(throttle.#group);
    await throttle.limit(device, bytesPerSecond);
    for (const pid of pids) await throttle.#move(pid, throttle.#group);
    return throttle;
  }

  /** @param bytesPerSecond 0: as fast as it is. */
  async limit(device: string, bytesPerSecond: number): Promise<void> {
    await writeFile(path.join(this.#group, 'blkio.throttle.write_bps_device'), `${device} ${bytesPerSecond}`);
  }

  async #move(pid: number, group: string): Promise<void> {
    await writeFile(path.join(group, 'cgroup.procs'), String(pid));
  }

  /** To be called once the processes are gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    await rmdir(this.#group).catch(() => {}); // something still runs in it; it holds nothing up
  }
}
