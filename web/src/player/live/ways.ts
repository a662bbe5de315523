import type { PlayerFailure } from '../engine.ts';
import type { LiveSource, Way } from './transport.ts';

/** Where a way has failed: for one stream of one camera, or for all. */
export type Scope = string;
export const everywhere: Scope = '*';
export const scopeOf = ({ cameraId, stream, codec }: LiveSource): Scope => `${cameraId}/${stream}/${codec}`;

interface Failed {
  untilMs: number;
  times: number;
}

const firstAvoidMs = 5 * 60_000;
const longestAvoidMs = 60 * 60_000;
const storageKey = 'nightjar-live-ways';

/** Which ways did not work, so that no picture waits for the same failure again: 5 minutes at first, at most an hour. */
export class WayMemory {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'> | null;
  readonly #failed: Map<string, Failed>;

  /** @param storage Outlives a reload of the page. */
  constructor(storage: Pick<Storage, 'getItem' | 'setItem'> | null = null) {
    this.#storage = storage;
    this.#failed = new Map(read(storage));
  }

  avoid(way: Way, scope: Scope, nowMs: number): void {
    const times = (this.#failed.get(`${way} ${scope}`)?.times ?? 0) + 1;
    const untilMs = nowMs + Math.min(firstAvoidMs * 2 ** (times - 1), longestAvoidMs);
    this.#failed.set(`${way} ${scope}`, { untilMs, times });
    this.#save();
  }

  /** It works there after all, and so in principle everywhere. */
  forgive(way: Way, scope: Scope): void {
    const known = [scope, everywhere].map((each) => this.#failed.delete(`${way} ${each}`));
    if (known.includes(true)) this.#save();
  }

  /** Until when it is avoided there, Unix ms; 0 when it never failed. */
  avoidedUntilMs(way: Way, scope: Scope): number {
    const until = (each: Scope) => this.#failed.get(`${way} ${each}`)?.untilMs ?? 0;
    return Math.max(until(scope), until(everywhere));
  }

  #save(): void {
    try {
      this.#storage?.setItem(storageKey, JSON.stringify([...this.#failed]));
    } catch {
      // Full or forbidden: then it is known until the page is loaded again.
    }
  }
}

function read(storage: Pick<Storage, 'getItem'> | null): Array<[string, Failed]> {
  try {
    return JSON.parse(storage?.getItem(storageKey) ?? '[]') as Array<[string, Failed]>;
  } catch {
    return [];
  }
}

/** The fastest way that is not known to fail; when all are, the one that is avoided no longer soonest. */
export function chooseWay(supported: readonly Way[], memory: WayMemory, source: LiveSource, nowMs: number): Way {
  const until = (way: Way) => memory.avoidedUntilMs(way, scopeOf(source));
  const usable = supported.find((way) => until(way) <= nowMs);
  return usable ?? [...supported].sort((a, b) => until(a) - until(b))[0] ?? 'hls';
}

export type Verdict =
  /** Nothing is wrong with the way: again, after a pause. */
  | 'retry'
  /** The way does not work with this stream of this camera: the next one, at once. */
  | 'avoid-here'
  /** The way does not work from here: the next one, at once. */
  | 'avoid-everywhere'
  /** The browser cannot decode it: again, converted. */
  | 'convert'
  /** The substream is not there: the camera's full picture. */
  | 'use-main'
  /** No encoder is free for the full picture: the substream may need none, or a small one. */
  | 'use-sub';

interface Circumstances {
  source: LiveSource;
  hasSubstream: boolean;
  hadPicture: boolean;
  /** Whether the recorder answers other requests. */
  recorderAnswers: boolean;
}

/** It may be the way's, or that of a recorder that is away. */
export const isAnyonesFault = ({ code }: PlayerFailure): boolean =>
  ['offline', 'stalled', 'media', 'not_found', 'internal'].includes(code);

/** What to do about a failure: was it the way, the camera, the browser, or is the recorder away? */
export function judge(failure: PlayerFailure, circumstances: Circumstances): Verdict {
  const { source, hasSubstream, hadPicture, recorderAnswers } = circumstances;
  if (isAnyonesFault(failure)) {
    if (hadPicture || !recorderAnswers) return 'retry';
    return failure.code === 'offline' ? 'avoid-everywhere' : 'avoid-here';
  }
  switch (failure.code) {
    case 'no_path':
      return 'avoid-everywhere';
    case 'live_not_possible':
      return 'avoid-here';
    case 'unsupported':
      return source.codec === 'any' ? 'convert' : 'avoid-here';
    case 'substream_not_found':
    case 'not_live':
      return source.stream === 'sub' ? 'use-main' : 'retry';
    case 'encoder_busy':
      return source.stream === 'main' && hasSubstream ? 'use-sub' : 'retry';
    default:
      return 'retry';
  }
}
