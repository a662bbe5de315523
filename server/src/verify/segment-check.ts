import { type FileHandle, open } from 'node:fs/promises';
import { hashBytes, type SegmentRecord } from '../evidence/index.ts';
import { boxHeaderAt, hashChunk, readAt, sha256 } from '../media/fmp4/index.ts';
import { finding, type VerifyFinding } from './finding.ts';

/** A chunk as its record has it. */
interface Expected {
  sizeBytes: number;
  headerBytes: number;
  videoBytes: number;
  hash: Buffer;
  from: number;
  to: number;
  /** Of its first picture, from 1; behind its last. */
  first: number;
  end: number;
}

/** Compares a file with its record. @param where how the file is called. */
export async function checkSegment(file: string, record: SegmentRecord, where: string): Promise<VerifyFinding[]> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const head = await readAt(handle, 0, Math.min(record.headBytes, size));
    const findings: VerifyFinding[] = [];
    if (sha256(head).toString('base64') !== record.head) {
      const what = 'The head of the file, which says what it is and how it is coded, was altered.';
      findings.push(finding('altered', where, what, { from: record.from, to: record.to }));
    }
    const expected = expectedOf(record);
    if (size === record.sizeBytes && (await isWhole(handle, record.headBytes, expected))) return findings;
    const found = await matchesIn(handle, { from: record.headBytes, size }, expected);
    return [...findings, ...differences(expected, found, where)];
  } finally {
    await handle.close();
  }
}

function expectedOf(record: SegmentRecord): Expected[] {
  const hashes = Buffer.from(record.hashes, 'base64');
  let from = record.from;
  let first = 1;
  return record.chunks.map(([headerBytes, videoBytes, audioBytes, frames, ticks], index) => {
    const chunk = {
      ...{ sizeBytes: headerBytes + videoBytes + audioBytes, headerBytes, videoBytes },
      hash: hashes.subarray(index * hashBytes, (index + 1) * hashBytes),
      ...{ from, to: from + ticks / 90, first, end: first + frames },
    };
    from = chunk.to;
    first = chunk.end;
    return chunk;
  });
}

async function isWhole(handle: FileHandle, headBytes: number, expected: readonly Expected[]): Promise<boolean> {
  let at = headBytes;
  for (const chunk of expected) {
    if (!hashChunk(await readAt(handle, at, chunk.sizeBytes), chunk).equals(chunk.hash)) return false;
    at += chunk.sizeBytes;
  }
  return true;
}

const prftBytes = 32;
const chunkMark = Buffer.from([0, 0, 0, prftBytes, ...Buffer.from('prft', 'latin1')]);
const searchBytes = 1 << 20;

/** What is in the file, stretch by stretch: which chunk of the record each is; null for none. */
async function matchesIn(
  handle: FileHandle,
  { from, size }: { from: number; size: number },
  expected: readonly Expected[],
): Promise<Array<number | null>> {
  const bySize = Map.groupBy(expected.keys(), (index) => expected[index]?.sizeBytes ?? 0);
  const found: Array<number | null> = [];
  let next = 0;
  for (let at = from; at < size; ) {
    const length = await lengthAt(handle, at, size, expected[next]?.sizeBytes ?? 0);
    const candidates = bySize.get(length) ?? [];
    const bytes = candidates.length > 0 ? await readAt(handle, at, length) : Buffer.alloc(0);
    // Of equal ones the one whose turn it is.
    const matches = candidates.filter((index) => isSame(expected[index], bytes));
    const match = matches.find((index) => index >= next) ?? matches[0] ?? null;
    found.push(match);
    if (match !== null && match >= next) next = match + 1;
    else if (match === null) next += 1;
    at += length;
  }
  return found;
}

const isSame = (chunk: Expected | undefined, bytes: Buffer): boolean =>
  chunk !== undefined && bytes.length === chunk.sizeBytes && hashChunk(bytes, chunk).equals(chunk.hash);

/** Of the chunk at `at` as its boxes say; where they cannot be right, up to where the next one begins. */
async function lengthAt(handle: FileHandle, at: number, size: number, usual: number): Promise<number> {
  const start = await readAt(handle, at, Math.min(prftBytes + 8, size - at));
  const moof = start.indexOf(chunkMark) === 0 ? boxHeaderAt(start, prftBytes) : null;
  if (moof?.type === 'moof' && at + prftBytes + moof.sizeBytes + 16 <= size) {
    const mdatAt = prftBytes + moof.sizeBytes;
    const mdat = boxHeaderAt(await readAt(handle, at + mdatAt, 16), 0);
    const length = mdatAt + (mdat?.sizeBytes ?? 0);
    if (mdat?.type === 'mdat' && at + length <= size && (await begins(handle, at + length, size))) return length;
  }
  if (usual > 0 && at + usual <= size && (await begins(handle, at + usual, size))) return usual;
  for (let from = at + 1; from < size; from += searchBytes) {
    const found = (await readAt(handle, from, Math.min(searchBytes + chunkMark.length, size - from))).indexOf(
      chunkMark,
    );
    if (found >= 0) return from + found - at;
  }
  return size - at;
}

/** Whether a chunk begins there, or the file ends. */
const begins = async (handle: FileHandle, at: number, size: number): Promise<boolean> =>
  at === size || (await readAt(handle, at, Math.min(chunkMark.length, size - at))).equals(chunkMark);

/** Says what of the record's chunks is not in the file in their order, and what else is. */
function differences(
  expected: readonly Expected[],
  found: ReadonlyArray<number | null>,
  where: string,
): VerifyFinding[] {
  const findings: VerifyFinding[] = [];
  let next = 0;
  let strange = 0;
  const settle = (until: number) => {
    if (until > next) findings.push(lost(expected.slice(next, until), strange, where));
    else if (strange > 0) findings.push(inserted(expected, next, strange, where));
    strange = 0;
  };
  for (const match of found) {
    if (match === null || match < next) {
      strange += 1;
    } else {
      settle(match);
      next = match + 1;
    }
  }
  settle(expected.length);
  return findings;
}

function lost(chunks: readonly Expected[], strange: number, where: string): VerifyFinding {
  const [first, last] = [chunks[0] as Expected, chunks.at(-1) as Expected];
  const what = strange > 0 ? 'was altered' : 'is missing';
  return finding(strange > 0 ? 'altered' : 'missing', where, `What was recorded then ${what}.`, {
    ...{
      from: Math.round(first.from),
      to: Math.round(last.to),
      pictures: [first.first, Math.max(last.end - 1, first.first)],
    },
  });
}

function inserted(expected: readonly Expected[], next: number, stretches: number, where: string): VerifyFinding {
  const at = expected[next]?.from ?? expected.at(-1)?.to ?? null;
  const before = expected[next]?.first ?? expected.at(-1)?.end ?? 1;
  const place = at === null ? {} : { from: Math.round(at), to: Math.round(at) };
  const what = `Something was inserted after picture ${before - 1} that was not recorded there (${stretches} pieces).`;
  return finding('inserted', where, what, place);
}
