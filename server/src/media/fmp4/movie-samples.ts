import type { BoxWriter } from './box-writer.ts';

interface MovieSample {
  sizeBytes: number;
  /** Ticks; not before the one before. */
  dts: number;
  /** Presentation minus decode time, ticks; may be negative. */
  compositionOffset: number;
  keyframe: boolean;
}

/** Sample tables of a track of a progressive file (ISO 14496-12, 8.6 and 8.7), some bytes a sample. */
export class MovieSamples {
  readonly #sizes = new Numbers();
  readonly #dts = new Numbers();
  readonly #compositionOffsets = new Numbers();
  readonly #keyframes = new Numbers();
  /** Number of the first sample, from 0, and place in the file of each stretch without samples of other tracks. */
  readonly #chunks: Array<{ first: number; offset: number }> = [];
  #lowestOffset = Number.POSITIVE_INFINITY;
  #endOffset = -1;
  #lastDuration = 1;

  get count(): number {
    return this.#sizes.length;
  }

  /** At the most, of all its boxes. */
  get tableBytes(): number {
    return 256 + this.count * (8 + 8 + 4) + this.#keyframes.length * 4 + this.#chunks.length * (12 + 8);
  }

  /** What brings the smallest composition offset to 0. */
  get compositionShift(): number {
    return this.count === 0 ? 0 : -this.#lowestOffset;
  }

  /** @param offset of its bytes in the file. */
  add(sample: MovieSample, offset: number): void {
    if (offset !== this.#endOffset) this.#chunks.push({ first: this.count, offset });
    this.#endOffset = offset + sample.sizeBytes;
    if (sample.keyframe) this.#keyframes.push(this.count);
    this.#sizes.push(sample.sizeBytes);
    this.#dts.push(sample.dts);
    this.#compositionOffsets.push(sample.compositionOffset);
    this.#lowestOffset = Math.min(this.#lowestOffset, sample.compositionOffset);
  }

  /** Of the last sample, by the end of its decoding time. */
  endAt(dts: number): void {
    if (this.count > 0) this.#lastDuration = Math.max(dts - this.#dts.at(this.count - 1), 1);
  }

  /** @param shift added to all places in the file. */
  write(w: BoxWriter, { shift, hasSync }: { shift: number; hasSync: boolean }): void {
    const last = this.count - 1;
    const durationOf = (at: number) => (at === last ? this.#lastDuration : this.#dts.at(at + 1) - this.#dts.at(at));
    runs(w, 'stts', this.count, durationOf);
    const lowest = this.compositionShift;
    const offsetOf = (at: number) => this.#compositionOffsets.at(at) + lowest;
    if (this.#hasOffsets()) runs(w, 'ctts', this.count, offsetOf);
    if (hasSync && this.#keyframes.length < this.count) {
      w.fullBox('stss', 0, 0, () => {
        w.u32(this.#keyframes.length);
        for (let at = 0; at < this.#keyframes.length; at += 1) w.u32(this.#keyframes.at(at) + 1);
      });
    }
    this.#writePlaces(w, shift);
  }

  #hasOffsets(): boolean {
    for (let at = 0; at < this.count; at += 1) {
      if (this.#compositionOffsets.at(at) !== this.#lowestOffset) return true;
    }
    return false;
  }

  #writePlaces(w: BoxWriter, shift: number): void {
    w.fullBox('stsz', 0, 0, () => {
      w.u32(0);
      w.u32(this.count);
      for (let at = 0; at < this.count; at += 1) w.u32(this.#sizes.at(at));
    });
    const samplesIn = (at: number) =>
      (this.#chunks[at + 1]?.first ?? this.count) - (this.#chunks[at]?.first ?? this.count);
    w.fullBox('stsc', 0, 0, () => {
      const countAt = w.at;
      w.u32(0);
      let entries = 0;
      for (let at = 0; at < this.#chunks.length; at += 1) {
        if (at > 0 && samplesIn(at) === samplesIn(at - 1)) continue;
        w.u32(at + 1);
        w.u32(samplesIn(at));
        w.u32(1);
        entries += 1;
      }
      w.patchU32(countAt, entries);
    });
    const long = (this.#chunks.at(-1)?.offset ?? 0) + shift > 0xffffffff;
    w.fullBox(long ? 'co64' : 'stco', 0, 0, () => {
      w.u32(this.#chunks.length);
      for (const { offset } of this.#chunks) {
        if (long) w.u64(offset + shift);
        else w.u32(offset + shift);
      }
    });
  }
}

/** `stts` and `ctts`: how many samples in a row have a value. */
function runs(w: BoxWriter, type: string, count: number, numberOf: (at: number) => number): void {
  w.fullBox(type, 0, 0, () => {
    const countAt = w.at;
    w.u32(0);
    let entries = 0;
    for (let at = 0; at < count; ) {
      const value = numberOf(at);
      let next = at + 1;
      while (next < count && numberOf(next) === value) next += 1;
      w.u32(next - at);
      w.u32(value);
      entries += 1;
      at = next;
    }
    w.patchU32(countAt, entries);
  });
}

/** Millions of numbers, eight bytes each. */
class Numbers {
  #values = new Float64Array(1_024);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const more = new Float64Array(this.length * 2);
      more.set(this.#values);
      this.#values = more;
    }
    this.#values[this.length] = value;
    this.length += 1;
  }

  at(index: number): number {
    return this.#values[index] ?? 0;
  }
}
