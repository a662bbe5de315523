import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { NvrError } from '../../shared/errors.ts';
import { atLowPriority } from '../priority.ts';
import type { RemuxedFile, RemuxMessage, RemuxRequest } from './request.ts';

export type { RemuxedFile, RemuxRange, RemuxRequest } from './request.ts';

interface RemuxOptions {
  /** 0 to 1, about twice a second. */
  onProgress(share: number): void;
  /** Ends the work at once; what was written stays for the caller to remove. */
  signal: AbortSignal;
  log: { debug(fields: object, message: string): void; warn(fields: object, message: string): void };
}

/** Without progress for so long the process hangs; at the lowest priority a busy machine may leave it little time. */
const patienceMs = 600_000;

/**
 * Makes files of recordings, not encoded again, in a process of its own at the lowest priority, and reads them back.
 *
 * @throws {NvrError} `footage_not_found`, `disk_full`, `disk_error`, `pipeline_failed`, `internal`; the signal's reason when aborted.
 */
export function remux(request: RemuxRequest, { onProgress, signal, log }: RemuxOptions): Promise<RemuxedFile[]> {
  if (signal.aborted) return Promise.reject(signal.reason);
  const child = startProcess((line) => log.debug({ part: 'remux' }, line));
  return new Promise((resolve, reject) => {
    let result: RemuxMessage | null = null;
    let patience = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    const abort = () => child.kill('SIGKILL');
    signal.addEventListener('abort', abort);
    child.on('message', (message: RemuxMessage) => {
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
      else if (result?.type === 'done') resolve(result.files);
      else {
        log.warn(
          { part: 'remux', reason, detail: result?.type === 'failed' ? result.detail : undefined },
          'No file was made',
        );
        reject(errorOf(result, reason));
      }
    };
    child.once('exit', (code, name) => settle(name ? `killed by ${name}` : `exit code ${code}`));
    // Without a process there is no 'exit'.
    child.once('error', (error) => settle(error.message));
    child.send(request, () => {});
  });
}

function errorOf(result: RemuxMessage | null, reason: string): NvrError {
  if (result?.type === 'failed') return new NvrError(result.code, result.message);
  return new NvrError('pipeline_failed', `The process that makes the file ended (${reason}); recordings go on.`);
}

function startProcess(onOutput: (line: string) => void): ChildProcess {
  const [command = process.execPath, ...args] = [
    ...atLowPriority(19, { idleDisk: true }),
    process.execPath,
    '--disable-warning=ExperimentalWarning',
  ];
  const child = fork(new URL('./process.ts', import.meta.url), {
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
