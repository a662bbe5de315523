import type { AudioConfig, VideoConfig } from '../media/access-unit.ts';

const startCode = Buffer.from([0, 0, 0, 1]);

/** The same access unit with start codes for lengths (ITU-T H.264 Annex B); of the same size, since lengths have 4 bytes. */
export function byteStreamOf(accessUnit: Buffer): Buffer {
  const stream = Buffer.from(accessUnit);
  for (let at = 0; at + 4 <= stream.length; ) {
    const size = stream.readUInt32BE(at);
    startCode.copy(stream, at);
    at += 4 + size;
  }
  return stream;
}

/** What decoders need before the first picture, as a byte stream. */
export function parameterSetsOf({ codec, codecData }: VideoConfig): Buffer {
  const units = codec === 'h264' ? h264Units(codecData) : h265Units(codecData);
  return Buffer.concat(units.flatMap((unit) => [startCode, unit]));
}

/** AVCDecoderConfigurationRecord (ISO 14496-15, 5.3.3.1). */
function h264Units(record: Buffer): Buffer[] {
  const sps = readUnits(record, 6, (record[5] ?? 0) & 0x1f);
  const pps = readUnits(record, sps.end + 1, record[sps.end] ?? 0);
  return [...sps.units, ...pps.units];
}

/** HEVCDecoderConfigurationRecord (ISO 14496-15, 8.3.3.1): arrays of units, each behind a byte for their type. */
function h265Units(record: Buffer): Buffer[] {
  const units: Buffer[] = [];
  let at = 23;
  for (let arrays = record[22] ?? 0; arrays > 0; arrays -= 1) {
    const array = readUnits(record, at + 3, record.readUInt16BE(at + 1));
    units.push(...array.units);
    at = array.end;
  }
  return units;
}

function readUnits(record: Buffer, start: number, count: number): { units: Buffer[]; end: number } {
  const units: Buffer[] = [];
  let at = start;
  for (let n = 0; n < count; n += 1) {
    const size = record.readUInt16BE(at);
    units.push(record.subarray(at + 2, at + 2 + size));
    at += 2 + size;
  }
  return { units, end: at };
}

/** Of what `byteStreamOf` gives, a buffer for each NAL unit or several. */
export const videoCaps = ({ codec, width, height }: VideoConfig): string =>
  `video/x-${codec},stream-format=byte-stream,alignment=nal,width=${width},height=${height}`;

export const audioCaps = ({ sampleRate, channels, codecData }: AudioConfig): string =>
  `audio/mpeg,mpegversion=4,stream-format=raw,framed=true,rate=${sampleRate},channels=${channels},` +
  `codec_data=(buffer)${codecData.toString('hex')}`;
