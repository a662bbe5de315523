import type { AudioConfig, VideoConfig } from '../access-unit.ts';
import { boxesIn, type FoundBox, findBox } from './box-reader.ts';

/** The bytes are no segment file of ours, or its head is torn: no frame in it can be decoded. */
export class SegmentFormatError extends Error {
  override readonly name = 'SegmentFormatError';
}

/** Fixed part of a sample entry, before the boxes in it (ISO 14496-12, 12.1.3 and 12.2.3). */
const videoEntryBytes = 78;
const audioEntryBytes = 28;
/** Of a decoder configuration record without parameter sets, bytes. */
const shortestRecord = { h264: 7, h265: 23 };

/**
 * The codec configuration in an init segment of {@link initSegment}; what follows `moov` is not looked at.
 * @throws {SegmentFormatError} when there is no complete `moov` with H.264 or H.265 video.
 */
export function readInit(init: Buffer): { video: VideoConfig; audio: AudioConfig | null } {
  const moov = findBox(init, 'moov');
  const traks = moov === null ? [] : boxesIn(init, moov.body, moov.end).filter((box) => box.type === 'trak');
  const video = traks.map((trak) => readVideo(init, trak)).find((config) => config !== null);
  const audio = traks.map((trak) => readAudio(init, trak)).find((config) => config !== null);
  if (video === undefined) throw new SegmentFormatError('No moov box with H.264 or H.265 video');
  return { video, audio: audio ?? null };
}

function sampleEntry(init: Buffer, trak: FoundBox, types: readonly string[]): FoundBox | null {
  const stsd = findBox(init, 'mdia/minf/stbl/stsd', trak);
  if (stsd === null) return null;
  return boxesIn(init, stsd.body + 8, stsd.end).find((entry) => types.includes(entry.type)) ?? null;
}

function readVideo(init: Buffer, trak: FoundBox): VideoConfig | null {
  const entry = sampleEntry(init, trak, ['avc1', 'hvc1']);
  if (entry === null) return null;
  const codec = entry.type === 'avc1' ? 'h264' : 'h265';
  const recordType = codec === 'h264' ? 'avcC' : 'hvcC';
  const record = boxesIn(init, entry.body + videoEntryBytes, entry.end).find((box) => box.type === recordType);
  if (record === undefined || record.end - record.body < shortestRecord[codec]) return null;
  return {
    codec,
    width: init.readUInt16BE(entry.body + 24),
    height: init.readUInt16BE(entry.body + 26),
    codecData: init.subarray(record.body, record.end),
  };
}

function readAudio(init: Buffer, trak: FoundBox): AudioConfig | null {
  const entry = sampleEntry(init, trak, ['mp4a']);
  const mdhd = findBox(init, 'mdia/mdhd', trak);
  if (entry === null || mdhd === null || mdhd.end - mdhd.body < 20) return null;
  const esds = boxesIn(init, entry.body + audioEntryBytes, entry.end).find((box) => box.type === 'esds');
  const codecData = esds === undefined ? null : audioSpecificConfig(init.subarray(esds.body, esds.end));
  if (codecData === null) return null;
  return {
    codec: 'aac',
    sampleRate: init.readUInt32BE(mdhd.body + 12),
    channels: init.readUInt16BE(entry.body + 16),
    codecData,
  };
}

/** Behind the headers of the three descriptors that `initSegment` nests in `esds`, each with a 4-byte length. */
function audioSpecificConfig(esds: Buffer): Buffer | null {
  const at = 4 + (5 + 3) + (5 + 13);
  if (at + 5 + 2 > esds.length || esds[at] !== 0x05) return null;
  return esds.subarray(at + 5, at + 5 + (esds[at + 4] ?? 0));
}
