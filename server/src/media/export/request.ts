import type { ExportFormat, ExportSettings } from '@nightjar/contract';
import type { RemuxRange } from '../remux/index.ts';

/** Make one file of a range of one stream, or several where the codec configuration changes. */
export interface ExportRequest {
  /**
   * Whole chunks, in playing order, each run's from a keyframe on. More than the range needs does no harm: a group of pictures
   * before it, since pictures may be shown later than they are decoded, and two seconds behind it for the last sound.
   */
  ranges: RemuxRange[];
  /** UTC, Unix milliseconds; `toMs` itself is not in it. */
  fromMs: number;
  toMs: number;
  format: ExportFormat;
  cut: ExportSettings['cut'];
  times: ExportSettings['times'];
  /** How many times faster than life, without sound; null: as it was. */
  timelapse: { speed: number } | null;
  sound: boolean;
  /** IANA name, of the times that are shown. */
  timeZone: string;
  /** Shown beside the times. */
  cameraName: string;
  /** For the file's metadata. */
  title: string;
  /** Absolute path of the first file; others get `.2`, `.3` … behind it, subtitle files `.srt`. What is there is replaced. */
  target: string;
  /** Whether `ExportedFile.pieces` is wanted. */
  pieces: boolean;
}

/** A stretch of a file's video frames, in the file's order, that come of one chunk of the recording. */
export interface ExportPiece {
  /** UTC of its first picture, Unix milliseconds with fraction; the smallest when pictures are reordered. */
  fromMs: number;
  /** UTC of the end of its last picture. */
  toMs: number;
  frames: number;
  /**
   * SHA-256, hexadecimal, of the frames' bytes one after the other as a demuxer gives them: NAL units with 4-byte lengths as
   * recorded. In transport streams of the slices only, without start codes and trailing zeros.
   */
  sha256: string;
  /** The chunk, when these are all its pictures, untouched; null when they were encoded anew, or are not all. */
  source: { file: string; chunkOffset: number } | null;
}

/** A file that was written, synced, read back and found whole. */
export interface ExportedFile {
  /** Absolute. */
  path: string;
  /** UTC of the first picture, Unix milliseconds with fraction. */
  fromMs: number;
  /** UTC of the end of the last picture. */
  toMs: number;
  /** Playing time: gaps are left out. */
  durationMs: number;
  sizeBytes: number;
  videoFrames: number;
  /** Of `videoFrames`: encoded anew. */
  encodedFrames: number;
  /** A subtitle file beside the video file before it; it has no frames. */
  subtitles: boolean;
  /** Of the whole file, hexadecimal. */
  sha256: string;
  /** null when not wanted. */
  pieces: ExportPiece[] | null;
}
