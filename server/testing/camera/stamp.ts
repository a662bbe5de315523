/**
 * The mark in every video frame of the simulated camera: an SEI message user_data_unregistered (ITU-T H.264 D.1.6,
 * H.265 D.2.7) with our uuid, the capture time (8 bytes, Unix microseconds) and the frame counter (4 bytes), big-endian.
 * The uuid has no zero byte, so it is found as it is whatever emulation prevention does around it.
 */
const UUID = Buffer.from('NIGHTJARCLOCK001', 'latin1');
const FIELDS_LENGTH = 12;

export interface FrameStamp {
  /** Capture time by the camera's clock, Unix milliseconds with fraction. */
  wallMs: number;
  /** Counts the frames that a mount sent, from 0, in the order of sending. */
  frame: number;
}

export type VideoCodec = 'h264' | 'h265';

/** A NAL unit without start code or length. */
export function stampNal(codec: VideoCodec, stamp: FrameStamp): Buffer {
  const fields = Buffer.alloc(FIELDS_LENGTH);
  fields.writeBigUInt64BE(BigInt(Math.round(stamp.wallMs * 1000)), 0);
  fields.writeUInt32BE(stamp.frame >>> 0, 8);
  const header = codec === 'h264' ? [0x06] : [0x4e, 0x01];
  return Buffer.concat([
    Buffer.from([...header, 5, UUID.length + FIELDS_LENGTH]),
    UUID,
    withEmulation(fields),
    Buffer.from([0x80]),
  ]);
}

/** Reads the mark from an access unit, length-prefixed or with start codes; null when it has none. */
export function readFrameStamp(accessUnit: Buffer, _codec?: VideoCodec): FrameStamp | null {
  const at = accessUnit.indexOf(UUID);
  if (at < 0) return null;
  const fields = withoutEmulation(accessUnit, at + UUID.length);
  return fields && { wallMs: Number(fields.readBigUInt64BE(0)) / 1000, frame: fields.readUInt32BE(8) };
}

/** The marks of all frames in a stretch of stream, in its order. */
export function readFrameStamps(stream: Buffer): FrameStamp[] {
  const stamps: FrameStamp[] = [];
  for (let at = stream.indexOf(UUID); at >= 0; at = stream.indexOf(UUID, at + UUID.length)) {
    const stamp = readFrameStamp(stream.subarray(at));
    if (stamp !== null) stamps.push(stamp);
  }
  return stamps;
}

/** Inserts the emulation prevention bytes: 0 0 x → 0 0 3 x for x ≤ 3. */
function withEmulation(bytes: Buffer): Buffer {
  const escaped: number[] = [];
  let zeros = 0;
  for (const byte of bytes) {
    if (zeros >= 2 && byte <= 3) {
      escaped.push(3);
      zeros = 0;
    }
    escaped.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Buffer.from(escaped);
}

function withoutEmulation(bytes: Buffer, from: number): Buffer | null {
  const fields = Buffer.alloc(FIELDS_LENGTH);
  let zeros = 0;
  let read = from;
  for (let written = 0; written < FIELDS_LENGTH; read++) {
    const byte = bytes[read];
    if (byte === undefined) return null;
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    fields[written++] = byte;
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return fields;
}
