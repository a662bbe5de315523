import type { AccessUnit, AudioConfig } from '../access-unit.ts';
import type { TrackSample } from './chunk-layout.ts';
import { parseAudioConfig } from './codec/audio-config.ts';
import { ticksOf } from './layout.ts';
import { silentFrame } from './silence.ts';

/** Most frames kept while no picture comes (about a minute); the oldest go first. */
const maxWaiting = 3_000;
const usualFrameTicks = 1_024;
/** A longer distance between frames is a pause; a shorter one, a lost frame or two, just lengthens a sample. */
const pauseMs = 100;
/** Sound may come this much later than the pictures of its time before its place is given to silence. */
const usualPatienceMs = 2_000;
const maxPatienceMs = 10_000;
/** While the camera sends no sound, silence ends this much before the newest picture, so that sound can set in. */
const silenceLagMs = 300;
/** A longer pause at once means that time has jumped, also for the picture: it stays a hole. */
const maxSilenceMs = 60_000;

/**
 * Audio frames on their way into the next chunk. Times in ticks of the sample rate since the run's start.
 *
 * The track that comes out has no holes, pauses being filled with silent frames: browsers play only where both tracks
 * have data (W3C Media Source Extensions, 3.1: `buffered`), so a hole would stop the picture too.
 */
export class AudioQueue {
  private readonly timescale: number;
  private readonly silence: Buffer | null;
  private readonly waiting: AccessUnit[] = [];
  private originNs = 0;
  /** End of the newest sample given out. */
  private end = 0;
  private begun = false;
  private frameTicks = usualFrameTicks;
  private lastDistance = 0;
  /** The newest frame, when it was kept back at the last cut because its duration was unknown. */
  private keptBack: AccessUnit | null = null;
  /** No sound came for longer than `patience`. */
  private silent = false;
  private patience: number;

  constructor(config: AudioConfig) {
    this.timescale = config.sampleRate;
    this.silence = silentFrame(parseAudioConfig(config.codecData).channelConfiguration);
    this.patience = this.span(usualPatienceMs);
  }

  /** The run's media time 0 is `originNs`; the track shall begin with the picture shown at `firstNs`. */
  start(originNs: number, firstNs: number): void {
    this.originNs = originNs;
    this.end = this.ticks(firstNs);
    const wanted = this.waiting.filter((unit) => unit.ptsNs >= firstNs);
    this.waiting.splice(0, this.waiting.length, ...wanted);
  }

  /** Ignored when it does not follow the frame before it. */
  push(unit: AccessUnit): void {
    const newest = this.waiting.at(-1);
    if (newest !== undefined && unit.ptsNs <= newest.ptsNs) return;
    this.waiting.push(unit);
    if (this.waiting.length > maxWaiting) this.waiting.shift();
  }

  /**
   * Takes the frames that begin before `untilNs`, back to back. The newest frame waits for its follower, which tells
   * its duration, yet for one cut at most, and not when it is the run's last cut.
   */
  take(untilNs: number, last = false): TrackSample[] {
    const taken: TrackSample[] = [];
    const until = this.ticks(untilNs);
    this.dropLate();
    for (;;) {
      const [unit, follower] = this.waiting;
      if (unit === undefined || this.ticks(unit.ptsNs) >= until) break;
      if (follower === undefined && !last && unit !== this.keptBack) break;
      this.fillUpTo(this.ticks(unit.ptsNs), taken);
      this.add(taken, unit.data, this.durationOf(follower));
      this.waiting.shift();
      this.silent = false;
    }
    this.keptBack = this.waiting.length === 1 ? (this.waiting[0] ?? null) : null;
    if (!last) this.fillPause(until, taken);
    return taken;
  }

  /** Of the frame that begins at `end`. */
  private durationOf(follower: AccessUnit | undefined): number {
    if (follower === undefined) return this.frameTicks;
    const distance = this.ticks(follower.ptsNs) - this.end;
    if (this.isPause(distance)) return this.frameTicks;
    const steady = Math.abs(distance - this.lastDistance) <= distance / 50;
    if (steady && distance > 0) this.frameTicks = distance;
    this.lastDistance = distance;
    return Math.max(1, distance);
  }

  private isPause(distance: number): boolean {
    return distance > Math.max(this.span(pauseMs), 2.5 * this.frameTicks);
  }

  /** Sound whose place has been given to silence comes too late. */
  private dropLate(): void {
    for (const unit of [...this.waiting]) {
      const lateBy = this.end - this.ticks(unit.ptsNs);
      if (lateBy <= this.frameTicks / 2) return;
      if (lateBy > this.span(1_000)) this.patience = this.span(maxPatienceMs);
      this.waiting.shift();
    }
  }

  private fillPause(until: number, taken: TrackSample[]): void {
    const next = this.waiting[0];
    if (next === undefined) {
      this.silent ||= until - this.end > this.patience;
      if (this.silent) this.fillUpTo(until - this.span(silenceLagMs), taken);
    } else if (this.ticks(next.ptsNs) >= until && this.isPause(this.ticks(next.ptsNs) - this.end)) {
      this.fillUpTo(until, taken);
    }
  }

  /** Silent frames, of such length that they end at `begin`; less than half a frame is not filled. */
  private fillUpTo(begin: number, taken: TrackSample[]): void {
    const distance = begin - this.end;
    const startsOnTime = !this.begun && !this.isPause(distance);
    if (this.silence === null || startsOnTime || distance > this.span(maxSilenceMs)) {
      this.end = Math.max(this.end, begin);
      return;
    }
    const count = Math.round(distance / this.frameTicks);
    for (let left = count; left > 0; left--) {
      this.add(taken, this.silence, Math.round((begin - this.end) / left));
    }
  }

  private add(taken: TrackSample[], data: Buffer, duration: number): void {
    taken.push({ data, keyframe: true, dts: this.end, duration, compositionOffset: 0 });
    this.end += duration;
    this.begun = true;
  }

  private ticks(ptsNs: number): number {
    return ticksOf(ptsNs - this.originNs, this.timescale);
  }

  private span(ms: number): number {
    return (ms * this.timescale) / 1_000;
  }
}
