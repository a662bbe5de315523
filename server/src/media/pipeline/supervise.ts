import { setTimeout as sleep } from 'node:timers/promises';
import type { ErrorCode } from '@nightjar/contract';
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
  /** Failures so far, of another that tried; the first attempt waits for so long. */
  after?: { failures: number; retryInMs: number } | null;
  monotonicMs?(): number;
  /** From 0 to 1. */
  random?(): number;
}

/** Of one connection after the other; a network that is down for a minute shall not cost another. */
const schedule = { firstMs: 1_000, longestMs: 5_000 };
/**
 * Where asking again changes nothing by itself: someone has to change the camera's settings, or ours, and ours are tried
 * at once. Many cameras lock an account after a number of wrong passwords in some minutes.
 */
const patientSchedule = { firstMs: 5_000, longestMs: 60_000 };
const patientCodes: readonly ErrorCode[] = ['camera_auth_failed', 'camera_unsupported_codec', 'invalid_request'];

/** A camera whose stream breaks is mostly there again at once; unless its streams break again and again. */
const quickly = { afterMs: 100, times: 3, withinMs: 60_000 };

/** Many cameras that fail at one moment, like those behind one switch, shall not all come back at another. */
const jitter = 0.2;

/** The first, then twice as long each time, up to the longest. */
export function retryDelayMs(failures: number, code: ErrorCode): number {
  const { firstMs, longestMs } = patientCodes.includes(code) ? patientSchedule : schedule;
  return Math.min(firstMs * 2 ** (failures - 1), longestMs);
}

/**
 * Keeps one camera's stream running until `signal` aborts; a first frame forgives earlier failures.
 * `starting` is reported for the first attempt only: the state stays `waiting` until a frame arrives.
 */
export async function supervise(supervised: Supervised, signal: AbortSignal): Promise<void> {
  const {
    runOnce,
    report,
    after,
    wait = pause,
    random = Math.random,
    monotonicMs = () => performance.now(),
  } = supervised;
  let failures = after?.failures ?? 0;
  let isQuick = false;
  let quickAtMs: number[] = [];
  if (after) await wait(after.retryInMs, signal);
  while (!signal.aborted) {
    if (failures === 0) report({ state: 'starting' });
    let hadFrame = false;
    const onFirstFrame = () => {
      failures = 0;
      hadFrame = true;
    };
    const error = await runOnce(signal, onFirstFrame).then(() => null, asNvrError);
    if (signal.aborted || !error) continue;
    failures += 1;
    if (hadFrame) {
      quickAtMs = quickAtMs.filter((atMs) => monotonicMs() - atMs < quickly.withinMs);
      isQuick = quickAtMs.length < quickly.times;
      if (isQuick) quickAtMs.push(monotonicMs());
    }
    const delayMs = isQuick && failures === 1 ? quickly.afterMs : retryDelayMs(failures - Number(isQuick), error.code);
    const retryInMs = Math.round(delayMs * (1 + jitter * (random() - 0.5)));
    report({ state: 'waiting', failures, retryInMs, error });
    await wait(retryInMs, signal);
  }
}

// Aborting the wait is a normal stop, not an error.
const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }).catch(() => {});
