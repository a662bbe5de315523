import type { CameraState, UnixMs } from '@nightjar/contract';
import type { Attempt } from './pipeline/supervise.ts';

type Waiting = Extract<Attempt, { state: 'waiting' }>;

/** What people are told of a camera between two attempts. */
export const waitingState = ({ error, failures, retryInMs }: Waiting, since: UnixMs, nowMs: number): CameraState => ({
  state: 'waiting',
  since,
  failures,
  retryAt: (nowMs + retryInMs) as UnixMs,
  code: error.code,
  reason: error.message,
});

/** The same for the log, with the cause. */
export const waitingLog = ({ error, failures }: Waiting) => ({
  level: failures === 1 ? ('warn' as const) : ('debug' as const),
  message: `${error.message}${error.cause instanceof Error ? ` (${error.cause.message})` : ''}`,
});
