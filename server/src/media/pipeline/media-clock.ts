/** The least delay of this much media decides the drift: jitter only ever adds delay. */
const windowNs = 10e9;
/** Fastest correction, as a share of time: no one sees it, and clocks drift far less. */
const maxSlewRate = 0.0005;
/** A frame this far ahead of its arrival, or behind the one before it, has jumped. Reordering moves frames less. */
const jumpNs = 1e9;
/**
 * Where frames come in the order in which they are shown, less is a jump already, when it comes with one frame: RTCP has
 * put the tracks in step. Without such a step the first frames just came late: an encoder began, or the network stalled.
 */
const jumpInOrderNs = 150e6;
/** Frames of slow cameras may come closer after a jump. */
const maxIntervalNs = 100e6;
/** Reordering shows within so many frames. */
const orderKnownAfter = 30;

/** What decoding and encoding delay a first frame by, at most. */
const usualDelayNs = 400e6;

/**
 * rtspsrc stamps each track's first packet with the session's start, however late it comes (measured, TCP): a frame that
 * is later than it takes to handle one belongs where it arrived. Else its own time is the better one.
 */
const startShiftNs = (lateNs: number): number => (lateNs > usualDelayNs || lateNs < 0 ? lateNs : 0);

/**
 * Keeps a camera's media time on the recorder's clock. RTP time stamps give exact intervals but drift with the camera's
 * oscillator, and jump with its bugs; arrival times do neither, but jitter. GStreamer's own correction (buffer-mode
 * slave) moves single frames by whatever a network stall delayed them, so it is off and this is used:
 * intervals stay those of the camera, and the whole slowly follows the arrivals.
 */
export class MediaClock {
  #shiftNs = 0;
  #slewRate = 0;
  #slewedAtNs: number | null = null;
  /** Least delay between a frame's time and its arrival, as it was at the start. */
  #referenceDelayNs: number | null = null;
  #windowStartNs = 0;
  #leastDelayNs = Number.POSITIVE_INFINITY;
  #newestNs = Number.NEGATIVE_INFINITY;
  #framesInOrder = 0;
  #lastPtsNs = 0;
  #lastIntervalNs = 0;
  /** Between the two frames before. */
  #usualIntervalNs = 0;

  /** What to add to the camera's times now; sound takes it over from the picture. */
  get shiftNs(): number {
    return this.#shiftNs;
  }

  /** The time of a frame on the recorder's clock. Both are running times; `arrivedNs` may be late, never early. */
  correct(ptsNs: number, arrivedNs: number): number {
    this.#slew(arrivedNs);
    if (this.#newestNs === Number.NEGATIVE_INFINITY) this.#shiftNs = startShiftNs(arrivedNs - ptsNs);
    else if (this.#jumped(ptsNs, arrivedNs)) this.#rebase(ptsNs, arrivedNs);
    this.#lastPtsNs = ptsNs;
    const correctedNs = ptsNs + this.#shiftNs;
    this.#newestNs = Math.max(this.#newestNs, correctedNs);
    this.#observe(arrivedNs - correctedNs, arrivedNs);
    return correctedNs;
  }

  #jumped(ptsNs: number, arrivedNs: number): boolean {
    const correctedNs = ptsNs + this.#shiftNs;
    const backNs = this.#newestNs - correctedNs;
    const aheadNs = correctedNs - arrivedNs;
    this.#framesInOrder = backNs > 0 ? Number.NEGATIVE_INFINITY : this.#framesInOrder + 1;
    const intervalNs = ptsNs - this.#lastPtsNs;
    this.#usualIntervalNs = this.#lastIntervalNs;
    const stepped = this.#framesInOrder > orderKnownAfter && intervalNs - this.#lastIntervalNs > jumpInOrderNs;
    this.#lastIntervalNs = intervalNs;
    return aheadNs > jumpNs || backNs > jumpNs || (stepped && aheadNs > jumpInOrderNs);
  }

  /** The frame is taken to have had the usual delay, and to come after those before it. */
  #rebase(ptsNs: number, arrivedNs: number): void {
    const soonestNs = this.#newestNs + Math.min(Math.max(this.#usualIntervalNs, 1e6), maxIntervalNs);
    const timeNs = Math.max(arrivedNs - (this.#referenceDelayNs ?? 0), soonestNs);
    this.#shiftNs = timeNs - ptsNs;
    this.#framesInOrder = 0;
    this.#slewRate = 0;
    this.#windowStartNs = arrivedNs;
    this.#leastDelayNs = Number.POSITIVE_INFINITY;
  }

  #observe(delayNs: number, arrivedNs: number): void {
    if (this.#leastDelayNs === Number.POSITIVE_INFINITY) this.#windowStartNs = arrivedNs;
    this.#leastDelayNs = Math.min(this.#leastDelayNs, delayNs);
    if (arrivedNs - this.#windowStartNs < windowNs) return;
    this.#referenceDelayNs ??= this.#leastDelayNs;
    const errorNs = this.#leastDelayNs - this.#referenceDelayNs;
    this.#slewRate = Math.max(-maxSlewRate, Math.min(maxSlewRate, errorNs / windowNs));
    this.#leastDelayNs = Number.POSITIVE_INFINITY;
  }

  #slew(arrivedNs: number): void {
    if (this.#slewedAtNs !== null) this.#shiftNs += (arrivedNs - this.#slewedAtNs) * this.#slewRate;
    this.#slewedAtNs = arrivedNs;
  }
}
