import type { AccessUnit, AudioConfig, VideoConfig } from '../access-unit.ts';
import type { Chunk } from '../chunk.ts';
import { AudioQueue } from './audio-queue.ts';
import { type TrackSample, writeChunk } from './chunk-layout.ts';
import { reorderDepth } from './codec/parameter-sets.ts';
import { DecodeTimes } from './decode-times.ts';
import { ticksOf, videoTimescale } from './layout.ts';
import type { Sample } from './samples.ts';

export interface ChunkerOptions {
  runId: string;
  video: VideoConfig;
  audio: AudioConfig | null;
  /** UTC of a presentation time `pts` is `utcMs + (pts − ptsNs) / 1e6`. */
  anchor: { utcMs: number; ptsNs: number };
  maxChunkMs?: number;
  /** Overrides what the parameter sets say; see `learnedReorderDepth`. */
  reorderDepth?: number;
  /** Told of each frame as soon as it is there, long before its chunk. */
  onFrame?(frame: Sample): void;
}

/** Where trun and tfhd hold signed or unsigned 32-bit numbers, times beyond this are clamped. */
const max32 = 0x7fffffff;
/** Sound that outlasts a run's last picture by more is dropped. */
const audioAfterEndNs = 500_000_000;

/**
 * Makes one run's access units into chunks. Media time 0 is the decode time of the first video frame; video and audio
 * keep the distances of their presentation times to a tick.
 *
 * Nothing here guards against the camera's time jumping: after a step back decode times creep on tick by tick, after
 * one ahead the last frame lasts long. The caller ends the run where it sees a jump.
 */
export class Chunker {
  readonly runId: string;
  private readonly anchor: { utcMs: number; ptsNs: number };
  private readonly maxChunkTicks: number;
  private readonly times: DecodeTimes;
  private readonly audio: AudioQueue | null;
  /** The same sound once more, given out sooner and so with less certain durations: files keep theirs exact. */
  private readonly soonAudio: AudioQueue | null;
  private readonly onFrame: ((frame: Sample) => void) | undefined;
  private pending: TrackSample[] = [];
  private origin: { ptsNs: number; startMs: number } | null = null;
  private firstPtsNs = Number.NEGATIVE_INFINITY;
  private sequence = 0;
  private newestPtsNs = 0;
  private lastDts = -1;
  private frameTicks = 0;
  private lastKeyframeDts = 0;

  constructor(options: ChunkerOptions) {
    const maxChunkMs = options.maxChunkMs ?? 500;
    this.runId = options.runId;
    this.anchor = options.anchor;
    this.maxChunkTicks = (maxChunkMs * videoTimescale) / 1_000;
    this.times = new DecodeTimes(options.reorderDepth ?? reorderDepth(options.video) ?? 0);
    this.audio = options.audio === null ? null : new AudioQueue(options.audio);
    this.onFrame = options.onFrame;
    this.soonAudio = options.audio === null || !options.onFrame ? null : new AudioQueue(options.audio);
  }

  /**
   * UTC of media time 0, Unix milliseconds with fraction; null before the first video frame. Where frames are
   * reordered this is a little before that frame is shown.
   */
  get startMs(): number | null {
    return this.origin?.startMs ?? null;
  }

  /**
   * The reorder depth that the frames so far have needed. More than the chunker began with means that the parameter
   * sets were silent or wrong: the frames are kept, some with a presentation time before their decode time, and the
   * caller should begin a new run with this depth at the next keyframe.
   */
  get learnedReorderDepth(): number {
    return this.times.learnedDepth;
  }

