import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';

/** A file to go into an archive as it is. */
export interface ZipEntry {
  name: string;
  /** Absolute. */
  path: string;
  sizeBytes: number;
  /** Of its bytes, unsigned. */
  crc32: number;
  /** Local date and time of it. */
  at: { year: number; month: number; day: number; hour: number; minute: number; second: number };
}

/** A part of an archive: bytes that are made, or those of a file. */
type Piece = { start: number; sizeBytes: number } & ({ bytes: Buffer } | { path: string });

/** An archive whose files are stored, not compressed (video does not get smaller), so that all of it is known beforehand. */
export interface ZipPlan {
  sizeBytes: number;
  pieces: Piece[];
}

const max32 = 0xffff_ffff;
const max16 = 0xffff;
/** With ZIP64. */
const version = 45;
/** Names are UTF-8. */
const flags = 0x0800;
/** A regular file that its owner may write and all may read; made on Unix. */
const unixMode = (0o100644 << 16) >>> 0;

/** Lays out an archive (PKWARE APPNOTE 6.3.10). The same entries make the same bytes. */
export function planZip(entries: readonly ZipEntry[]): ZipPlan {
  const pieces: Piece[] = [];
  let at = 0;
  const add = (piece: { bytes: Buffer } | { path: string; sizeBytes: number }) => {
    const sizeBytes = 'bytes' in piece ? piece.bytes.length : piece.sizeBytes;
    pieces.push({ ...piece, start: at, sizeBytes });
    at += sizeBytes;
  };
  const directory: Buffer[] = [];
  for (const entry of entries) {
    directory.push(directoryHeader(entry, at));
    add({ bytes: localHeader(entry) });
    add({ path: entry.path, sizeBytes: entry.sizeBytes });
  }
  const bytes = Buffer.concat(directory);
  const end = endOfDirectory({ entries: entries.length, sizeBytes: bytes.length, offset: at });
  add({ bytes: Buffer.concat([bytes, end]) });
  return { sizeBytes: at, pieces };
}

/** APPNOTE 4.3.7 */
function localHeader(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name);
  const isLarge = entry.sizeBytes >= max32;
  const extra = isLarge ? zip64Extra([entry.sizeBytes, entry.sizeBytes]) : Buffer.alloc(0);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x0403_4b50, 0);
  writeCommon(header, 4, entry);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, name, extra]);
}

/** APPNOTE 4.3.12 */
function directoryHeader(entry: ZipEntry, offset: number): Buffer {
  const name = Buffer.from(entry.name);
  const isLarge = entry.sizeBytes >= max32;
  const isFar = offset >= max32;
  const large = [...(isLarge ? [entry.sizeBytes, entry.sizeBytes] : []), ...(isFar ? [offset] : [])];
  const extra = large.length > 0 ? zip64Extra(large) : Buffer.alloc(0);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x0201_4b50, 0);
  header.writeUInt16LE((3 << 8) | version, 4);
  writeCommon(header, 6, entry);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(unixMode, 38);
  header.writeUInt32LE(isFar ? max32 : offset, 42);
  return Buffer.concat([header, name, extra]);
}

/** From "version needed" to "uncompressed size", which both headers have. */
function writeCommon(header: Buffer, at: number, entry: ZipEntry): void {
  const size = Math.min(entry.sizeBytes, max32);
  const { year, month, day, hour, minute, second } = entry.at;
  header.writeUInt16LE(version, at);
  header.writeUInt16LE(flags, at + 2);
  header.writeUInt16LE((hour << 11) | (minute << 5) | (second >> 1), at + 6);
  header.writeUInt16LE(((year - 1980) << 9) | (month << 5) | day, at + 8);
  header.writeUInt32LE(entry.crc32, at + 10);
  header.writeUInt32LE(size, at + 14);
  header.writeUInt32LE(size, at + 18);
}

/** APPNOTE 4.5.3 */
function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  for (const [at, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * at);
  return extra;
}

/** APPNOTE 4.3.14 to 4.3.16; those of ZIP64 only where they are needed: some old readers stumble over them. */
function endOfDirectory(directory: { entries: number; sizeBytes: number; offset: number }): Buffer {
  const { entries, sizeBytes, offset } = directory;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x0605_4b50, 0);
  end.writeUInt16LE(Math.min(entries, max16), 8);
  end.writeUInt16LE(Math.min(entries, max16), 10);
  end.writeUInt32LE(Math.min(sizeBytes, max32), 12);
  end.writeUInt32LE(Math.min(offset, max32), 16);
  if (entries < max16 && sizeBytes < max32 && offset < max32) return end;
  const end64 = Buffer.alloc(56);
  end64.writeUInt32LE(0x0606_4b50, 0);
  end64.writeBigUInt64LE(44n, 4);
  end64.writeUInt16LE((3 << 8) | version, 12);
  end64.writeUInt16LE(version, 14);
  end64.writeBigUInt64LE(BigInt(entries), 24);
  end64.writeBigUInt64LE(BigInt(entries), 32);
  end64.writeBigUInt64LE(BigInt(sizeBytes), 40);
  end64.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x0706_4b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + sizeBytes), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([end64, locator, end]);
}

/** The bytes from `start` to `end` of an archive, both inclusive; breaks off when a file has not the length it should have. */
export function readZip({ pieces }: ZipPlan, start: number, end: number): Readable {
  return Readable.from(bytesOf(pieces, start, end), { objectMode: false });
}

async function* bytesOf(pieces: readonly Piece[], start: number, end: number): AsyncGenerator<Buffer> {
  for (const piece of pieces) {
    const from = Math.max(start - piece.start, 0);
    const to = Math.min(end - piece.start, piece.sizeBytes - 1);
    if (to < from) continue;
    if ('bytes' in piece) {
      yield piece.bytes.subarray(from, to + 1);
      continue;
    }
    let left = to - from + 1;
    for await (const chunk of createReadStream(piece.path, { start: from, end: to, highWaterMark: 256 * 1024 })) {
      left -= (chunk as Buffer).length;
      yield chunk as Buffer;
    }
    if (left !== 0) throw new Error(`${piece.path} is shorter than it was`);
  }
}

/** As a `ZipEntry` has it. */
export async function crc32Of(path: string): Promise<number> {
  let sum = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) sum = crc32(chunk as Buffer, sum);
  return sum;
}
