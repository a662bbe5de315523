/** Later than this is a break, or another run: nothing to be prepared for. */
const breakS = 1;
const windowMs = 10_000;
/** For so much of the time pieces are to be there when they are due; what is later is worth a hitch, not a delay for all. */
const inTime = 0.9;
const mostTargetS = 1;
/** More than this is not caught up with by rate. */
const farBehindS = 0.4;
const dryStepS = 0.01;
const mostDryS = 0.05;
/** Without running dry for so long, half of what that added is taken back. */
const calmMs = 20_000;

interface Arrival {
  atMs: number;
  /** When it came, after its own time. */
  lagS: number;
  /** Since the one before. */
  waitedMs: number;
}

/**
 * Keeps a live picture as young as its network allows, by the rate at which it plays. The piece that came fastest tells
 * when each moment could be here; most pieces are somewhat later, and by so much the picture stays behind that moment.
 * Pure: times are passed in, seconds of the element's time but where the name says otherwise.
 */
export class CatchUp {
  readonly #leastTargetS: number;
  #arrivals: Arrival[] = [];
  #bestLagS = 0;
  #jitterS = 0;
  #dryS = 0;
  #calmSinceMs = 0;
  #rate = 1;

  /** @param withSound A break in it is heard at once: some more is kept from the start. */
  constructor(withSound = false) {
    this.#leastTargetS = withSound ? 0.15 : 0.03;
  }

  /** The piece that begins at `startS` has come. */
  onArrival(startS: number, nowMs: number): void {
    const lagS = nowMs / 1000 - startS;
    const before = this.#arrivals.at(-1);
    // Earlier than any before by so much: other times count from here.
    if (before && lagS < this.#bestLagS - breakS) this.#arrivals = [];
    this.#arrivals.push({ atMs: nowMs, lagS, waitedMs: before ? nowMs - before.atMs : 0 });
    while ((this.#arrivals[0]?.atMs ?? nowMs) < nowMs - windowMs) this.#arrivals.shift();
    this.#measure();
  }

  /** Another run: its media time has nothing to do with that of before. */
  onRun(): void {
    this.#arrivals = [];
  }

  /** Nothing was left to show. What was expected to be in time is known; what the browser itself needs is not. */
  onDry(nowMs: number): void {
    this.#dryS = Math.min(this.#dryS + dryStepS, mostDryS);
    this.#calmSinceMs = nowMs;
  }

  /** How far the picture stays behind the moment that could be here. */
  get targetS(): number {
    return Math.min(Math.max(this.#leastTargetS, this.#jitterS) + this.#dryS, mostTargetS);
  }

  /**
   * @param positionS The picture shown.
   * @param endS The newest that is here.
   * @returns the rate to play at; `jump`: it is so far behind that the newest picture is to be shown at once.
   */
  step(positionS: number, endS: number, nowMs: number): { rate: number; jump: boolean } {
    if (endS - positionS > this.targetS + farBehindS) return { rate: 1, jump: true };
    if (nowMs - this.#calmSinceMs > calmMs) {
      this.#dryS = this.#dryS < dryStepS / 2 ? 0 : this.#dryS / 2;
      this.#calmSinceMs = nowMs;
    }
    if (this.#arrivals.length === 0) return { rate: 1, jump: false };
    const behindS = nowMs / 1000 - this.#bestLagS - positionS;
    this.#rate = this.#rateFor(behindS - this.targetS);
    return { rate: this.#rate, jump: false };
  }

  /** Weighed by time: of pieces that wait for one that is late, and come with it, only that one is late. */
  #measure(): void {
    this.#bestLagS = this.#arrivals.reduce((least, { lagS }) => Math.min(least, lagS), Number.POSITIVE_INFINITY);
    const counted = this.#arrivals
      .filter(({ lagS }) => lagS <= this.#bestLagS + breakS)
      .sort((a, b) => b.lagS - a.lagS);
    let restMs = (1 - inTime) * counted.reduce((sum, { waitedMs }) => sum + waitedMs, 0);
    const needed = counted.find(({ waitedMs }) => {
      restMs -= waitedMs;
      return restMs < 0;
    });
    this.#jitterS = (needed?.lagS ?? this.#bestLagS) - this.#bestLagS;
  }

  /** In few steps: each change costs the sound a little. */
  #rateFor(excessS: number): number {
    if (excessS > 0.5) return 1.5;
    if (excessS > 0.2) return 1.25;
    if (excessS > 0.08) return 1.1;
    // What was begun is done to the end; a little too much or too little is no reason to begin.
    if (excessS > 0.03 || (this.#rate > 1 && excessS > 0)) return 1.05;
    if (excessS < -0.03 || (this.#rate < 1 && excessS < 0)) return 0.95;
    return 1;
  }
}
