import { c, type Pointer } from './ffi.ts';
import { BUFFER_DELTA_UNIT, BUFFER_DISCONT, FORMAT_TIME, layout } from './layout.ts';

/**
 * A buffer that arrived at an appsink. Times are nanoseconds of running time (the buffer's own times mapped by its segment;
 * encoders like x264enc start theirs at 1000 h), null when the buffer has none. `dtsNs` may be below 0.
 */
export interface Sample {
  ptsNs: number | null;
  dtsNs: number | null;
  durationNs: number | null;
  keyframe: boolean;
  /** Something is missing between the sample before and this one. */
  discont: boolean;
  /** A copy of our own. */
  data: Buffer;
  /** Serialised; the same string instance until the caps change. */
  caps: string;
  /** The sender's clock for this sample (GstReferenceTimestampMeta), Unix milliseconds with fraction. */
  ntpUnixMs: number | null;
}

const head = new Uint32Array(layout.buffer.headSize / 4);
const headBytes = new Uint8Array(head.buffer);
const segment = new Uint32Array(layout.segment.headSize / 4);
const segmentBytes = new Uint8Array(segment.buffer);
const segmentFloats = new Float64Array(segment.buffer);
const meta = new Uint32Array((layout.referenceTimestampMeta.timestamp + 8) / 4);
const metaBytes = new Uint8Array(meta.buffer);
/** 1900-01-01 to 1970-01-01. */
const NTP_TO_UNIX_MS = 2_208_988_800_000;

/** The 64-bit word at byte `offset`; null for GST_CLOCK_TIME_NONE. */
function timeAt(words: Uint32Array, offset: number): number | null {
  const low = words[offset >> 2] ?? 0;
  const high = words[(offset >> 2) + 1] ?? 0;
  return low === 0xffffffff && high === 0xffffffff ? null : high * 0x1_0000_0000 + low;
}

export class AppSink {
  #sink: Pointer | null;
  /** We hold a reference, so that the address cannot be reused for other caps while we compare with it. */
  #capsPointer: Pointer | null = null;
  #caps = '';

  /** Takes over the reference to `sink`. */
  constructor(sink: Pointer) {
    this.#sink = sink;
  }

  /** The oldest sample not yet pulled; null when there is none (yet). Never waits. */
  pull(): Sample | null {
    if (this.#sink === null) return null;
    const sample = c.sinkPull(this.#sink, 0);
    if (sample === null) return null;
    try {
      const buffer = c.sampleBuffer(sample);
      return buffer === null ? null : this.#read(sample, buffer);
    } finally {
      c.miniUnref(sample);
    }
  }

  /** The stream ended, or the pipeline is not running, and all samples are pulled. */
  get eos(): boolean {
    return this.#sink === null || c.sinkIsEos(this.#sink) !== 0;
  }

  /** Only the pipeline calls this, after it stopped. */
  release(): void {
    if (this.#capsPointer !== null) c.miniUnref(this.#capsPointer);
    if (this.#sink !== null) c.objectUnref(this.#sink);
    this.#capsPointer = null;
    this.#sink = null;
  }

  #read(sample: Pointer, buffer: Pointer): Sample {
    const size = c.bufferSize(buffer);
    const data = Buffer.allocUnsafe(size);
    if (size > 0) c.bufferExtract(buffer, 0, data, size);
    c.read(headBytes, buffer, layout.buffer.headSize);
    const flags = head[layout.miniObject.flags >> 2] ?? 0;
    const ptsNs = timeAt(head, layout.buffer.pts);
    const dtsNs = timeAt(head, layout.buffer.dts);
    const shiftNs = runningTimeShift(sample);
    return {
      ptsNs: ptsNs === null ? null : ptsNs + shiftNs,
      dtsNs: dtsNs === null ? null : dtsNs + shiftNs,
      durationNs: timeAt(head, layout.buffer.duration),
      keyframe: (flags & BUFFER_DELTA_UNIT) === 0,
      discont: (flags & BUFFER_DISCONT) !== 0,
      data,
      caps: this.#capsOf(sample),
      ntpUnixMs: ntpTime(buffer),
    };
  }

  #capsOf(sample: Pointer): string {
    const caps = c.sampleCaps(sample);
    if (caps === this.#capsPointer) return this.#caps;
    if (this.#capsPointer !== null) c.miniUnref(this.#capsPointer);
    this.#capsPointer = caps === null ? null : c.miniRef(caps);
    const text = caps === null ? '' : c.capsToString(caps);
    if (text !== this.#caps) this.#caps = text;
    return this.#caps;
  }
}

/** What to add to a buffer's time to get running time: gst_segment_to_running_time for playback at normal speed. */
function runningTimeShift(sample: Pointer): number {
  const found = c.sampleSegment(sample);
  if (found === null) return 0;
  c.read(segmentBytes, found, segmentBytes.length);
  const at = layout.segment;
  if (segment[at.format >> 2] !== FORMAT_TIME || segmentFloats[at.rate >> 3] !== 1) return 0;
  const base = timeAt(segment, at.base) ?? 0;
  const offset = timeAt(segment, at.offset) ?? 0;
  return base - offset - (timeAt(segment, at.start) ?? 0);
}

let ntpReference: Pointer | null = null;

function ntpTime(buffer: Pointer): number | null {
  ntpReference ??= c.capsFromString('timestamp/x-ntp');
  const found = c.referenceTimestamp(buffer, ntpReference);
  if (found === null) return null;
  c.read(metaBytes, found, metaBytes.length);
  const ns = timeAt(meta, layout.referenceTimestampMeta.timestamp);
  return ns === null ? null : ns / 1e6 - NTP_TO_UNIX_MS;
}
