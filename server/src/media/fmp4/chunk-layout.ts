import { BoxWriter } from './box-writer.ts';
import { audioTrackId, deltaSampleFlags, syncSampleFlags, videoTrackId } from './layout.ts';

export interface TrackSample {
  data: Buffer;
  keyframe: boolean;
  /** Decode time since the run's start, ticks of the track. */
  dts: number;
  /** Ticks, at least 1. */
  duration: number;
  /** Presentation minus decode time, ticks; may be negative. */
  compositionOffset: number;
}

export interface ChunkContent {
  sequence: number;
  /** UTC of the first video sample's decode time, Unix milliseconds. */
  startMs: number;
  /** Back to back; none only when there is sound. */
  video: readonly TrackSample[];
  /** Back to back, perhaps none. */
  audio: readonly TrackSample[];
}

const trunFlag = { dataOffset: 0x1, firstFlags: 0x4, duration: 0x100, size: 0x200, flags: 0x400, composition: 0x800 };
const tfhdFlag = { defaultDuration: 0x8, baseIsMoof: 0x20000 };
/** The time was taken when the frame was captured, not encoded (ISO 14496-12, 8.16.5). */
const prftCaptured = 24;
const prftBytes = 32;
const unixToNtpSeconds = 2_208_988_800;

/** `prft` (of the pictures) + `moof` + `mdat` in one new buffer; every sample is copied once. */
export function writeChunk(content: ChunkContent): Buffer {
  const plans: TrackPlan[] = [];
  if (content.video.length > 0) plans.push(planTrack(videoTrackId, content.video));
  if (content.audio.length > 0) plans.push(planTrack(audioTrackId, content.audio));
  const timeBytes = content.video.length > 0 ? prftBytes : 0;
  const moofBytes = plans.reduce((sum, plan) => sum + plan.trafBytes, 8 + 16);
  const mdatBytes = plans.reduce((sum, plan) => sum + plan.dataBytes, 8);
  const w = new BoxWriter(Buffer.allocUnsafeSlow(timeBytes + moofBytes + mdatBytes));
  if (timeBytes > 0) producerReferenceTime(w, content);
  w.box('moof', () => {
    w.fullBox('mfhd', 0, 0, () => w.u32(content.sequence));
    let dataOffset = moofBytes + 8;
    for (const plan of plans) {
      trackFragment(w, plan, dataOffset);
      dataOffset += plan.dataBytes;
    }
  });
  w.box('mdat', () => {
    for (const plan of plans) for (const sample of plan.samples) w.bytes(sample.data);
  });
  return w.written();
}

function producerReferenceTime(w: BoxWriter, content: ChunkContent): void {
  const seconds = Math.floor(content.startMs / 1_000);
  w.fullBox('prft', 1, prftCaptured, () => {
    w.u32(videoTrackId);
    w.u32((seconds + unixToNtpSeconds) % 0x100000000);
    w.u32(Math.floor((content.startMs / 1_000 - seconds) * 0x100000000));
    w.u64(content.video[0]?.dts ?? 0);
  });
}

/** How a track's `traf` will be written: fields that all samples share are given once. */
interface TrackPlan {
  trackId: number;
  samples: readonly TrackSample[];
  sharedDuration: number | null;
  runFlags: number;
  trafBytes: number;
  dataBytes: number;
}

function planTrack(trackId: number, samples: readonly TrackSample[]): TrackPlan {
  const first = samples[0];
  let sharedDuration = first?.duration ?? null;
  let runFlags = trunFlag.dataOffset | trunFlag.size;
  let dataBytes = 0;
  for (const sample of samples) {
    dataBytes += sample.data.length;
    if (sample.duration !== sharedDuration) sharedDuration = null;
    if (sample.compositionOffset !== 0) runFlags |= trunFlag.composition;
    if (trackId === videoTrackId && sample.keyframe) {
      runFlags |= sample === first ? trunFlag.firstFlags : trunFlag.flags;
    }
  }
  if (sharedDuration === null) runFlags |= trunFlag.duration;
  if (runFlags & trunFlag.flags) runFlags &= ~trunFlag.firstFlags; // the two exclude each other
  const perSample = [trunFlag.duration, trunFlag.size, trunFlag.flags, trunFlag.composition];
  const sampleBytes = 4 * perSample.filter((flag) => runFlags & flag).length;
  const headerBytes = 8 + (sharedDuration === null ? 16 : 20) + 20 + 20 + (runFlags & trunFlag.firstFlags ? 4 : 0);
  return {
    trackId,
    samples,
    sharedDuration,
    runFlags,
    trafBytes: headerBytes + samples.length * sampleBytes,
    dataBytes,
  };
}

/** ISO 14496-12, 8.8.6 to 8.8.8 and 8.8.12. */
function trackFragment(w: BoxWriter, plan: TrackPlan, dataOffset: number): void {
  const { runFlags, sharedDuration, samples } = plan;
  w.box('traf', () => {
    w.fullBox('tfhd', 0, tfhdFlag.baseIsMoof | (sharedDuration === null ? 0 : tfhdFlag.defaultDuration), () => {
      w.u32(plan.trackId);
      if (sharedDuration !== null) w.u32(sharedDuration);
    });
    w.fullBox('tfdt', 1, 0, () => w.u64(samples[0]?.dts ?? 0));
    w.fullBox('trun', 1, runFlags, () => {
      w.u32(samples.length);
      w.u32(dataOffset);
      if (runFlags & trunFlag.firstFlags) w.u32(syncSampleFlags);
      for (const sample of samples) {
        if (runFlags & trunFlag.duration) w.u32(sample.duration);
        w.u32(sample.data.length);
        if (runFlags & trunFlag.flags) w.u32(sample.keyframe ? syncSampleFlags : deltaSampleFlags);
        if (runFlags & trunFlag.composition) w.i32(sample.compositionOffset);
      }
    });
  });
}
