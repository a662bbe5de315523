import fs from 'node:fs/promises';
import os from 'node:os';

/** USER_HZ: what /proc counts CPU time in, on every Linux (time(7)). */
const ticksPerSecond = 100;

export interface Load {
  /** CPU time since the first sample, of all processes that were there meanwhile. */
  cpuSeconds: number;
  /** Of all cores, since the last sample; null at the first. */
  cpuShare: number | null;
  memoryBytes: number;
}

/** CPU and memory of some processes, from `/proc`. */
export class ProcessLoad {
  readonly #pids: () => number[];
  readonly #ticks = new Map<number, number>();
  #cpuSeconds = 0;
  #sampledAtMs: number | null = null;

  /** @param pids of those that are there now; one that ended may still be among them. */
  constructor(pids: () => number[]) {
    this.#pids = pids;
  }

  /** @param nowMs the monotonic clock. */
  async sample(nowMs: number): Promise<Load> {
    const pids = this.#pids();
    const [ticks, memory] = await Promise.all([Promise.all(pids.map(cpuTicks)), Promise.all(pids.map(memoryBytes))]);
    const isFirst = this.#sampledAtMs === null;
    let spent = 0;
    for (const [at, pid] of pids.entries()) {
      const now = ticks[at] ?? 0;
      const before = this.#ticks.get(pid) ?? (isFirst ? now : 0);
      // Less than before: another process has got this id.
      spent += now >= before ? now - before : now;
      this.#ticks.set(pid, now);
    }
    for (const pid of this.#ticks.keys()) if (!pids.includes(pid)) this.#ticks.delete(pid);
    const elapsedSeconds = (nowMs - (this.#sampledAtMs ?? nowMs)) / 1_000;
    this.#sampledAtMs = nowMs;
    const cpuSeconds = spent / ticksPerSecond;
    this.#cpuSeconds += cpuSeconds;
    return {
      cpuSeconds: this.#cpuSeconds,
      cpuShare: elapsedSeconds > 0 ? Math.min(1, cpuSeconds / elapsedSeconds / os.availableParallelism()) : null,
      memoryBytes: memory.reduce((sum, bytes) => sum + bytes, 0),
    };
  }
}

/** `utime` + `stime` of `/proc/PID/stat` (proc(5)); the name before them may contain anything. 0 of one that is gone. */
async function cpuTicks(pid: number): Promise<number> {
  const text = await read(pid, 'stat');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}

/** What it has for itself, and its share of what it has with others (PSS). Takes a millisecond, off the main thread. */
async function memoryBytes(pid: number): Promise<number> {
  const rollup = /^Pss:\s+(\d+) kB$/m.exec(await read(pid, 'smaps_rollup'));
  if (rollup) return Number(rollup[1]) * 1_024;
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(await read(pid, 'status'));
  return Number(resident?.[1] ?? 0) * 1_024;
}

/** '' for a process that is gone, or that may not be looked at. */
const read = (pid: number, file: string): Promise<string> =>
  fs.readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
