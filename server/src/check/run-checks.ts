import { decodeChunkIndex } from '../media/fmp4/index.ts';
import type { CheckContext } from './context.ts';
import type { Finding } from './finding.ts';

/** Starts and ends are rounded. */
const toleranceMs = 2;

interface SegmentOfRun {
  run_id: string;
  sequence: number;
  path: string;
  start_at: number;
  end_at: number;
  /** Only in a full check. */
  chunks?: Uint8Array;
}

/**
 * Follows each run through its segments: none may begin before the one before it ends, by the clock or, with `full`, by
 * media time.
 */
export async function judgeSequences({ database: { sqlite } }: CheckContext, full: boolean): Promise<Finding[]> {
  const columns = `run_id, sequence, path, start_at, end_at${full ? ', chunks' : ''}`;
  const rows = sqlite
    .prepare(`SELECT ${columns} FROM segments WHERE state <> 'deleting' ORDER BY run_id, sequence`)
    .iterate() as Iterable<unknown> as Iterable<SegmentOfRun>;
  const findings: Finding[] = [];
  let previous: SegmentOfRun | null = null;
  for (const row of rows) {
    if (previous?.run_id === row.run_id) findings.push(...judgePair(previous, row));
    previous = { ...row };
  }
  return findings;
}

function judgePair(previous: SegmentOfRun, row: SegmentOfRun): Finding[] {
  const where = row.path;
  if (row.start_at < previous.end_at - toleranceMs) {
    const ms = previous.end_at - row.start_at;
    return [{ kind: 'overlap', where, what: `it begins ${ms} ms before ${previous.path} ends` }];
  }
  const end = mediaRange(previous)?.end;
  const start = mediaRange(row)?.start;
  if (end === undefined || start === undefined || start >= end) return [];
  return [{ kind: 'time_broken', where, what: `media time goes back by ${end - start} ticks after ${previous.path}` }];
}

/** Ticks of 1/90000 s; undefined without chunks, or when the index of them cannot be read (told with the file). */
function mediaRange({ chunks }: SegmentOfRun): { start: number; end: number } | undefined {
  if (!chunks) return undefined;
  try {
    const index = decodeChunkIndex(chunks);
    const [first, last] = [index[0], index.at(-1)];
    return first && last && { start: first.mediaTime, end: last.mediaTime + last.duration };
  } catch {
    return undefined;
  }
}
