/**
 * Keeps a live picture as young as its network allows, by the rate at which it plays. What counts is how much is still
 * left to show when the next piece arrives: the margin. A picture that runs dry asks for more of it, a calm network for
 * less. Pure: times are passed in, seconds but where the name says otherwise.
 */
export class CatchUp {
  readonly #minTargetS: number;
  #targetS: number;
  #margins: Array<{ atMs: number; marginS: number }> = [];
  #calmSinceMs = 0;
  #rate = 1;
  #beganAtMs: number | null = null;

  /** @param withSound A break in it is heard at once: some more is kept from the start. */
  constructor(withSound = false) {
    this.#minTargetS = withSound ? 0.12 : 0.02;
    this.#targetS = withSound ? 0.15 : 0.03;
  }

  /** A piece of media has come; before it, so much was left to show. */
  onArrival(marginS: number, nowMs: number): void {
    this.#beganAtMs ??= nowMs;
    this.#margins.push({ atMs: nowMs, marginS });
    while ((this.#margins[0]?.atMs ?? nowMs) < nowMs - windowMs) this.#margins.shift();
  }

  /** Nothing was left to show. */
  onDry(nowMs: number): void {
    // What comes before the first calm second is the start, not the network.
    if (this.#beganAtMs === null || nowMs - this.#beganAtMs < windowMs) return;
    this.#targetS = Math.min(this.#targetS * 1.4 + 0.02, maxTargetS);
    this.#calmSinceMs = nowMs;
  }

  /** After a jump: what was measured before says nothing any more. */
  onJump(): void {
    this.#margins = [];
    this.#rate = 1;
  }

  /** How much should be left to show when the next piece arrives. */
  get targetS(): number {
    return this.#targetS;
  }

  /**
   * @param aheadS What is left to show now.
   * @returns the rate to play at; `jump`: it is so far behind that the newest picture is to be shown at once.
   */
  step(aheadS: number, nowMs: number): { rate: number; jump: boolean } {
    if (aheadS > this.#targetS + farBehindS) return { rate: 1, jump: true };
    if (nowMs - this.#calmSinceMs > calmMs) {
      this.#targetS = Math.max(this.#targetS * 0.9, this.#minTargetS);
      this.#calmSinceMs = nowMs;
    }
    const least = this.#margins.reduce((min, { marginS }) => Math.min(min, marginS), Number.POSITIVE_INFINITY);
    this.#rate = this.#rateFor(Number.isFinite(least) ? least - this.#targetS : 0);
    return { rate: this.#rate, jump: false };
  }

  /** In few steps: each change costs the sound a little. */
  #rateFor(excessS: number): number {
    if (excessS > 0.5) return 1.5;
    if (excessS > 0.2) return 1.25;
    if (excessS > 0.08) return 1.1;
    // Once it catches up, it does so to the end; a little too much is no reason to begin.
    if (excessS > 0.03 || (this.#rate > 1 && excessS > 0.005)) return 1.05;
    return 1;
  }
}

const maxTargetS = 1.5;
/** Margins of so long ago still count. */
const windowMs = 1_000;
/** Without running dry for so long, a tenth less is tried. */
const calmMs = 20_000;
/** More than this is not caught up with by rate. */
const farBehindS = 0.7;
