import type { SegmentInfo } from '../chunk.ts';
import { boxesIn, type FoundBox } from './box-reader.ts';

/** Extended type of our `uuid` box: ASCII `NIGHTJARSEGMENT1`. */
const segmentInfoType = Buffer.from('NIGHTJARSEGMENT1', 'latin1');

/** A `uuid` box (ISO 14496-12, 11.1) with `info` as UTF-8 JSON; it lies between `moov` and the first chunk. */
export function segmentInfoBox(info: SegmentInfo): Buffer {
  const json = Buffer.from(JSON.stringify(info));
  const header = Buffer.alloc(8);
  header.writeUInt32BE(header.length + segmentInfoType.length + json.length);
  header.write('uuid', 4, 'latin1');
  return Buffer.concat([header, segmentInfoType, json]);
}

/** What `box` says, or null when it is another's box or a format this version does not know. */
export function readSegmentInfo(data: Buffer, box: FoundBox): SegmentInfo | null {
  const payload = box.body + segmentInfoType.length;
  if (box.type !== 'uuid' || payload > box.end) return null;
  if (!data.subarray(box.body, payload).equals(segmentInfoType)) return null;
  try {
    const value: unknown = JSON.parse(data.toString('utf8', payload, box.end));
    return isSegmentInfo(value) ? value : null;
  } catch {
    return null; // a damaged box is the same as none: the file still plays
  }
}

/** The segment's own description among the boxes of a file's head. */
export function findSegmentInfo(head: Buffer): SegmentInfo | null {
  for (const box of boxesIn(head)) {
    const info = readSegmentInfo(head, box);
    if (info !== null) return info;
  }
  return null;
}

function isSegmentInfo(value: unknown): value is SegmentInfo {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Record<string, unknown>;
  const texts = ['cameraId', 'runId', 'timeZone'];
  const numbers = ['sequence', 'startMs', 'runStartMs', 'utcOffsetMinutes'];
  return (
    fields.format === 1 &&
    texts.every((name) => typeof fields[name] === 'string') &&
    numbers.every((name) => Number.isFinite(fields[name]))
  );
}
