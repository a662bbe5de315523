import type { AccessUnit } from '../access-unit.ts';
import type { TrackSample } from './chunk-layout.ts';
import { ticksOf } from './layout.ts';

/** Sound this much ahead of the pictures is not kept back for them. */
const maxWaiting = 256;
/** Most frames kept while no picture comes at all (about a minute); the oldest go first. */
const hardLimit = 3_000;
const usualFrameTicks = 1_024;

/** Audio frames on their way into the next chunk. Times in ticks of the sample rate. */
export class AudioQueue {
  private readonly timescale: number;
  private readonly gapTicks: number;
  private readonly waiting: AccessUnit[] = [];
  /** The newest frame, when it was kept back at the last cut because its duration was unknown. */
  private keptBack: AccessUnit | null = null;
  private frameTicks = usualFrameTicks;
  /** End of the newest sample given out. */
  private nextDts = 0;

  /** A distance of more than `gapMs` between frames is a gap in the track instead of a long frame. */
  constructor(sampleRate: number, gapMs: number) {
    this.timescale = sampleRate;
    this.gapTicks = (gapMs * sampleRate) / 1_000;
  }

  push(unit: AccessUnit): void {
    this.waiting.push(unit);
    if (this.waiting.length > hardLimit) this.waiting.shift();
  }

  /** Forgets what sounds before the run's first picture. */
  dropBefore(ptsNs: number): void {
    const wanted = this.waiting.filter((unit) => unit.ptsNs >= ptsNs);
    this.waiting.splice(0, this.waiting.length, ...wanted);
  }

  /**
   * Takes the frames that begin before `untilNs`, back to back; all of them when that is infinite. The newest frame
   * waits for its follower, which tells its duration, yet for one cut at most. Frames behind a gap wait for the next
   * chunk, whose `tfdt` shows the gap.
   */
  take(untilNs: number, originNs: number): TrackSample[] {
    const taken: TrackSample[] = [];
    const last = untilNs === Number.POSITIVE_INFINITY;
    const limitNs = this.waiting.length > maxWaiting ? Number.POSITIVE_INFINITY : untilNs;
    let dts = this.dtsOf(this.waiting[0], originNs);
    for (const [i, unit] of this.waiting.entries()) {
      const follower = this.waiting[i + 1];
      const impatient = last || unit === this.keptBack;
      if (unit.ptsNs >= limitNs || (follower === undefined && !impatient)) break;
      const distance = follower === undefined ? this.frameTicks : this.ticks(follower, originNs) - dts;
      const isGap = distance > this.gapTicks;
      const duration = isGap ? this.frameTicks : Math.max(1, distance);
      if (!isGap && distance > 0) this.frameTicks = duration;
      taken.push({ data: unit.data, keyframe: true, dts, duration, compositionOffset: 0 });
      dts += duration;
      if (isGap && !last) break;
    }
    if (taken.length > 0) this.nextDts = dts;
    this.waiting.splice(0, taken.length);
    this.keptBack = this.waiting.length === 1 ? (this.waiting[0] ?? null) : null;
    return taken;
  }

  private ticks(unit: AccessUnit, originNs: number): number {
    return ticksOf(unit.ptsNs - originNs, this.timescale);
  }

  /** Never before the end of what was given out: a late follower of a kept-back frame may overlap it a little. */
  private dtsOf(unit: AccessUnit | undefined, originNs: number): number {
    return unit === undefined ? this.nextDts : Math.max(this.nextDts, this.ticks(unit, originNs));
  }
}
