import { createHash, type Hash } from 'node:crypto';

/** What a track consists of, to compare what was to be written with what is in a file. */
export class TrackPrint {
  readonly #hash: Hash = createHash('sha256');
  readonly #times = new Times();
  #firstNs = 0;
  #digest: string | null = null;

  get frames(): number {
    return this.#times.length;
  }

  /** SHA-256 of all frames; none can be added after it was asked for. */
  get digest(): string {
    this.#digest ??= this.#hash.digest('hex');
    return this.#digest;
  }

  add(payload: Iterable<Buffer>, ptsNs: number): void {
    if (this.frames === 0) this.#firstNs = ptsNs;
    for (const part of payload) this.#hash.update(part);
    this.#times.push((ptsNs - this.#firstNs) / 1e6);
  }

  /** Of each frame in decoding order, milliseconds since the first. */
  timesMs(): Iterable<number> & Iterator<number> {
    return this.#times.all();
  }
}

const ticksPerMs = 10;

/** Milliseconds to a tenth, four bytes each: a day has millions of frames of sound. */
class Times {
  /** From one to the next. */
  #steps = new Int32Array(4_096);
  #last = 0;
  length = 0;

  push(ms: number): void {
    if (this.length === this.#steps.length) {
      const more = new Int32Array(this.length * 2);
      more.set(this.#steps);
      this.#steps = more;
    }
    const ticks = Math.round(ms * ticksPerMs);
    this.#steps[this.length] = ticks - this.#last;
    this.#last = ticks;
    this.length += 1;
  }

  *all(): Generator<number, void> {
    let ticks = 0;
    for (let at = 0; at < this.length; at += 1) {
      ticks += this.#steps[at] ?? 0;
      yield ticks / ticksPerMs;
    }
  }
}

export interface FilePrint {
  video: TrackPrint;
  audio: TrackPrint | null;
}

type Codec = 'h264' | 'h265';

/** The slices of a picture, of an access unit with 4-byte lengths before its NAL units (ISO 14496-15). */
export function slicesOfUnit(data: Buffer, codec: Codec): Buffer[] {
  const slices: Buffer[] = [];
  for (let at = 0; at + 4 < data.length; ) {
    const end = at + 4 + data.readUInt32BE(at);
    const nal = data.subarray(at + 4, end);
    if (isSlice(nal, codec)) slices.push(withoutTrailingZeros(nal));
    at = end;
  }
  return slices;
}

const startCode = Buffer.from([0, 0, 1]);

/** The slices of a picture, of an access unit with start codes between its NAL units (ITU-T H.264 and H.265, annex B). */
export function slicesOfStream(data: Buffer, codec: Codec): Buffer[] {
  const slices: Buffer[] = [];
  for (let at = data.indexOf(startCode); at >= 0; ) {
    const next = data.indexOf(startCode, at + startCode.length);
    const nal = data.subarray(at + startCode.length, next < 0 ? data.length : next);
    if (isSlice(nal, codec)) slices.push(withoutTrailingZeros(nal));
    at = next;
  }
  return slices;
}

/** H.264: nal_unit_type 1 to 5; H.265: below 32. */
function isSlice(nal: Buffer, codec: Codec): boolean {
  const first = nal[0];
  if (first === undefined) return false;
  if (codec === 'h265') return ((first >> 1) & 0x3f) < 32;
  const type = first & 0x1f;
  return type >= 1 && type <= 5;
}

/** They may stand between NAL units, and belong to none. */
function withoutTrailingZeros(nal: Buffer): Buffer {
  let end = nal.length;
  while (end > 0 && nal[end - 1] === 0) end -= 1;
  return nal.subarray(0, end);
}
