import type { ArchiveFormat } from '@nightjar/contract';
import type { AudioConfig, VideoConfig } from '../access-unit.ts';
import { GstWriter } from './gst-writer.ts';
import { Mp4Writer } from './mp4-writer.ts';

/** A frame, or a line of text, with its times in the file, nanoseconds since the first decode time. */
export interface MuxFrame {
  track: 'video' | 'audio' | 'text';
  data: Buffer;
  ptsNs: number;
  dtsNs: number;
  durationNs: number;
  keyframe: boolean;
}

/** What a file consists of. */
export interface FileTracks {
  video: VideoConfig;
  /** Parameter sets also come, and may change, among the pictures. */
  parameterSetsInStream: boolean;
  audio: AudioConfig | null;
  /** A track of UTF-8 text; transport streams have none. */
  text: boolean;
}

/** What is known before the first frame. */
export interface FileWish {
  format: ArchiveFormat;
  path: string;
  title: string;
  /** A frame may be shown for hours. */
  hasLongFrames: boolean;
  /** At the most, about; for the room of an MP4's tables. */
  expected: { videoFrames: number; seconds: number };
}

/** Puts frames into a file; each track's in decoding order. */
export interface FileWriter extends AsyncDisposable {
  /** Copies the frame. @returns whether `room` is to be awaited. @throws {NvrError} */
  write(frame: MuxFrame): boolean;
  /** Resolves when there is room for more. @throws {NvrError} `disk_full`, `disk_error`, `pipeline_failed`. */
  room(): Promise<void>;
  /** Resolves when the file is complete, but not synced. @param createdMs UTC of its first picture. */
  end(createdMs: number): Promise<void>;
}

/** Opens a file that is then to be written; what is there is replaced. @throws {NvrError} */
export function openWriter(tracks: FileTracks, wish: FileWish): Promise<FileWriter> {
  return wish.format === 'mp4' ? Mp4Writer.open(tracks, wish) : GstWriter.open(tracks, wish);
}
