import { parseAudioConfig } from './audio-config.ts';

/**
 * RFC 6381 name of a track: `avc1.640028`, `hvc1.1.6.L93.B0` (ISO 14496-15, annex E.3), `mp4a.40.2`.
 * `codecData`: AVC- or HEVCDecoderConfigurationRecord, or AudioSpecificConfig.
 */
export function codecStringOf(codec: 'h264' | 'h265' | 'aac', codecData: Buffer): string {
  if (codec === 'h264') return `avc1.${codecData.toString('hex', 1, 4).toUpperCase()}`;
  if (codec === 'h265') return `hvc1.${hevcProfile(codecData)}`;
  return `mp4a.40.${parseAudioConfig(codecData).objectType}`;
}

function hevcProfile(record: Buffer): string {
  const first = record.readUInt8(1);
  const space = ['', 'A', 'B', 'C'][first >> 6] ?? '';
  const tier = (first & 0x20) === 0 ? 'L' : 'H';
  const compatibility = reversedBits(record.readUInt32BE(2)).toString(16).toUpperCase();
  const constraints = [...record.subarray(6, 12)];
  while (constraints.at(-1) === 0) constraints.pop();
  return [
    `${space}${first & 0x1f}`,
    compatibility,
    `${tier}${record.readUInt8(12)}`,
    ...constraints.map((byte) => byte.toString(16).toUpperCase()),
  ].join('.');
}

function reversedBits(value: number): number {
  let reversed = 0;
  for (let bit = 0; bit < 32; bit++) if ((value >>> bit) & 1) reversed += 2 ** (31 - bit);
  return reversed;
}
