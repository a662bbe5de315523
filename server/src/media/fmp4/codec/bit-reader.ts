/** Reads bits, the most significant first. Past the end it reads zeros and sets `overrun`. */
export class BitReader {
  overrun = false;
  private readonly bytes: Buffer;
  private bit = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  flag(): boolean {
    return this.bits(1) === 1;
  }

  /** Up to 32 bits, unsigned. */
  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      const byte = this.bytes[this.bit >> 3];
      if (byte === undefined) this.overrun = true;
      value = value * 2 + (((byte ?? 0) >> (7 - (this.bit & 7))) & 1);
      this.bit++;
    }
    return value;
  }

  skip(count: number): void {
    this.bit += count;
    if (this.bit > this.bytes.length * 8) this.overrun = true;
  }

  /** ue(v): unsigned Exp-Golomb. */
  ue(): number {
    let zeros = 0;
    while (zeros < 32 && !this.overrun && !this.flag()) zeros++;
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** se(v): signed Exp-Golomb. */
  se(): number {
    const code = this.ue();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }
}

/** A NAL unit's payload without the bytes that keep start codes out of it (ITU-T H.264 7.4.1, H.265 7.4.2). */
export function withoutEmulationPrevention(nal: Buffer): Buffer {
  const out = Buffer.allocUnsafe(nal.length);
  let length = 0;
  let zeros = 0;
  for (const byte of nal) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    out[length++] = byte;
  }
  return out.subarray(0, length);
}
