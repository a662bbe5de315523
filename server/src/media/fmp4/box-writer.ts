/** Writes ISO 14496-12 boxes one after the other into a buffer that the caller has sized. */
export class BoxWriter {
  /** Where the next byte goes. */
  at = 0;
  private readonly buffer: Buffer;

  constructor(buffer: Buffer) {
    this.buffer = buffer;
  }

  /** What has been written so far. */
  written(): Buffer {
    return this.buffer.subarray(0, this.at);
  }

  box(type: string, content: () => void): void {
    const start = this.at;
    this.u32(0);
    this.ascii(type);
    content();
    this.buffer.writeUInt32BE(this.at - start, start);
  }

  fullBox(type: string, version: number, flags: number, content: () => void): void {
    this.box(type, () => {
      this.u32(version * 0x1000000 + flags);
      content();
    });
  }

  u8(value: number): void {
    this.at = this.buffer.writeUInt8(value, this.at);
  }

  u16(value: number): void {
    this.at = this.buffer.writeUInt16BE(value, this.at);
  }

  u32(value: number): void {
    this.at = this.buffer.writeUInt32BE(value, this.at);
  }

  /** Replaces what was written at `at`. */
  patchU32(at: number, value: number): void {
    this.buffer.writeUInt32BE(value, at);
  }

  i32(value: number): void {
    this.at = this.buffer.writeInt32BE(value, this.at);
  }

  /** `value`: a whole number from 0 to 2^53. */
  u64(value: number): void {
    this.u32(Math.floor(value / 0x100000000));
    this.u32(value % 0x100000000);
  }

  ascii(text: string): void {
    this.at += this.buffer.write(text, this.at, 'latin1');
  }

  bytes(data: Buffer): void {
    this.buffer.set(data, this.at);
    this.at += data.length;
  }

  zeros(count: number): void {
    this.buffer.fill(0, this.at, this.at + count);
    this.at += count;
  }
}
