import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ErrorCode } from '@nightjar/contract';
import { NvrError } from '../../shared/errors.ts';
import { atLowPriority } from '../priority.ts';

export interface WorkOptions {
  /** 0 to 1, about twice a second. */
  onProgress(share: number): void;
  /** Ends the work at once; what was written stays for the caller to remove. */
  signal: AbortSignal;
  log: { debug(fields: object, message: string): void; warn(fields: object, message: string): void };
}

/** Process → main. */
export type WorkMessage<Result> =
  /** 0 to 1; when it has changed, and at most every half a second. */
  | { type: 'progress'; share: number }
  | { type: 'done'; result: Result }
  | { type: 'failed'; code: ErrorCode; message: string; detail: string };

/** Without progress for so long the process hangs; at the lowest priority a busy machine may leave it little time. */
const patienceMs = 600_000;

/**
 * Has a request worked on in a process of its own at the lowest priority, which ends with it.
 *
 * @param program that serves one request (`serveOne`).
 * @throws {NvrError} what the process failed with, or `pipeline_failed` when it died; the signal's reason when aborted.
 */
export function inProcess<Result>(
  program: URL,
  request: object,
  { part, onProgress, signal, log }: WorkOptions & { part: string },
): Promise<Result> {
  if (signal.aborted) return Promise.reject(signal.reason);
  const child = startProcess(program, (line) => log.debug({ part }, line));
  return new Promise((resolve, reject) => {
    let result: WorkMessage<Result> | null = null;
    let patience = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    const abort = () => child.kill('SIGKILL');
    signal.addEventListener('abort', abort);
    child.on('message', (message: WorkMessage<Result>) => {
      if (message.type !== 'progress') {
        result = message;
        return;
      }
      clearTimeout(patience);
      patience = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      if (!signal.aborted) onProgress(message.share);
    });
    const settle = (reason: string) => {
      clearTimeout(patience);
      signal.removeEventListener('abort', abort);
      if (signal.aborted) reject(signal.reason);
      else if (result?.type === 'done') resolve(result.result);
      else {
        const detail = result?.type === 'failed' ? result.detail : undefined;
        log.warn({ part, reason, detail }, 'No file was made');
        reject(errorOf(result, reason));
      }
    };
    child.once('exit', (code, name) => settle(name ? `killed by ${name}` : `exit code ${code}`));
    // Without a process there is no 'exit'.
    child.once('error', (error) => settle(error.message));
    child.send(request, () => {});
  });
}

function errorOf(result: WorkMessage<unknown> | null, reason: string): NvrError {
  if (result?.type === 'failed') return new NvrError(result.code, result.message);
  return new NvrError('pipeline_failed', `The process that makes the file ended (${reason}); recordings go on.`);
}

function startProcess(program: URL, onOutput: (line: string) => void): ChildProcess {
  const [command = process.execPath, ...args] = [
    ...atLowPriority(19, { idleDisk: true }),
    process.execPath,
    '--disable-warning=ExperimentalWarning',
  ];
  const child = fork(program, {
    execPath: command,
    execArgv: args,
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, MALLOC_ARENA_MAX: '2' },
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', onOutput);
  }
  return child;
}
