import type { Chunk, RunInfo } from '../src/media/chunk.ts';
import { writeFragment } from '../src/media/fmp4/index.ts';
import type { LiveFrame } from '../src/media/live-frame.ts';

/** A run of 25 pictures a second, with sound of 48 kHz. */
export const liveRun = (runId: string, startMs = Date.parse('2026-11-22T14:00:00Z')): RunInfo => ({
  runId,
  cameraId: 'yard',
  startMs,
  startedBy: 'connection',
  video: { codec: 'h264', width: 640, height: 360, codecData: Buffer.alloc(0) },
  audio: { codec: 'aac', sampleRate: 48_000, channels: 1, codecData: Buffer.alloc(0) },
  codecStrings: ['avc1.64001e', 'mp4a.40.2'],
  init: Buffer.from(`init of ${runId}`),
});

/** The nth picture of a run; a keyframe each `gopFrames`. */
export const livePicture = (n: number, { gopFrames = 25, sizeBytes = 100 } = {}): LiveFrame => ({
  track: 'video',
  dts: n * 3600,
  pts: n * 3600,
  duration: 3600,
  keyframe: n % gopFrames === 0,
  data: Buffer.alloc(sizeBytes, n),
});

/** The nth frame of sound. */
export const liveSound = (n: number): LiveFrame => ({
  track: 'audio',
  dts: n * 1024,
  pts: n * 1024,
  duration: 1024,
  keyframe: true,
  data: Buffer.alloc(10, n),
});

/** Frames as the worker replays them. */
export function liveChunk(sequence: number, frames: readonly LiveFrame[]): Chunk {
  const video = frames.filter(({ track }) => track === 'video');
  const bytes = writeFragment({ sequence, runStartMs: 0, frames });
  const mediaTime = video[0]?.dts ?? 0;
  return {
    sequence,
    bytes,
    sizeBytes: bytes.length,
    mediaTime,
    duration: video.length * 3600,
    startMs: mediaTime / 90,
    keyframe: video[0]?.keyframe ?? false,
    frames: video.length,
  };
}
