import { mergeNear } from '../shared/ranges.ts';
import type { Piece } from './piece.ts';

interface Range {
  from: number;
  to: number;
}

/** Locks, bookmarks and what is still to be exported, merged for each camera: which segments no rule may take. */
export class Protection {
  readonly #ranges: Map<string, Range[]>;

  constructor(marks: ReadonlyArray<Range & { cameraId: string }>) {
    const byCamera = Map.groupBy(marks, ({ cameraId }) => cameraId);
    this.#ranges = new Map([...byCamera].map(([cameraId, ofCamera]) => [cameraId, mergeNear(ofCamera)]));
  }

  /** `[from, to)`, oldest first, without overlaps. */
  rangesOf(cameraId: string): readonly Range[] {
    return this.#ranges.get(cameraId) ?? [];
  }

  /** Which segments of a piece are protected. A mark protects each segment that it overlaps. */
  of({ id, cameraId, startAt, endAt }: Piece): 'all' | 'some' | 'none' {
    const ranges = this.rangesOf(cameraId);
    const next = ranges[firstEndingAfter(ranges, startAt)];
    if (next === undefined || next.from >= endAt) return 'none';
    return id !== null || (next.from <= startAt && next.to >= endAt) ? 'all' : 'some';
  }
}

function firstEndingAfter(ranges: readonly Range[], at: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle] as Range).to > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
