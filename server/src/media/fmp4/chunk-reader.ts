import { boxesIn, type FoundBox, findBox, readU64 } from './box-reader.ts';
import { deltaSampleFlags, syncSampleFlags, videoTrackId } from './layout.ts';

const notSync = 0x10000;

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

/** The tracks of a `moof` that {@link writeChunk} wrote; other writers' layouts are read only as far as they agree. */
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
  if (tfhd === null || tfdt === null || trun === null) return null;
  const defaults = readDefaults(data, tfhd);
  const baseTime = data[tfdt.body] === 1 ? readU64(data, tfdt.body + 4) : data.readUInt32BE(tfdt.body + 4);
  return { trackId: defaults.trackId, baseTime, ...readRun(data, trun, defaults, baseTime) };
}

interface SampleDefaults {
  trackId: number;
  duration: number;
  sizeBytes: number;
  flags: number;
}

/** ISO 14496-12, 8.8.7. */
function readDefaults(data: Buffer, tfhd: FoundBox): SampleDefaults {
  const present = data.readUInt32BE(tfhd.body) & 0xffffff;
  const trackId = data.readUInt32BE(tfhd.body + 4);
  let at = tfhd.body + 8;
  if (present & 0x1) at += 8;
  if (present & 0x2) at += 4;
  const next = (flag: number, absent: number) => {
    if (!(present & flag)) return absent;
    at += 4;
    return data.readUInt32BE(at - 4);
  };
  return {
    trackId,
    duration: next(0x8, 0),
    sizeBytes: next(0x10, 0),
    flags: next(0x20, trackId === videoTrackId ? deltaSampleFlags : syncSampleFlags),
  };
}

/** ISO 14496-12, 8.8.8. */
function readRun(
  data: Buffer,
  trun: FoundBox,
  defaults: SampleDefaults,
  baseTime: number,
): { dataOffset: number; samples: FragmentSample[] } {
  const present = data.readUInt32BE(trun.body) & 0xffffff;
  const count = data.readUInt32BE(trun.body + 4);
  let at = trun.body + 8;
  const next = (flag: number, absent: number) => {
    if (!(present & flag)) return absent;
    at += 4;
    return data.readUInt32BE(at - 4);
  };
  const dataOffset = next(0x1, 0) | 0;
  const firstFlags = next(0x4, defaults.flags);
  const samples: FragmentSample[] = [];
  for (let i = 0, dts = baseTime; i < count; i++) {
    const duration = next(0x100, defaults.duration);
    const sizeBytes = next(0x200, defaults.sizeBytes);
    const flags = next(0x400, i === 0 ? firstFlags : defaults.flags);
    const compositionOffset = next(0x800, 0) | 0;
    samples.push({ dts, duration, sizeBytes, keyframe: (flags & notSync) === 0, compositionOffset });
    dts += duration;
  }
  return { dataOffset, samples };
}
