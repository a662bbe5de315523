import { boxesIn, type FoundBox, findBox, readU64 } from './box-reader.ts';
import { deltaSampleFlags, syncSampleFlags, videoTrackId } from './layout.ts';

const notSync = 0x10000;
/** Of a track in one chunk; more can only be damage. */
const maxSamples = 100_000;

/** A sample as a `trun` gives it; its times in ticks of its track. */
export interface FragmentSample {
  dts: number;
  duration: number;
  sizeBytes: number;
  keyframe: boolean;
  compositionOffset: number;
}

export interface TrackFragment {
  trackId: number;
  /** Decode time of the first sample, ticks since the run's start. */
  baseTime: number;
  /** Of the first sample's data, from the start of the `moof`. */
  dataOffset: number;
  samples: FragmentSample[];
}

/** The tracks of a `moof` as our chunks have them, one `trun` each; a track that does not fit its boxes is left out. */
export function readFragments(data: Buffer, moof: FoundBox): TrackFragment[] {
  return boxesIn(data, moof.body, moof.end)
    .filter((box) => box.type === 'traf')
    .map((traf) => readFragment(data, traf))
    .filter((fragment) => fragment !== null);
}

function readFragment(data: Buffer, traf: FoundBox): TrackFragment | null {
  const tfhd = findBox(data, 'tfhd', traf);
  const tfdt = findBox(data, 'tfdt', traf);
  const trun = findBox(data, 'trun', traf);
  const defaults = tfhd && readDefaults(new Fields(data, tfhd));
  const baseTime = tfdt && readBaseTime(data, tfdt);
  if (!defaults || baseTime === null || trun === null) return null;
  const run = readRun(new Fields(data, trun), defaults, baseTime);
  return run && { trackId: defaults.trackId, baseTime, ...run };
}

/** The 32-bit fields of a full box, many of them present only if a flag says so. */
class Fields {
  private readonly data: Buffer;
  private readonly end: number;
  private readonly present: number;
  private at: number;

  constructor(data: Buffer, box: FoundBox) {
    this.data = data;
    this.end = box.end;
    this.present = box.body + 4 <= box.end ? data.readUInt32BE(box.body) & 0xffffff : 0;
    this.at = box.body + 4;
  }

  has(flag: number): boolean {
    return (this.present & flag) !== 0;
  }

  /** Whether the box is long enough for all that has been asked of it, or for so many bytes more. */
  fits(moreBytes = 0): boolean {
    return this.at + moreBytes <= this.end;
  }

  skip(bytes: number): void {
    this.at += bytes;
  }

  next(): number {
    this.at += 4;
    return this.fits() ? this.data.readUInt32BE(this.at - 4) : 0;
  }

  optional(flag: number, absent: number): number {
    return this.has(flag) ? this.next() : absent;
  }
}

interface SampleDefaults {
  trackId: number;
  duration: number;
  sizeBytes: number;
  flags: number;
}

/** ISO 14496-12, 8.8.7. */
function readDefaults(fields: Fields): SampleDefaults | null {
  const trackId = fields.next();
  if (fields.has(0x1)) fields.skip(8);
  if (fields.has(0x2)) fields.skip(4);
  const defaults = {
    trackId,
    duration: fields.optional(0x8, 0),
    sizeBytes: fields.optional(0x10, 0),
    flags: fields.optional(0x20, trackId === videoTrackId ? deltaSampleFlags : syncSampleFlags),
  };
  return fields.fits() ? defaults : null;
}

/** ISO 14496-12, 8.8.12. */
function readBaseTime(data: Buffer, tfdt: FoundBox): number | null {
  const long = data[tfdt.body] === 1;
  if (tfdt.body + (long ? 12 : 8) > tfdt.end) return null;
  return long ? readU64(data, tfdt.body + 4) : data.readUInt32BE(tfdt.body + 4);
}

/** ISO 14496-12, 8.8.8. */
function readRun(
  fields: Fields,
  defaults: SampleDefaults,
  baseTime: number,
): { dataOffset: number; samples: FragmentSample[] } | null {
  const count = fields.next();
  const dataOffset = fields.optional(0x1, 0) | 0;
  const firstFlags = fields.optional(0x4, defaults.flags);
  const sampleBytes = 4 * [0x100, 0x200, 0x400, 0x800].filter((flag) => fields.has(flag)).length;
  if (count > maxSamples || !fields.fits(count * sampleBytes)) return null;
  const samples: FragmentSample[] = [];
  for (let i = 0, dts = baseTime; i < count; i++) {
    const duration = fields.optional(0x100, defaults.duration);
    const sizeBytes = fields.optional(0x200, defaults.sizeBytes);
    const flags = fields.optional(0x400, i === 0 ? firstFlags : defaults.flags);
    const compositionOffset = fields.optional(0x800, 0) | 0;
    samples.push({ dts, duration, sizeBytes, keyframe: (flags & notSync) === 0, compositionOffset });
    dts += duration;
  }
  return { dataOffset, samples };
}
