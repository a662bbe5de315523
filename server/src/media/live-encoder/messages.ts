import type { AudioConfig, VideoConfig } from '../access-unit.ts';
import type { LiveFrame } from '../live-frame.ts';

/** How a stream's pictures are to be encoded. */
export interface PicturePlan {
  /** Of the pictures that come. */
  video: VideoConfig;
  width: number;
  height: number;
  bitrateKbps: number;
  /** H.264 encoder element. */
  encoder: string;
}

/** main → encoder process. A job is one run's pictures, or its sound; it takes frames of that track only. */
export type ToEncoder =
  | { type: 'pictures'; job: number; plan: PicturePlan }
  | { type: 'sound'; job: number; audio: AudioConfig }
  | { type: 'frames'; job: number; frames: LiveFrame[] }
  | { type: 'end'; job: number };

/** A picture in H.264 (4-byte lengths before NAL units); none refers to a later one. */
export interface EncodedPicture {
  /** Ticks of 1/90000 s, as the picture had that it was made of. */
  time: number;
  keyframe: boolean;
  data: Buffer;
}

export interface OpusFrame {
  /** Of its first sample, milliseconds since the run's start. */
  timeMs: number;
  durationMs: number;
  data: Buffer;
}

/** encoder process → main. */
export type FromEncoder =
  /** `video`: when it is another than before, or the first. The next picture is a keyframe then. */
  | { type: 'encoded'; job: number; video: VideoConfig | null; pictures: EncodedPicture[] }
  | { type: 'opus'; job: number; packets: OpusFrame[] }
  /** The job has ended. */
  | { type: 'failed'; job: number; message: string };
