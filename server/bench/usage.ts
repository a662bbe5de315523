import { readFileSync } from 'node:fs';
import { descendants } from '../testing/processes.ts';

export interface Usage {
  cpuSeconds: number;
  /** Proportional set size: shared pages are divided among those who share them. */
  memoryBytes: number;
}

/** What a process and its descendants have used so far (proc(5)); one that is gone counts nothing. */
export function usageOf(pid: number): Usage {
  const used = [pid, ...descendants(pid)].map((each) => ({ cpuSeconds: cpuSecondsOf(each), memoryBytes: pssOf(each) }));
  return used.reduce((sum, each) => ({
    cpuSeconds: sum.cpuSeconds + each.cpuSeconds,
    memoryBytes: sum.memoryBytes + each.memoryBytes,
  }));
}

/** Of the whole machine, since it started (proc(5), `stat`): what was not idle, nor waiting for a disk. */
export function machineCpuSeconds(): number {
  const [, ...ticks] = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]?.split(/\s+/) ?? [];
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = ticks.map(Number);
  return (user + nice + system + irq + softirq) / ticksPerSecond;
}

const ticksPerSecond = 100;

function cpuSecondsOf(pid: number): number {
  const stat = read(pid, 'stat');
  const [userTicks, systemTicks] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(userTicks ?? 0) + Number(systemTicks ?? 0)) / ticksPerSecond;
}

const pssOf = (pid: number) => Number(/^Pss:\s+(\d+) kB/m.exec(read(pid, 'smaps_rollup'))?.[1] ?? 0) * 1024;

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
