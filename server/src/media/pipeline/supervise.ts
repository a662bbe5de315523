import { setTimeout as sleep } from 'node:timers/promises';
import type { NvrError } from '../../shared/errors.ts';
import { asNvrError } from './failures.ts';

export type Attempt =
  | { state: 'starting' }
  | { state: 'waiting'; failures: number; retryInMs: number; error: NvrError };

interface Supervised {
  /** Rejects with why the stream broke; ends without a reason only on abort. Calls `onFirstFrame` once it has one. */
  runOnce(signal: AbortSignal, onFirstFrame: () => void): Promise<void>;
  report(attempt: Attempt): void;
  wait?(ms: number, signal: AbortSignal): Promise<void>;
}

/** 1 s, 2 s, 4 s … at most 60 s. */
export const retryDelayMs = (failures: number): number => Math.min(1_000 * 2 ** (failures - 1), 60_000);

/**
 * Keeps one camera's stream running until `signal` aborts; a first frame forgives earlier failures.
 * `starting` is reported for the first attempt only: the state stays `waiting` until a frame arrives.
 */
export async function supervise({ runOnce, report, wait = pause }: Supervised, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    if (failures === 0) report({ state: 'starting' });
    const onFirstFrame = () => {
      failures = 0;
    };
    const error = await runOnce(signal, onFirstFrame).then(() => null, asNvrError);
    if (signal.aborted || !error) continue;
    failures += 1;
    const retryInMs = retryDelayMs(failures);
    report({ state: 'waiting', failures, retryInMs, error });
    await wait(retryInMs, signal);
  }
}

// Aborting the wait is a normal stop, not an error.
const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }).catch(() => {});
