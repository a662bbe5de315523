import type { RunRow, SegmentRow } from '../database/index.ts';
import type { ChunkMeta } from '../media/chunk.ts';
import {
  bitstreamProblem,
  type ChunkVisitor,
  decodeChunkIndex,
  MediaTimes,
  sampleProblem,
} from '../media/fmp4/index.ts';
import type { Run } from '../recording/index.ts';
import { playableChunks, type ScannedFile, scanFile } from '../recording/scanned-file.ts';
import { amount } from '../shared/amounts.ts';
import type { CheckContext } from './context.ts';
import type { Finding, FindingKind } from './finding.ts';
import type { CheckedVolume } from './volumes.ts';

type Complaint = [kind: FindingKind, what: string];
type ScannedSegment = Extract<ScannedFile, { outcome: 'segment' }>;

/** What the index rounds. */
const toleranceMs = 1;

/** Reads a file's boxes, and with `media` its pictures too, and compares them with the index. */
export async function judgeContents(
  { database: { db } }: CheckContext,
  volume: CheckedVolume,
  id: number,
  media: boolean,
): Promise<Finding[]> {
  // Read now, not with the folder: a segment that grows is compared with what was already saved of it.
  const row = await db.selectFrom('segments').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row || row.state === 'deleting') return [];
  const run = await db.selectFrom('runs').selectAll().where('id', '=', row.run_id).executeTakeFirst();
  const complaints = new Complaints();
  try {
    const scanned = await scanFile({ volume, path: row.path }, chunkChecks(complaints, media));
    for (const complaint of differences(row, run, scanned)) complaints.add(complaint);
  } catch (error) {
    complaints.add(['file_unreadable', (error as Error).message]);
  }
  return complaints.of(row.path);
}

/** Of each kind the first of a file, with the number of those that are like it. */
class Complaints {
  readonly #first = new Map<FindingKind, { what: string; more: number }>();

  add([kind, what]: Complaint): void {
    const first = this.#first.get(kind);
    if (first) first.more += 1;
    else this.#first.set(kind, { what, more: 0 });
  }

  of(where: string): Finding[] {
    return [...this.#first].map(([kind, { what, more }]) => ({
      ...{ kind, where },
      what: more === 0 ? what : `${what}; and ${more} more`,
    }));
  }
}

function chunkChecks(complaints: Complaints, media: boolean): ChunkVisitor {
  const times = new MediaTimes();
  return async (chunk, source) => {
    const at = `at byte ${chunk.meta.offset}: `;
    const step = times.follow(chunk);
    if (step) complaints.add(['time_broken', at + step]);
    const samples = sampleProblem(chunk);
    if (samples) complaints.add(['samples_implausible', at + samples]);
    const bits = media && !samples ? await bitstreamProblem(chunk, source) : null;
    if (bits) complaints.add(['bitstream_broken', at + bits]);
  };
}

function differences(row: SegmentRow, run: RunRow | undefined, scanned: ScannedFile): Complaint[] {
  switch (scanned.outcome) {
    case 'missing': // told by the comparison of files and rows
      return [];
    case 'unknown':
      return [['head_damaged', scanned.why]];
    case 'misplaced':
      return [['identity_differs', `it says that it is of the camera "${scanned.cameraId}"`]];
    case 'empty':
      // Its first chunk is still to come.
      return row.state === 'open' ? [] : [['damaged', 'nothing in it can be played']];
    case 'segment':
      return segmentDifferences(row, run, scanned);
  }
}

