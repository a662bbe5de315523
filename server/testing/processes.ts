import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Running children of a process, and theirs (Linux). */
export function descendants(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const child = Number(name);
    const parent = Number.isInteger(child) ? parentOf(child) : null;
    if (parent !== null) parents.set(child, parent);
  }
  const found: number[] = [];
  for (let level = [pid]; level.length > 0; ) {
    const next = [...parents].filter(([, parent]) => level.includes(parent)).map(([child]) => child);
    found.push(...next);
    level = next;
  }
  return found;
}

/** Command line, its parts joined by spaces; empty when the process is gone. */
export const commandLine = (pid: number): string => (readProc(pid, 'cmdline') ?? '').replaceAll('\0', ' ').trim();

/** Paths of the files a process has open. */
export function openFiles(pid: number): string[] {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).flatMap((fd) => {
      try {
        return [readlinkSync(`${folder}/${fd}`)];
      } catch {
        return []; // closed meanwhile
      }
    });
  } catch {
    return []; // the process is gone
  }
}

/** Whether a process runs; one that only waits for its parent to take notice does not. */
export function isRunning(pid: number): boolean {
  const state = statOf(pid)?.[0];
  return state !== undefined && state !== 'Z';
}

function parentOf(pid: number): number | null {
  const parent = statOf(pid)?.[1];
  return parent === undefined ? null : Number(parent);
}

/** Fields of /proc/PID/stat from the state on (proc(5)); the name before it may hold anything. */
function statOf(pid: number): string[] | undefined {
  const text = readProc(pid, 'stat');
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined; // the process is gone
  }
}
