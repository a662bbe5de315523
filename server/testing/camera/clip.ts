import type { AudioCodec } from './options.ts';
import type { VideoCodec } from './stamp.ts';

/** One encoded loop of pictures. */
export interface VideoClip {
  codec: VideoCodec;
  /** For appsrc; `avc` or `hvc1`. */
  caps: string;
  durationMs: number;
  /** In decode order; the first is a keyframe. */
  frames: VideoFrame[];
}

export interface VideoFrame {
  /** Length-prefixed NAL units. */
  data: Buffer;
  /** Presentation time from the loop's start. */
  ptsMs: number;
  /** When a camera would send it: the frame's place in the loop counted in frame times. */
  dueMs: number;
  keyframe: boolean;
  /** Where a mark goes: before the first NAL unit of the picture itself. */
  stampOffset: number;
}

export interface AudioClip {
  codec: Exclude<AudioCodec, 'none'>;
  caps: string;
  durationMs: number;
  frames: Array<{ data: Buffer; ptsMs: number }>;
}

export interface Clip {
  video: VideoClip;
  audio: AudioClip | null;
}

/** Orders `dueMs` and finds `stampOffset`. */
export function finishVideo(
  codec: VideoCodec,
  caps: string,
  durationMs: number,
  frames: Array<Pick<VideoFrame, 'data' | 'ptsMs' | 'keyframe'>>,
): VideoClip {
  const times = frames.map((frame) => frame.ptsMs).sort((a, b) => a - b);
  const finished = frames.map((frame, i) => ({
    ...frame,
    dueMs: times[i] ?? 0,
    stampOffset: stampOffset(codec, frame.data),
  }));
  return { codec, caps, durationMs, frames: finished };
}

function stampOffset(codec: VideoCodec, data: Buffer): number {
  for (let at = 0; at + 5 <= data.length; at += 4 + data.readUInt32BE(at)) {
    const header = data[at + 4] ?? 0;
    const type = codec === 'h264' ? header & 0x1f : (header >> 1) & 0x3f;
    if (codec === 'h264' ? type >= 1 && type <= 5 : type < 32) return at;
  }
  return data.length;
}
