import type { AudioConfig, VideoConfig } from './access-unit.ts';

/** What the index keeps of a chunk. */
export interface ChunkMeta {
  /** Byte offset in the segment file; the chunk begins with its `prft` box. */
  offset: number;
  sizeBytes: number;
  /** Decode time of the first video frame, ticks of 1/90000 s since the run's start (the video `tfdt`). */
  mediaTime: number;
  /** Video duration, ticks of 1/90000 s. */
  duration: number;
  /** UTC of `mediaTime`, Unix milliseconds with fraction. */
  startMs: number;
  /** The chunk begins with a keyframe. */
  keyframe: boolean;
  /** Number of video frames. */
  frames: number;
}

/** Up to 500 ms of media: `prft` + `moof` + `mdat`, the same bytes on disk and to viewers. */
export interface Chunk extends Omit<ChunkMeta, 'offset'> {
  /** Number of the chunk in its run, from 1 (the `mfhd` sequence number). */
  sequence: number;
  bytes: Buffer;
}

/** An unbroken stretch from one pipeline with one codec configuration. */
export interface RunInfo {
  runId: string;
  cameraId: string;
  /** UTC of media time 0, Unix milliseconds with fraction. */
  startMs: number;
  /**
   * What came before it: a camera that was not connected; frames of the same connection with another configuration; or
   * such frames stamped by another clock, since the system clock was set.
   */
  startedBy: 'connection' | 'configuration' | 'clock';
  video: VideoConfig;
  audio: AudioConfig | null;
  /** RFC 6381, video first. */
  codecStrings: string[];
  /** `ftyp` + `moov`. */
  init: Buffer;
}

/** Content of the `uuid` box in each segment: enough to rebuild the index from files alone. */
export interface SegmentInfo {
  /** Version of this box and of the file layout. */
  format: 1;
  cameraId: string;
  runId: string;
  /** Number of the segment in its run, from 1. */
  sequence: number;
  /** UTC of the first frame, Unix milliseconds with fraction. */
  startMs: number;
  /** UTC of the run's media time 0, Unix milliseconds with fraction. */
  runStartMs: number;
  /** Offset of the recorder's time zone from UTC at `startMs`, minutes. */
  utcOffsetMinutes: number;
  /** IANA name. */
  timeZone: string;
}
