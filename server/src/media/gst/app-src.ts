import { c, type Pointer } from './ffi.ts';
import { BUFFER_DELTA_UNIT, BUFFER_MARKER, layout } from './layout.ts';

/** Nanoseconds of running time; an omitted time is left unknown. */
export interface PushOptions {
  ptsNs?: number;
  dtsNs?: number;
  durationNs?: number;
  /** Default true. */
  keyframe?: boolean;
  /** Ends an access unit whose NAL units may be spread over several buffers. Default false. */
  marker?: boolean;
}

export type PushResult = 'ok' | 'flushing' | 'eos' | 'error';

const NONE = 2n ** 64n - 1n;
const times = new BigUint64Array(3);
const timesBytes = new Uint8Array(times.buffer);
const toTime = (ns: number | undefined): bigint => (ns === undefined ? NONE : BigInt(Math.round(ns)));

export class AppSrc {
  #source: Pointer | null;

  /** Takes over the reference to `source`. */
  constructor(source: Pointer) {
    this.#source = source;
  }

  /** Copies `data` into a buffer and queues it; does not wait, whatever the element's limits (leave `block` off). */
  push(data: Uint8Array, options: PushOptions = {}): PushResult {
    if (this.#source === null) return 'flushing';
    const buffer = c.bufferNewCopy(data, data.length);
    times[0] = toTime(options.ptsNs);
    times[1] = toTime(options.dtsNs);
    times[2] = toTime(options.durationNs);
    c.write(buffer + BigInt(layout.buffer.pts), timesBytes, timesBytes.length);
    const flags = (options.keyframe === false ? BUFFER_DELTA_UNIT : 0) | (options.marker ? BUFFER_MARKER : 0);
    if (flags !== 0) c.bufferSetFlags(buffer, flags);
    return flowOf(c.sourcePush(this.#source, buffer));
  }

  /** What was pushed and is not on its way yet. */
  get queuedBytes(): number {
    return this.#source === null ? 0 : Number(c.sourceQueued(this.#source));
  }

  /** Takes effect with the next buffer pushed. */
  setCaps(caps: string): void {
    if (this.#source === null) return;
    const parsed = c.capsFromString(caps);
    if (parsed === null) throw new Error(`not caps: ${caps}`);
    c.sourceSetCaps(this.#source, parsed);
    c.miniUnref(parsed);
  }

  endOfStream(): void {
    if (this.#source !== null) c.sourceEnd(this.#source);
  }

  /** Only the owner calls this, after the pipeline stopped. */
  release(): void {
    if (this.#source !== null) c.objectUnref(this.#source);
    this.#source = null;
  }
}

/** GstFlowReturn */
function flowOf(flow: number): PushResult {
  if (flow >= 0) return 'ok';
  if (flow === -2) return 'flushing';
  return flow === -3 ? 'eos' : 'error';
}