function segmentDifferences(row: SegmentRow, run: RunRow | undefined, scanned: ScannedSegment): Complaint[] {
  const { segment, scan } = scanned;
  if (segment.runId !== row.run_id || segment.sequence !== row.sequence) {
    return [['identity_differs', `it says that it is number ${segment.sequence} of the run ${segment.runId}`]];
  }
  const found: Complaint[] = scan.damage.map(({ from, to }) => [
    'damaged',
    `${amount(to - from)} from byte ${from} on${momentOf(scan.chunks, from)}`,
  ]);
  // Of a segment that was left open by a power cut the row may know more than the disk; the next start corrects it.
  if (row.size_bytes > scan.validBytes && row.state === 'closed') {
    found.push(['damaged', `from byte ${scan.validBytes} to the end${momentOf(scan.chunks, scan.validBytes)}`]);
  }
  const difference = indexDifference(row, scanned);
  if (difference) found.push(['index_differs', difference]);
  const ofRun = run && runDifference(run, scanned.run);
  if (ofRun) found.push(['index_differs', `its run: ${ofRun}`]);
  return found;
}

/** About when that was recorded. */
function momentOf(chunks: readonly ChunkMeta[], offset: number): string {
  const before = chunks.findLast((chunk) => chunk.offset < offset);
  return before ? `, about ${new Date(before.startMs + before.duration / 90).toISOString()}` : '';
}

/** The first difference that is not damage; null when there is none. */
function indexDifference(row: SegmentRow, { segment, scan }: ScannedSegment): string | null {
  if (row.head_length !== segment.headLength) return `its head has ${segment.headLength} bytes, not ${row.head_length}`;
  if (scan.damage.length === 0 && Math.abs(row.start_at - segment.startAt) > toleranceMs) {
    return `it begins at ${new Date(segment.startAt).toISOString()}, not ${new Date(row.start_at).toISOString()}`;
  }
  let indexed: ChunkMeta[];
  try {
    indexed = decodeChunkIndex(row.chunks);
  } catch (error) {
    return `its chunk index cannot be read: ${(error as Error).message}`;
  }
  const last = indexed.at(-1);
  if (last && Math.abs(row.end_at - (last.startMs + last.duration / 90)) > toleranceMs) {
    return 'its end is not that of its last chunk';
  }
  return chunkDifference(row, indexed, { segment, scan });
}

function chunkDifference(
  { state }: SegmentRow,
  indexed: readonly ChunkMeta[],
  { scan }: Pick<ScannedSegment, 'segment' | 'scan'>,
): string | null {
  const inFile = new Map(scan.chunks.map((chunk) => [chunk.offset, chunk]));
  const isDamaged = (offset: number) =>
    offset >= scan.validBytes || scan.damage.some(({ from, to }) => offset >= from && offset < to);
  for (const chunk of indexed) {
    const found = inFile.get(chunk.offset);
    if (found ? !isSame(found, chunk) : !isDamaged(chunk.offset)) {
      return found ? `the chunk at byte ${chunk.offset} is another` : `there is no chunk at byte ${chunk.offset}`;
    }
  }
  const known = new Set(indexed.map(({ offset }) => offset));
  const until = state === 'open' ? (indexed.at(-1)?.offset ?? 0) : Number.POSITIVE_INFINITY;
  const missing = playableChunks(scan).find(({ offset }) => !known.has(offset) && offset < until);
  return missing ? `the chunk at byte ${missing.offset} is not in the index` : null;
}

const isSame = (a: ChunkMeta, b: ChunkMeta): boolean =>
  a.sizeBytes === b.sizeBytes &&
  a.mediaTime === b.mediaTime &&
  a.duration === b.duration &&
  a.frames === b.frames &&
  a.keyframe === b.keyframe &&
  Math.abs(a.startMs - b.startMs) <= toleranceMs;

function runDifference(row: RunRow, run: Run): string | null {
  const pairs: Array<[name: string, inFile: unknown, inIndex: unknown]> = [
    ['camera', run.cameraId, row.camera_id],
    ['codec', run.codecStrings.join(','), row.codec_string],
    ['width', run.width, row.width],
    ['height', run.height, row.height],
    ['sound', run.audioCodec, row.audio_codec],
    ['length of ftyp and moov', run.initLength, row.init_length],
    ['beginning', run.startAt, row.started_at],
  ];
  const different = pairs.find(([, inFile, inIndex]) => inFile !== inIndex);
  return different ? `${different[0]} ${different[1]} in the file, ${different[2]} in the index` : null;
}
