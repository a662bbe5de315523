import { readFileSync } from 'node:fs';
import os from 'node:os';
import { attention, type Finding, ok, problem, type Section } from './finding.ts';

/** Each camera takes two files open at most, and the recorder some dozens. */
const fewFiles = 1_024;
/** The recorder takes about 150 MB, and each camera 10 MB or so. */
const littleMemoryBytes = 1e9;

export function checkMachine(): Section {
  return { title: 'This machine', findings: [checkNode(), checkProcessors(), checkMemory(), checkOpenFiles()] };
}

function checkNode(): Finding {
  const { versions, execPath, platform, arch } = process;
  const text = `Node ${versions.node} (${platform}-${arch}) at ${execPath}`;
  return Number.parseInt(versions.node, 10) >= 24 ? ok(text) : problem(text, 'install Node 24 or newer');
}

function checkProcessors(): Finding {
  const model = os.cpus()[0]?.model.trim() || 'unknown model';
  return ok(`${os.availableParallelism()} processor cores (${model}), Linux ${os.release()}`);
}

export function checkMemory(
  { total, available }: { total: number; available: number } = { total: memoryLimit(), available: memoryAvailable() },
): Finding {
  const text = `memory: ${gigabytes(total)} GB, ${gigabytes(available)} GB of it available`;
  if (available >= littleMemoryBytes) return ok(text);
  return attention(text, 'recording takes about 150 MB and 10 MB more for each camera; encoding 100 MB a camera');
}

/** What the machine has, or the container may take. */
const memoryLimit = (): number => Math.min(os.totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);

const memoryAvailable = (): number => Math.min(process.availableMemory(), memoryLimit());

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);

export function checkOpenFiles(limits = readFileSync('/proc/self/limits', 'utf8')): Finding {
  const soft = /^Max open files\s+(\S+)/m.exec(limits)?.[1] ?? 'unknown';
  const text = `open files: at most ${soft} a process`;
  if (soft === 'unlimited' || Number(soft) >= fewFiles) return ok(text);
  return attention(text, 'for many cameras and viewers raise it: LimitNOFILE=65536 in the unit, or ulimit -n 65536');
}
