/** One video frame or one audio frame as it left the camera, in decode order. */
export interface AccessUnit {
  /** Presentation time, nanoseconds of the pipeline's running time (monotonic clock; exact to 2^53 ns = 104 days). */
  ptsNs: number;
  /** Video: decodable without its predecessors. Audio: always true. */
  keyframe: boolean;
  /** Video: length-prefixed NAL units (ISO 14496-15, 4-byte lengths). Audio: a raw AAC frame without ADTS header. */
  data: Buffer;
  /** The camera's own clock for this frame (RTCP sender reports), Unix ms; null when the camera does not tell. */
  cameraUnixMs: number | null;
}

export interface VideoConfig {
  codec: 'h264' | 'h265';
  width: number;
  height: number;
  /** AVCDecoderConfigurationRecord or HEVCDecoderConfigurationRecord (ISO 14496-15). */
  codecData: Buffer;
}

export interface AudioConfig {
  codec: 'aac';
  sampleRate: number;
  channels: number;
  /** AudioSpecificConfig (ISO 14496-3). */
  codecData: Buffer;
}
