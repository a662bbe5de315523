/** A box found in a buffer; offsets count from the buffer's start. */
export interface FoundBox {
  type: string;
  /** Of the box header. */
  start: number;
  /** Of the content behind size and type. */
  body: number;
  end: number;
}

export interface BoxHeader {
  type: string;
  /** 8, or 16 with a 64-bit size. */
  headerBytes: number;
  /** Of the whole box. */
  sizeBytes: number;
}

/** null when the bytes at `at` are too few or cannot be a box (also size 0, which our files never use). */
export function boxHeaderAt(data: Buffer, at: number): BoxHeader | null {
  if (at + 8 > data.length) return null;
  const type = data.toString('latin1', at + 4, at + 8);
  if (!/^[\x20-\x7e]{4}$/.test(type)) return null;
  const size = data.readUInt32BE(at);
  if (size !== 1) return size >= 8 ? { type, headerBytes: 8, sizeBytes: size } : null;
  if (at + 16 > data.length) return null;
  const longSize = Number(data.readBigUInt64BE(at + 8));
  return longSize >= 16 ? { type, headerBytes: 16, sizeBytes: longSize } : null;
}

/** The boxes that lie whole within [start, end), in order; stops at the first that does not. */
export function boxesIn(data: Buffer, start = 0, end = data.length): FoundBox[] {
  const found: FoundBox[] = [];
  for (let at = start; at < end; ) {
    const header = boxHeaderAt(data, at);
    if (header === null || at + header.sizeBytes > end) break;
    found.push({ type: header.type, start: at, body: at + header.headerBytes, end: at + header.sizeBytes });
    at += header.sizeBytes;
  }
  return found;
}

/** The first box along a path of nested types, e.g. `moov/trak/mdia`; null when there is none. */
export function findBox(data: Buffer, path: string, within?: FoundBox): FoundBox | null {
  let scope = within ?? null;
  for (const type of path.split('/')) {
    scope = boxesIn(data, scope?.body, scope?.end).find((box) => box.type === type) ?? null;
    if (scope === null) return null;
  }
  return scope;
}

/** A 64-bit unsigned number as a double: exact to 2^53. */
export function readU64(data: Buffer, at: number): number {
  return data.readUInt32BE(at) * 0x100000000 + data.readUInt32BE(at + 4);
}
