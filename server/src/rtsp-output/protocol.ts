import type { AudioConfig, VideoConfig } from '../media/access-unit.ts';

/** What a reader is told of a stream before the first frame. */
export interface StreamConfig {
  video: VideoConfig;
  audio: AudioConfig | null;
}

/** A frame by the clock on the wall, so that runs follow on each other. */
export interface OutputFrame {
  track: 'video' | 'audio';
  /** When it is to be shown, Unix milliseconds with fraction. */
  utcMs: number;
  keyframe: boolean;
  /** As in `AccessUnit`. */
  data: Buffer;
}

/** main → RTSP server. */
export type ToServer =
  /** First message. `credentials` null: open to everyone. */
  | { type: 'listen'; host: string; port: number; credentials: { user: string; password: string } | null }
  /**
   * The stream can be read at `path` from now on, and what comes next is of this kind; null: not known yet, and readers are
   * asked to come again.
   */
  | { type: 'stream'; streamId: string; path: string; config: StreamConfig | null }
  /** While wanted, in decoding order; the first picture is a keyframe, also after frames were left out. */
  | { type: 'frames'; streamId: string; frames: OutputFrame[] }
  | { type: 'remove'; streamId: string };

/** RTSP server → main. */
export type FromServer =
  | { type: 'listening'; port: number }
  | { type: 'not-listening'; reason: string }
  /** Somebody would read this stream if it were known what it is. */
  | { type: 'asked'; streamId: string }
  /** Somebody reads the stream, or nobody does any more. */
  | { type: 'wanted'; streamId: string; wanted: boolean }
  /** Every second or so, also to say that it is alive. `readers` play now. */
  | { type: 'alive'; readers: number }
  | { type: 'log'; level: 'debug' | 'info' | 'warn'; message: string };
