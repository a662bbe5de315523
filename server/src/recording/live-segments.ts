import type { TimeRange, UnixMs } from '@nightjar/contract';
import type { ChunkMeta } from '../media/chunk.ts';
import type { OpenedSegment } from '../media/protocol.ts';
import { endOf, type Run, rounded, type Segment, type SegmentWithChunks } from './segment.ts';

/** A segment that the database does not know completely: it grows, or its end is not saved yet. */
export interface LiveSegment extends Segment {
  chunks: ChunkMeta[];
  run: Run | null;
}

/** What identifies a segment to the worker that writes it. */
interface SegmentName {
  cameraId: string;
  runId: string;
  sequence: number;
}

export const keyOf = ({ runId, sequence }: SegmentName): string => `${runId} ${sequence}`;

/** The newest segments, in memory: what readers see of them is never older than the last chunk reported. */
export class LiveSegments {
  readonly #byKey = new Map<string, LiveSegment>();

  open(id: number, opened: OpenedSegment, run: Run | null): LiveSegment {
    const startAt = rounded(opened.startMs);
    const segment: LiveSegment = {
      id,
      cameraId: opened.cameraId,
      volumeId: opened.volumeId,
      runId: opened.runId,
      sequence: opened.sequence,
      path: opened.path,
      startAt,
      endAt: startAt,
      sizeBytes: opened.headLength,
      headLength: opened.headLength,
      state: 'open',
      chunks: [],
      run,
    };
    this.add(segment);
    return segment;
  }

  add(segment: LiveSegment): void {
    this.#byKey.set(keyOf(segment), segment);
  }

  find(name: SegmentName): LiveSegment | undefined {
    return this.#byKey.get(keyOf(name));
  }

  get(cameraId: string, id: number): LiveSegment | undefined {
    return this.ofCamera(cameraId).find((segment) => segment.id === id);
  }

  ofCamera(cameraId: string): LiveSegment[] {
    return [...this.#byKey.values()].filter((segment) => segment.cameraId === cameraId);
  }

  remove(segment: LiveSegment): void {
    this.#byKey.delete(keyOf(segment));
  }

  /** What is in memory of a camera now; later changes do not show in it. */
  snapshot(cameraId: string): LiveSnapshot {
    const segments = this.ofCamera(cameraId).map((segment) => ({ ...segment, chunks: [...segment.chunks] }));
    return new LiveSnapshot(segments);
  }
}

/** Taken before the database is asked: a segment saved in between shows once all the same. */
export class LiveSnapshot {
  readonly #segments: LiveSegment[];
  readonly #ids: Set<number>;

  constructor(segments: LiveSegment[]) {
    this.#segments = segments;
    this.#ids = new Set(segments.map((segment) => segment.id));
  }

  /** `rows` with the segments of this snapshot, which know better, in place of theirs; those in `range`, oldest first. */
  over<T extends { id: number; startAt: number; endAt: number }>(
    rows: readonly T[],
    range: TimeRange,
  ): (T | LiveSegment)[] {
    const live = this.#segments.filter(
      (segment) => segment.startAt < range.to && segment.endAt > range.from && segment.chunks.length > 0,
    );
    return [...rows.filter((row) => !this.#ids.has(row.id)), ...live].sort((a, b) => a.startAt - b.startAt);
  }

  get extents(): Array<{ startAt: number; endAt: number }> {
    return this.#segments.map(({ startAt, endAt }) => ({ startAt, endAt }));
  }

  get runs(): Run[] {
    return this.#segments.flatMap(({ run }) => (run ? [run] : []));
  }
}

/** Takes over what scanning the file, or a message about it, has shown to be in it. */
export function grow(segment: LiveSegment, chunk: ChunkMeta): void {
  segment.chunks.push(chunk);
  segment.endAt = rounded(endOf(chunk));
  segment.sizeBytes = chunk.offset + chunk.sizeBytes;
}

export function replaceChunks(segment: SegmentWithChunks, chunks: readonly ChunkMeta[]): void {
  const last = chunks.at(-1);
  segment.chunks = [...chunks];
  segment.endAt = last ? rounded(endOf(last)) : (segment.startAt as UnixMs);
  segment.sizeBytes = last ? last.offset + last.sizeBytes : segment.headLength;
}
