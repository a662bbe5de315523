import { NvrError } from '../../shared/errors.ts';

/** Elements that take containers apart, by how the bytes begin. */
const containers: Array<{ demuxer: string; begins(bytes: Buffer): boolean }> = [
  { demuxer: 'tsdemux', begins: (bytes) => bytes[0] === 0x47 && (bytes.length < 189 || bytes[188] === 0x47) },
  { demuxer: 'flvdemux', begins: (bytes) => bytes.toString('latin1', 0, 3) === 'FLV' },
  { demuxer: 'matroskademux', begins: (bytes) => bytes.readUInt32BE(0) === 0x1a45dfa3 },
  {
    demuxer: 'qtdemux',
    begins: (bytes) => /^(ftyp|styp|moov|moof|mdat|sidx|free|wide)$/.test(bytes.toString('latin1', 4, 8)),
  },
  {
    demuxer: 'avidemux',
    begins: (bytes) => bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'AVI ',
  },
];

/** So many bytes tell. */
export const sniffBytes = 376;

/**
 * The element for what begins with these bytes.
 * @param what stands there, for people: `clip.mp4`, `10.0.0.2:80`.
 * @throws {NvrError} `camera_protocol_error` when it is none that is known.
 */
export function demuxerFor(bytes: Buffer, what: string): string {
  const found = bytes.length < 12 ? undefined : containers.find(({ begins }) => begins(bytes));
  if (found) return found.demuxer;
  throw new NvrError(
    'camera_protocol_error',
    `${what} is no video that can be read: MPEG-TS, MP4, Matroska, FLV and AVI can, and MJPEG and HLS over HTTP.`,
  );
}
