/** Reading of the recorder's fMP4 (ISO 14496-12), as far as a player needs it: pictures are track 1, in 1/90000 s. */

const videoTrackId = 1;
const videoTimescale = 90_000;
const syncSampleFlags = 0x0200_0000;
const firstSampleFlagsPresent = 0x4;
const trunPerSample = { duration: 0x100, size: 0x200, flags: 0x400, composition: 0x800 };

interface Box {
  type: string;
  /** Of the box itself. */
  start: number;
  /** Of its content. */
  from: number;
  to: number;
}

function* boxesIn(view: DataView, from: number, to: number): Generator<Box> {
  for (let start = from; start + 8 <= to; ) {
    const size = view.getUint32(start);
    if (size < 8 || start + size > to) return;
    const letters = [4, 5, 6, 7].map((i) => String.fromCharCode(view.getUint8(start + i)));
    yield { type: letters.join(''), start, from: start + 8, to: start + size };
    start += size;
  }
}

function find(view: DataView, within: { from: number; to: number }, type: string): Box | undefined {
  for (const box of boxesIn(view, within.from, within.to)) if (box.type === type) return box;
  return undefined;
}

export interface VideoStart {
  /** When the first picture is shown, seconds of the run's media time. */
  timeS: number;
  keyframe: boolean;
}

/** What the pictures of a fragment begin with; null when it has none. */
export function videoStartOf(fragment: ArrayBuffer): VideoStart | null {
  const view = new DataView(fragment);
  const moof = find(view, { from: 0, to: view.byteLength }, 'moof');
  if (!moof) return null;
  for (const traf of boxesIn(view, moof.from, moof.to)) {
    const tfhd = traf.type === 'traf' && find(view, traf, 'tfhd');
    if (!tfhd || view.getUint32(tfhd.from + 4) !== videoTrackId) continue;
    const tfdt = find(view, traf, 'tfdt');
    const trun = find(view, traf, 'trun');
    if (!tfdt || !trun) return null;
    const dts = Number(view.getBigUint64(tfdt.from + 4));
    return firstSampleOf(view, trun, dts);
  }
  return null;
}

/** `trun`, 8.8.8: version and flags, sample count, data offset, perhaps the first sample's flags, then the samples. */
function firstSampleOf(view: DataView, trun: Box, dts: number): VideoStart {
  const flags = view.getUint32(trun.from) & 0xff_ffff;
  let at = trun.from + 12;
  let sampleFlags = 0;
  if (flags & firstSampleFlagsPresent) {
    sampleFlags = view.getUint32(at);
    at += 4;
  }
  if (flags & trunPerSample.duration) at += 4;
  if (flags & trunPerSample.size) at += 4;
  if (flags & trunPerSample.flags) {
    sampleFlags = view.getUint32(at);
    at += 4;
  }
  const compositionOffset = flags & trunPerSample.composition ? view.getInt32(at) : 0;
  return { timeS: (dts + compositionOffset) / videoTimescale, keyframe: sampleFlags === syncSampleFlags };
}

/**
 * Takes the sound out of an init segment or a fragment, in place: its boxes become `free`. A player with sound waits for
 * more of it than a picture may be late.
 *
 * @returns false when nothing is left.
 */
export function muteMedia(bytes: ArrayBuffer): boolean {
  const view = new DataView(bytes);
  const whole = { from: 0, to: view.byteLength };
  const moov = find(view, whole, 'moov');
  if (moov) {
    for (const box of boxesIn(view, moov.from, moov.to)) {
      if (box.type === 'trak' && trackIdOf(view, box) !== videoTrackId) free(view, box);
      if (box.type !== 'mvex') continue;
      for (const trex of boxesIn(view, box.from, box.to)) {
        if (trex.type === 'trex' && view.getUint32(trex.from + 4) !== videoTrackId) free(view, trex);
      }
    }
    return true;
  }
  const moof = find(view, whole, 'moof');
  if (!moof) return false;
  let hasVideo = false;
  for (const traf of boxesIn(view, moof.from, moof.to)) {
    const tfhd = traf.type === 'traf' && find(view, traf, 'tfhd');
    if (!tfhd) continue;
    if (view.getUint32(tfhd.from + 4) === videoTrackId) hasVideo = true;
    else free(view, traf);
  }
  return hasVideo;
}

/** `tkhd`, 8.3.2: the id follows two times, of 4 or 8 bytes each. */
function trackIdOf(view: DataView, trak: Box): number {
  const tkhd = find(view, trak, 'tkhd');
  return tkhd ? view.getUint32(tkhd.from + (view.getUint8(tkhd.from) === 1 ? 20 : 12)) : 0;
}

function free(view: DataView, box: Box): void {
  view.setUint32(box.start + 4, 0x66726565);
}

/** `video/mp4; codecs="avc1.640028,mp4a.40.2"` → only the picture's codec. */
export const mutedMime = (mime: string): string => mime.replace(/,\s*mp4a[^",]*/, '');
