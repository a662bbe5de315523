import { DelayTrend } from './delay-trend.ts';

/** A frame this far from where those before it lead has jumped. Reordering moves frames less. */
const jumpNs = 1e9;
/**
 * Where frames come in the order in which they are shown, less is a jump already, when it comes with one frame: RTCP has
 * put the tracks in step, or the camera's clock was set. Without such a step frames just come late, or the clock runs wrong.
 */
const jumpInOrderNs = 150e6;
/** Where frames are not reordered, by what the camera says of them and by what it does, none is shown before another. */
const backInOrderNs = 5e6;
const aheadInOrderNs = 40e6;
/** There, a step is one also when all frames come late, if the delay of one that was not later shrinks by as much. */
const stepInOrderNs = 60e6;
const stepToleranceNs = 25e6;
/** Frames of slow cameras may come closer after a jump, those that others are shown before hardly. */
const maxIntervalNs = 100e6;
const maxLeadNs = 400e6;
const leastIntervalNs = 1e6;
/** Frames farther apart are not slewed: slow cameras send one in seconds, but such a step may be a jump. */
const longestStepNs = 5e9;
/** Reordering shows within so many frames. */
const orderKnownAfter = 30;
const mostInOrder = 60;
/** Each jump puts the order in doubt: after three in a row it may have been no jump, but frames that are reordered after all. */
const doubtOfJump = 15;

/** What decoding and encoding delay frames by, at most. */
const usualDelayNs = 400e6;
/** The least delay of the first seconds is the usual one. */
const referenceSeconds = 10;

/** Corrections as a share of time: no one sees this one, and clocks drift far less. */
const fineSlew = 0.001;
/** For a clock that drifts more than any should, seen in delays that are even. */
const steadySlew = 0.01;
/** Frames from the future are wrong for certain, and are brought back soon. */
const aheadSlew = 0.3;
const toleratedAheadNs = 30e6;
const toleratedLateNs = 100e6;
/** The larger the error, the faster: it would be gone after this time. */
const fineTimeNs = 10e9;
const coarseTimeNs = 2e9;

/** A clock that runs wrong by so much shows as a line in the delays; fewer seconds do where frames come from the future. */
const minRate = 0.008;
const maxFast = 0.15;
/** Frames that are ever later are the network's doing more often than a clock's. */
const maxSlow = 0.08;
const lineSeconds = 8;
const aheadSeconds = 3;
/** Farther from the line, it is the network; jumps are placed less exactly than this. */
const evenNs = 30e6;
const catchUpSlew = 0.05;

/**
 * Keeps a camera's media time on the recorder's clock. RTP time stamps give exact intervals but drift with the camera's
 * oscillator, run fast or slow, and jump with its bugs; arrival times do neither, but jitter. GStreamer's own correction
 * (buffer-mode slave) moves single frames by whatever a network stall delayed them, so it is off and this is used:
 * intervals stay those of the camera, and the whole slowly follows the arrivals. A clock that runs wrong by percents is
 * recognised, and its intervals are made right.
 *
 * Times are running times. Those of arrival may be late, never early.
 */
export class MediaClock {
  #begun = false;
  #shiftNs = 0;
  /** By how much the shift grows in a unit of media time. */
  #slewRate = 0;
  /** What the camera's clock runs slow by, or fast when negative. */
  #clockRate = 0;
  #newestPtsNs = Number.NaN;
  readonly #trend = new DelayTrend();
  /** Least delay between a frame's time and its arrival in the first seconds. */
  #referenceNs = usualDelayNs;
  #seconds = 0;
  #newestNs = Number.NEGATIVE_INFINITY;
  #lastDelayNs = 0;
  #lastOwnDelayNs = 0;
  /** Since one came that is shown before another that had come already. */
  #framesInOrder = 0;
  #reorders = false;
  #lastPtsNs = 0;
  #lastIntervalNs = 0;
  /** Between the newest frame and the one that was the newest before: where frames are reordered, several intervals. */
  #newestIntervalNs = 0;

  /** What to add to the camera's times now; sound takes it over from the picture. */
  get shiftNs(): number {
    return this.#shiftNs;
  }

  /** Whether frames have been corrected: `begin` changes nothing any more. */
  get begun(): boolean {
    return this.#begun;
  }

