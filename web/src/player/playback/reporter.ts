import type { PlaybackEvents } from './playback.ts';

const everyMs = 100;
/** A step in wall time bigger than this while playing is a gap, not a rounding of fragment lengths. */
const gapToMentionMs = 2_000;

/** Tells where playing is, not too often, and where it jumped. */
export class Reporter {
  readonly #events: Pick<PlaybackEvents, 'onPosition' | 'onSkippedGap'>;
  #last: { wallMs: number; at: number } | null = null;

  constructor(events: Pick<PlaybackEvents, 'onPosition' | 'onSkippedGap'>) {
    this.#events = events;
  }

  /** The picture of `wallMs` is shown, after what was played at `rate`. */
  playing(wallMs: number, rate: number): void {
    const at = performance.now();
    const last = this.#last;
    if (last && at - last.at < everyMs) return;
    if (last) {
      const stepMs = wallMs - last.wallMs - (at - last.at) * rate;
      if (stepMs * Math.sign(rate) > gapToMentionMs * Math.max(Math.abs(rate), 1)) this.skipped(last.wallMs, wallMs);
    }
    this.#tell(wallMs, at);
  }

  /** It was sought. */
  at(wallMs: number): void {
    this.#tell(wallMs, performance.now());
  }

  skipped(fromMs: number, toMs: number): void {
    if (Math.abs(toMs - fromMs) > gapToMentionMs) this.#events.onSkippedGap({ fromMs, toMs });
  }

  #tell(wallMs: number, at: number): void {
    this.#last = { wallMs, at };
    this.#events.onPosition(wallMs);
  }
}
