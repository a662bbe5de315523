import type { UnixMs } from '@nightjar/contract';
import type { ChunkMeta } from '../media/chunk.ts';

/** A recorded file, finished or still growing. */
export interface Segment {
  /** Never given to another segment. */
  id: number;
  cameraId: string;
  volumeId: string;
  runId: string;
  /** Number in its run, from 1. */
  sequence: number;
  /** Relative to the volume. */
  path: string;
  /** First frame. */
  startAt: UnixMs;
  /** End of the last frame that is in the file. */
  endAt: UnixMs;
  /** Written so far. */
  sizeBytes: number;
  /** Offset of the first chunk. */
  headLength: number;
  state: 'open' | 'closed';
}

/** What the index has to know of the volumes; a `VolumeSet` of the storage is one. */
export interface Volumes {
  list(): ReadonlyArray<{ id: string; root: string }>;
  /** Absolute. */
  rootOf(id: string): string;
  /** Whether its disk is there. */
  isPresent(id: string): boolean;
}

export interface SegmentWithChunks extends Segment {
  /** In file order; the first begins with a keyframe. */
  chunks: readonly ChunkMeta[];
}

/** An unbroken stretch from one pipeline with one codec configuration, as the index keeps it. */
export interface Run {
  id: string;
  cameraId: string;
  /** Media time 0. */
  startAt: UnixMs;
  videoCodec: 'h264' | 'h265';
  /** RFC 6381, video first. */
  codecStrings: string[];
  width: number;
  height: number;
  audioCodec: string | null;
  /** `ftyp` + `moov`, the same bytes in each segment of the run. */
  initLength: number;
}

export const endOf = (chunk: ChunkMeta): number => chunk.startMs + chunk.duration / 90;
export const rounded = (ms: number): UnixMs => Math.round(ms) as UnixMs;
