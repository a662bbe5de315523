import type { ArchiveFormat } from '@nightjar/contract';

/** Whole chunks of a segment file. */
export interface RemuxRange {
  /** Absolute. */
  file: string;
  /** Offset of the first chunk; the first range begins with a keyframe. */
  from: number;
  /** End of the last chunk. */
  to: number;
  /** Video frames in it, as the index knows: another number in the file is damage. */
  frames: number;
  /** Only the sound that belongs to the pictures before: a chunk's sound may lie a little behind its pictures. */
  soundOnly?: boolean;
}

/** Make one file of these ranges, or several where the codec configuration changes. */
export interface RemuxRequest {
  format: ArchiveFormat;
  /** In playing order. */
  ranges: RemuxRange[];
  /** Absolute path of the first file; others get `.2`, `.3` … behind it. What is there is replaced. */
  target: string;
}

/** A file that was written, synced, read back and found whole. */
export interface RemuxedFile {
  /** Absolute. */
  path: string;
  sizeBytes: number;
  /** UTC of the first picture, Unix milliseconds. */
  fromMs: number;
  /** UTC of the end of the last picture. */
  toMs: number;
  videoFrames: number;
}