  /**
   * @returns the chunk that this frame closes, if any: mostly none or one.
   * @throws {Error} when the run does not begin with a keyframe.
   */
  pushVideo(unit: AccessUnit): Chunk[] {
    const dtsNs = this.times.push(unit.ptsNs);
    const origin = this.origin ?? this.begin(unit, dtsNs);
    const dts = Math.max(ticksOf(dtsNs - origin.ptsNs, videoTimescale), this.lastDts + 1);
    const last = this.pending.at(-1);
    if (last !== undefined) {
      last.duration = Math.min(dts - last.dts, max32);
      this.frameTicks = last.duration;
    }
    const chunks = this.mustCutBefore(unit.keyframe, dts) ? [this.cut(unit.ptsNs)] : [];
    const offset = ticksOf(unit.ptsNs - origin.ptsNs, videoTimescale) - dts;
    const compositionOffset = Math.max(-max32, Math.min(offset, max32));
    this.pending.push({ data: unit.data, keyframe: unit.keyframe, dts, duration: 0, compositionOffset });
    this.lastDts = dts;
    this.newestPtsNs = Math.max(this.newestPtsNs, unit.ptsNs);
    if (unit.keyframe) this.lastKeyframeDts = dts;
    this.tellOf(unit, dts, compositionOffset);
    return chunks;
  }

  /** The frame goes into one of the next chunks; one from before the run's first keyframe is dropped. */
  pushAudio(unit: AccessUnit): void {
    if (unit.ptsNs < this.firstPtsNs) return;
    this.audio?.push(unit);
    this.soonAudio?.push(unit);
  }

  /** Ends the run: the last chunk, its last frame as long as the one before it. [] when there was no frame. */
  flush(): Chunk[] {
    const last = this.pending.at(-1);
    if (last === undefined) return [];
    last.duration = this.frameTicks || videoTimescale / 25;
    return [this.cut(this.newestPtsNs + audioAfterEndNs, true)];
  }

  private begin(first: AccessUnit, dtsNs: number): { ptsNs: number; startMs: number } {
    if (!first.keyframe) throw new Error('A run must begin with a keyframe');
    this.audio?.start(dtsNs, first.ptsNs);
    this.soonAudio?.start(dtsNs, first.ptsNs);
    this.firstPtsNs = first.ptsNs;
    this.origin = { ptsNs: dtsNs, startMs: this.anchor.utcMs + (dtsNs - this.anchor.ptsNs) / 1_000_000 };
    return this.origin;
  }

  private tellOf({ data, keyframe }: AccessUnit, dts: number, compositionOffset: number): void {
    const duration = this.frameTicks || videoTimescale / 25;
    this.onFrame?.({ track: 'video', dts, pts: dts + compositionOffset, duration, keyframe, data });
    for (const sound of this.soonAudio?.take(this.newestPtsNs) ?? []) {
      const { compositionOffset: _, ...sample } = sound;
      this.onFrame?.({ track: 'audio', pts: sample.dts, ...sample });
    }
  }

  /** A keyframe begins a chunk, unless whole groups of pictures are so short that another one fits in. */
  private mustCutBefore(keyframe: boolean, dts: number): boolean {
    const first = this.pending[0];
    if (first === undefined) return false;
    if (keyframe && !first.keyframe) return true;
    const expected = keyframe ? dts - this.lastKeyframeDts : this.frameTicks;
    return dts - first.dts + expected > this.maxChunkTicks;
  }

  /** `untilNs`: presentation time up to which sound belongs to the chunk. */
  private cut(untilNs: number, last = false): Chunk {
    const video = this.pending;
    const mediaTime = video[0]?.dts ?? 0;
    const end = video.at(-1);
    this.pending = [];
    this.sequence += 1;
    const startMs = (this.origin?.startMs ?? 0) + (mediaTime * 1_000) / videoTimescale;
    const audio = this.audio?.take(untilNs, last) ?? [];
    const bytes = writeChunk({ sequence: this.sequence, startMs, video, audio });
    return {
      sequence: this.sequence,
      bytes,
      sizeBytes: bytes.length,
      mediaTime,
      duration: end === undefined ? 0 : end.dts + end.duration - mediaTime,
      startMs,
      keyframe: video[0]?.keyframe ?? false,
      frames: video.length,
    };
  }
}
