import type { VideoConfig } from '../../access-unit.ts';
import { parseH264Sps, type SpsFacts } from './h264-sps.ts';
import { parseH265Sps } from './h265-sps.ts';
import { type PixelAspect, squarePixels } from './pixel-aspect.ts';

/**
 * The most frames that may precede one in decoding order and follow it in output order: 0 means that presentation
 * order is decoding order. From the sequence parameter set; null when that does not tell.
 */
export function reorderDepth(config: VideoConfig): number | null {
  const depths = spsFacts(config).map((sps) => sps.reorderDepth);
  if (depths.length === 0) return null;
  return depths.reduce((most, depth) => (most === null || depth === null ? null : Math.max(most, depth)));
}

export function pixelAspect(config: VideoConfig): PixelAspect {
  return spsFacts(config)[0]?.pixelAspect ?? squarePixels;
}

function spsFacts(config: VideoConfig): SpsFacts[] {
  const sets = config.codec === 'h264' ? avcSequenceSets(config.codecData) : hevcSequenceSets(config.codecData);
  return sets.map(config.codec === 'h264' ? parseH264Sps : parseH265Sps).filter((facts) => facts !== null);
}

/** AVCDecoderConfigurationRecord, ISO 14496-15, 5.3.3.1. */
function avcSequenceSets(record: Buffer): Buffer[] {
  const count = (record[5] ?? 0) & 0x1f;
  return lengthPrefixed(record, 6, count);
}

/** HEVCDecoderConfigurationRecord, ISO 14496-15, 8.3.3.1. */
function hevcSequenceSets(record: Buffer): Buffer[] {
  const sets: Buffer[] = [];
  let at = 23;
  for (let array = 0; array < (record[22] ?? 0) && at + 3 <= record.length; array++) {
    const type = (record[at] ?? 0) & 0x3f;
    const units = lengthPrefixed(record, at + 3, record.readUInt16BE(at + 1));
    if (type === 33) sets.push(...units);
    at += 3 + units.reduce((sum, unit) => sum + 2 + unit.length, 0);
  }
  return sets;
}

/** `count` NAL units with 16-bit lengths; fewer when the record is cut short. */
function lengthPrefixed(record: Buffer, start: number, count: number): Buffer[] {
  const units: Buffer[] = [];
  for (let at = start; units.length < count && at + 2 <= record.length; ) {
    const end = at + 2 + record.readUInt16BE(at);
    if (end > record.length) break;
    units.push(record.subarray(at + 2, end));
    at = end;
  }
  return units;
}