  /**
   * Finds where the first frames belong, in decoding order, before they are corrected one by one. rtspsrc stamps the first
   * packet with the session's start, however late it comes, and those after it may come sooner than it did (measured,
   * TCP). Unless the least late of them is from the future, or later than handling a frame takes, times stay as they are.
   */
  begin(frames: Iterable<{ ptsNs: number; arrivedNs: number }>): void {
    let leastNs = Number.POSITIVE_INFINITY;
    let newestNs = Number.NEGATIVE_INFINITY;
    let reordered = false;
    for (const { ptsNs, arrivedNs } of frames) {
      if (ptsNs < newestNs) reordered = true;
      newestNs = Math.max(newestNs, ptsNs);
      leastNs = Math.min(leastNs, arrivedNs - ptsNs);
    }
    if (this.#begun || leastNs === Number.POSITIVE_INFINITY) return;
    this.#begun = true;
    const isOwnTimeRight = leastNs <= usualDelayNs && (leastNs >= 0 || reordered);
    this.#shiftNs = isOwnTimeRight ? 0 : leastNs;
  }

  /**
   * The time of a frame on the recorder's clock.
   *
   * @param mayReorder false when the camera's parameter sets say that frames come in the order in which they are shown.
   */
  correct(ptsNs: number, arrivedNs: number, mayReorder = true): number {
    if (!this.#begun) this.begin([{ ptsNs, arrivedNs }]);
    this.#slew(ptsNs);
    const isFirst = this.#newestNs === Number.NEGATIVE_INFINITY;
    if (!isFirst && this.#jumped(ptsNs, arrivedNs, mayReorder)) {
      this.#rebase(ptsNs, arrivedNs);
      this.#framesInOrder = mayReorder ? 0 : Math.max(0, this.#framesInOrder - doubtOfJump);
    }
    this.#lastPtsNs = ptsNs;
    const ownNs = ptsNs + this.#shiftNs;
    // Time stamps may falter by less than is worth a jump.
    const falters = !mayReorder && ownNs <= this.#newestNs && this.#framesInOrder > orderKnownAfter;
    const correctedNs = falters ? this.#newestNs + leastIntervalNs : ownNs;
    const isNewest = correctedNs > this.#newestNs;
    if (isNewest) {
      this.#newestIntervalNs = isFirst ? 0 : correctedNs - this.#newestNs;
      this.#newestNs = correctedNs;
    }
    this.#lastDelayNs = arrivedNs - correctedNs;
    this.#lastOwnDelayNs = arrivedNs - ptsNs;
    this.#order(isNewest);
    // A frame that others are shown before may come before its time.
    if (!this.#reorders || !isNewest) this.#observe(arrivedNs - ptsNs, arrivedNs);
    return correctedNs;
  }

  #jumped(ptsNs: number, arrivedNs: number, mayReorder: boolean): boolean {
    const correctedNs = ptsNs + this.#shiftNs;
    const backNs = this.#newestNs - correctedNs;
    const aheadNs = correctedNs - arrivedNs;
    const intervalNs = ptsNs - this.#lastPtsNs;
    const steppedNs = intervalNs - this.#lastIntervalNs;
    this.#lastIntervalNs = intervalNs;
    const isInOrder = this.#framesInOrder > orderKnownAfter;
    const isStrict = isInOrder && !mayReorder;
    const jumpsFrom = isInOrder ? jumpInOrderNs : jumpNs;
    const isBack = backNs > (isStrict ? backInOrderNs : jumpsFrom);
    const isAhead = Math.min(aheadNs, steppedNs) > (isStrict ? aheadInOrderNs : jumpsFrom);
    return isBack || isAhead || (isStrict && this.#stepped(steppedNs, arrivedNs - ptsNs));
  }

  /** Not where frames were lost: those after them come late together, and ever less. */
  #stepped(steppedNs: number, ownDelayNs: number): boolean {
    if (steppedNs < stepInOrderNs) return false;
    const soonerNs = this.#lastOwnDelayNs - ownDelayNs;
    const laterThanUsualNs = this.#lastOwnDelayNs - this.#trend.least(1, 0, 0);
    return Math.abs(soonerNs - steppedNs) < stepToleranceNs && laterThanUsualNs < stepToleranceNs;
  }

  /** The frame is taken to have had the delay of the one before, and to come after it. */
  #rebase(ptsNs: number, arrivedNs: number): void {
    const longestNs = this.#reorders ? maxLeadNs : maxIntervalNs;
    const soonestNs = this.#newestNs + limited(this.#newestIntervalNs, leastIntervalNs, longestNs);
    const timeNs = Math.max(arrivedNs - Math.max(0, this.#lastDelayNs), soonestNs);
    const shiftNs = timeNs - ptsNs;
    this.#trend.moveBy(shiftNs - this.#shiftNs);
    this.#shiftNs = shiftNs;
    this.#newestPtsNs = ptsNs;
  }

  #order(isNewest: boolean): void {
    this.#framesInOrder = isNewest ? Math.min(this.#framesInOrder + 1, mostInOrder) : 0;
    if (this.#framesInOrder > orderKnownAfter) this.#reorders = false;
    if (isNewest || this.#reorders) return;
    this.#reorders = true;
    this.#trend.clear();
  }

  /** In media time, whatever time frames arrive at: their order stays. */
  #slew(ptsNs: number): void {
    const passedNs = ptsNs - this.#newestPtsNs;
    if (passedNs > 0 && passedNs < longestStepNs) this.#shiftNs += passedNs * this.#slewRate;
    if (!(passedNs <= 0)) this.#newestPtsNs = ptsNs;
  }

  #observe(ownDelayNs: number, arrivedNs: number): void {
    if (!this.#trend.add(ownDelayNs, arrivedNs)) return;
    const newestNs = this.#least(1, arrivedNs);
    if (++this.#seconds <= referenceSeconds) this.#referenceNs = limited(newestNs, 0, this.#referenceNs);
    const line = this.#trend.line(lineSeconds);
    const isEven = line !== null && line.farthestNs < evenNs && isOfAClock(line.rate, newestNs - this.#referenceNs);
    if (isEven) this.#clockRate = Math.abs(line.rate) < minRate ? 0 : line.rate;
    if (!isEven && newestNs < -2 * toleratedAheadNs) this.#hasten();
    // What is late cannot run fast.
    if (!isEven && newestNs - this.#referenceNs > toleratedLateNs) this.#clockRate = Math.max(0, this.#clockRate);
    const rate = this.#clockRate + this.#correction(newestNs, arrivedNs, isEven);
    this.#slewRate = rate / (1 - this.#clockRate);
  }

  /** Least delay of the newest seconds, as it would be now. */
  #least(seconds: number, arrivedNs: number): number {
    return this.#trend.least(seconds, this.#clockRate, arrivedNs) - this.#shiftNs;
  }

  /** Frames come from the future, and more so each second: the camera's clock runs fast. */
  #hasten(): void {
    const rate = this.#trend.line(aheadSeconds)?.rate ?? 0;
    if (rate < -minRate) this.#clockRate = Math.max(-maxFast, Math.min(this.#clockRate, rate));
  }

  #correction(newestNs: number, arrivedNs: number, isEven: boolean): number {
    if (newestNs < -toleratedAheadNs) return limited(newestNs / coarseTimeNs, -aheadSlew, 0);
    if (newestNs < 0) return limited(newestNs / fineTimeNs, -fineSlew, 0);
    // Before it is known what delay is usual, none is too much.
    if (this.#seconds < referenceSeconds && this.#clockRate === 0) return 0;
    // Where frames are reordered, small steps of time do not show: those come late that are not the network's doing.
    const seconds = this.#reorders ? aheadSeconds : referenceSeconds;
    const lateNs = Math.max(0, this.#least(seconds, arrivedNs) - this.#referenceNs);
    if (this.#clockRate !== 0 || (this.#reorders && lateNs > toleratedLateNs))
      return limited(lateNs / coarseTimeNs, 0, catchUpSlew);
    return limited(lateNs / fineTimeNs, 0, isEven ? steadySlew : fineSlew);
  }
}

/** A network that collapses makes frames later faster than any clock; one that recovers, late ones less late. */
const isOfAClock = (rate: number, errorNs: number): boolean =>
  rate >= -maxFast && rate <= maxSlow && (rate > -minRate || errorNs < toleratedLateNs);

const limited = (value: number, from: number, to: number): number => Math.min(Math.max(value, from), to);
