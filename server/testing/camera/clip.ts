import { parseCaps } from '../../src/media/gst/index.ts';
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

/** Orders `dueMs`, puts the parameter sets before each keyframe as cameras do, finds `stampOffset`. */
export function finishVideo(
  codec: VideoCodec,
  caps: string,
  durationMs: number,
  frames: Array<Pick<VideoFrame, 'data' | 'ptsMs' | 'keyframe'>>,
): VideoClip {
  const times = frames.map((frame) => frame.ptsMs).sort((a, b) => a - b);
  const codecData = parseCaps(caps).fields.codec_data;
  if (!Buffer.isBuffer(codecData)) throw new Error(`caps without codec_data: ${caps}`);
  const parameterSets = codec === 'h264' ? h264ParameterSets(codecData) : h265ParameterSets(codecData);
  const finished = frames.map(({ data: picture, keyframe, ptsMs }, i) => {
    const data = keyframe ? Buffer.concat([...parameterSets, picture]) : picture;
    return { data, ptsMs, keyframe, dueMs: times[i] ?? 0, stampOffset: stampOffset(codec, data) };
  });
  return { codec, caps, durationMs, frames: finished };
}

/** NAL units with 4-byte lengths, from an AVCDecoderConfigurationRecord (ISO 14496-15). */
function h264ParameterSets(record: Buffer): Buffer[] {
  const sps = nalUnits(record, 6, (record[5] ?? 0) & 0x1f);
  const pps = nalUnits(record, sps.end + 1, record[sps.end] ?? 0);
  return [...sps.units, ...pps.units];
}

/** The same from an HEVCDecoderConfigurationRecord. */
function h265ParameterSets(record: Buffer): Buffer[] {
  const units: Buffer[] = [];
  let at = 23;
  for (let arrays = record[22] ?? 0; arrays > 0; arrays--) {
    const array = nalUnits(record, at + 3, record.readUInt16BE(at + 1));
    units.push(...array.units);
    at = array.end;
  }
  return units;
}

function nalUnits(record: Buffer, start: number, count: number): { units: Buffer[]; end: number } {
  const units: Buffer[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    const size = record.readUInt16BE(at);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(size);
    units.push(Buffer.concat([length, record.subarray(at + 2, at + 2 + size)]));
    at += 2 + size;
  }
  return { units, end: at };
}

function stampOffset(codec: VideoCodec, data: Buffer): number {
  for (let at = 0; at + 5 <= data.length; at += 4 + data.readUInt32BE(at)) {
    const header = data[at + 4] ?? 0;
    const type = codec === 'h264' ? header & 0x1f : (header >> 1) & 0x3f;
    if (codec === 'h264' ? type >= 1 && type <= 5 : type < 32) return at;
  }
  return data.length;
}
