import { hash, type KeyObject, sign, verify } from 'node:crypto';
import type { RemovalReason } from '../recording/index.ts';

/** First and last number, both included. */
export type NumberRange = [first: number, last: number];

/** Bytes of header, pictures and sound; number of pictures; their duration in ticks of 1/90000 s. */
export type ChunkEntry = [headerBytes: number, videoBytes: number, audioBytes: number, frames: number, ticks: number];

interface RecordBase {
  version: 1;
  /** A camera's id, or that of its substream. */
  stream: string;
  /** In the stream's chain, from 1, without holes. */
  number: number;
  /** Hash of the record before, hexadecimal; zeros before the first. */
  previous: string;
  /** Records that went with their day, all footage of it being removed; those that follow need them no more. */
  gone: NumberRange[];
  /** By the recorder's clock, Unix milliseconds. */
  writtenAt: number;
  /** Fingerprint of the key that signs. */
  key: string;
}

/** What a segment's file holds. */
export interface SegmentContent {
  kind: 'segment';
  /** Relative to its volume. */
  file: string;
  run: string;
  sequence: number;
  from: number;
  to: number;
  /** Of the whole file: the head and the chunks, one after the other. */
  sizeBytes: number;
  headBytes: number;
  /** SHA-256 of the head, base64. */
  head: string;
  chunks: ChunkEntry[];
  /** The chunks' hashes one after the other, 32 bytes each, base64. */
  hashes: string;
  /** Hashed from the file, after a crash, rather than when it was written. */
  recovered: boolean;
}

/** Recordings that the recorder has removed, or gave up with the volume that they are on. */
export interface RemovedContent {
  kind: 'removed';
  reason: RemovalReason;
  files: string[];
}

export type RecordContent = SegmentContent | RemovedContent;
export type SegmentRecord = RecordBase & SegmentContent;
export type RemovedRecord = RecordBase & RemovedContent;
export type EvidenceRecord = SegmentRecord | RemovedRecord;

export const hashBytes = 32;
export const noRecord = '0'.repeat(2 * hashBytes);
const signatureMark = ',"signature":"';

/** A line with its signature, and the hash by which the next one refers to it. */
export function seal(record: object, key: KeyObject): { line: string; hash: string } {
  const text = JSON.stringify(record);
  const signature = sign(null, Buffer.from(text), key).toString('base64');
  return { line: `${text.slice(0, -1)}${signatureMark}${signature}"}`, hash: hashOf(text) };
}

const hashOf = (signed: string): string => hash('sha256', signed, 'hex');

export interface SealedRecord {
  record: EvidenceRecord;
  /** What was signed: the line without its last member. */
  signed: string;
  hash: string;
  signature: Buffer;
}

/** null for a line that is none of ours, or torn. */
export function readLine(line: string): SealedRecord | null {
  const end = line.lastIndexOf(signatureMark);
  if (end < 0 || !line.endsWith('"}')) return null;
  const signed = `${line.slice(0, end)}}`;
  try {
    const record: unknown = JSON.parse(signed);
    if (!isRecord(record)) return null;
    const signature = Buffer.from(line.slice(end + signatureMark.length, -2), 'base64');
    return { record, signed, hash: hashOf(signed), signature };
  } catch {
    return null;
  }
}

export const isSignedBy = (
  { signed, signature }: Pick<SealedRecord, 'signed' | 'signature'>,
  key: KeyObject,
): boolean => verify(null, Buffer.from(signed), key, signature);

/** What a forged line could have in the place of anything. */
type Claimed = Partial<Record<keyof SegmentRecord | keyof RemovedRecord, unknown>>;
type Types = Partial<Record<keyof Claimed, 'number' | 'string'>>;

const ofAll: Types = {
  ...{ version: 'number', kind: 'string', stream: 'string', number: 'number', previous: 'string' },
  ...{ writtenAt: 'number', key: 'string' },
};
const ofSegment: Types = {
  ...{ file: 'string', from: 'number', to: 'number', sizeBytes: 'number' },
  ...{ headBytes: 'number', head: 'string', hashes: 'string' },
};

/** What a forged line could lack, and its readers rely on. */
function isRecord(value: unknown): value is EvidenceRecord {
  if (typeof value !== 'object' || value === null) return false;
  const claimed: Claimed = value;
  if (!has(claimed, ofAll) || !Array.isArray(claimed.gone)) return false;
  if (claimed.kind === 'removed') return has(claimed, { reason: 'string' }) && Array.isArray(claimed.files);
  return claimed.kind === 'segment' && has(claimed, ofSegment) && areChunks(claimed);
}

const has = (claimed: Claimed, types: Types): boolean =>
  Object.entries(types).every(([name, type]) => typeof claimed[name as keyof Types] === type);

const areChunks = ({ chunks, hashes }: Claimed): boolean =>
  Array.isArray(chunks) &&
  chunks.every((chunk) => Array.isArray(chunk) && chunk.length === 5 && chunk.every(Number.isSafeInteger)) &&
  Buffer.from(String(hashes), 'base64').length === chunks.length * hashBytes;

/** The number of a record, without reading the rest of its line; null for a line that is none of ours. */
export function numberIn(line: string): number | null {
  const number = /^\{"version":1,"kind":"\w+","stream":"[^"\\]+","number":(\d+),/.exec(line)?.[1];
  return number === undefined ? null : Number(number);
}

/** Sorted, without overlaps, neighbours as one. */
export function mergeNumbers(ranges: readonly NumberRange[]): NumberRange[] {
  const merged: NumberRange[] = [];
  for (const [first, last] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const before = merged.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

/** What of `[1, last]` is in none of the ranges. */
export function missingNumbers(ranges: readonly NumberRange[], last: number): NumberRange[] {
  const merged = mergeNumbers(ranges);
  const ends = [0, ...merged.map(([, end]) => end)];
  const starts = [...merged.map(([start]) => start), last + 1];
  return ends
    .map((end, at): NumberRange => [end + 1, Math.min((starts[at] ?? 0) - 1, last)])
    .filter(([from, to]) => from <= to);
}
