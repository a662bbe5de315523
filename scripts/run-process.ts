import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface ProcessOutcome {
  /** Exit code; null when a signal ended the process. */
  code: number | null;
  timedOut: boolean;
  /** The process was gone, but processes it had started were not; they were ended. */
  leftBehind: boolean;
  /** Standard output and standard error as they came, the middle cut out when very long. */
  output: string;
  elapsedMs: number;
}

export interface ProcessLimits {
  cwd: string;
  /** Then the process and all it started are ended. */
  limitMs: number;
}

/** Longest output kept, characters. */
const outputLimit = 60_000;
/** How long the children of a finished process may take to end by themselves, milliseconds. */
const childrenMs = 3_000;

const running = new Set<number>();

/** Ends every process started here, and all that these started. */
export function endRunning(): void {
  for (const pid of running) signalGroup(pid, 'SIGKILL');
}

/** Runs a command in a process group of its own, without standard input, so that all it starts can be ended with it. */
export async function runProcess(command: string, args: string[], limits: ProcessLimits): Promise<ProcessOutcome> {
  const began = performance.now();
  const { NODE_TEST_CONTEXT: _, ...env } = process.env; // set when we run under a test ourselves; it changes the output
  const child = spawn(command, args, {
    cwd: limits.cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const group = child.pid;
  if (group === undefined) throw new Error(`cannot run ${command}`);
  running.add(group);

  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = shorten(output + text);
    });
  }
  let timedOut = false;
  const limit = setTimeout(() => {
    timedOut = true;
    signalGroup(group, 'SIGKILL');
  }, limits.limitMs);

  const closed = once(child, 'close'); // after the last output; waits for the children that share it
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
  clearTimeout(limit);
  const leftBehind = !timedOut && !(await groupEnds(group));
  if (leftBehind) signalGroup(group, 'SIGKILL');
  await closed;
  running.delete(group);
  return { code, timedOut, leftBehind, output, elapsedMs: performance.now() - began };
}

function shorten(text: string): string {
  if (text.length <= outputLimit) return text;
  return `${text.slice(0, outputLimit / 4)}\n… (cut) …\n${text.slice(-outputLimit / 2)}`;
}

/** Resolves to whether all processes of the group are gone in time. */
async function groupEnds(group: number): Promise<boolean> {
  const deadline = performance.now() + childrenMs;
  while (signalGroup(group, 0)) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}

/** False when the group has no process left. */
function signalGroup(group: number, signal: 'SIGKILL' | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch {
    return false; // ESRCH: all gone
  }
}
