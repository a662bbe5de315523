import type { Clock } from '../../shared/clock.ts';
import type { LiveStream } from '../stream.ts';
import { HlsWindow } from './window.ts';

/** Numbers by the clock begin here: they stay below 2^31 for some decades. */
const numbersBeginMs = Date.UTC(2026, 0, 1);
/**
 * hls.js (1.6) walks over all numbers from 0 to that of a discontinuity whenever it loads a playlist: millions of them cost
 * seconds each time. So these begin anew every eleven hours, for windows that follow on no other.
 */
const discontinuityEveryMs = 10_000;
const maxDiscontinuity = 4_096;
/** A stream's media before anyone watched it is no older. */
const pastMs = 3_600_000;

/** The HLS windows of the streams that are watched. */
export class HlsWindows {
  readonly #clock: Clock;
  readonly #zeroMs: number;
  readonly #windows = new Map<string, { stream: LiveStream; window: HlsWindow }>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#zeroMs = clock.nowMs() - pastMs;
  }

  /** The stream's window, which lives as long as the stream. */
  of(stream: LiveStream): HlsWindow {
    const known = this.known(stream);
    if (known) return known;
    const before = this.#windows.get(stream.id)?.window;
    const window = new HlsWindow({ first: this.#firstNumbers(before), zeroMs: this.#zeroMs });
    this.#windows.set(stream.id, { stream, window });
    stream.subscribe(window, { from: 'kept', keepsAlive: false });
    window.begin();
    return window;
  }

  /** The stream's window, if it has one. */
  known(stream: LiveStream): HlsWindow | null {
    const known = this.#windows.get(stream.id);
    return known?.stream === stream ? known.window : null;
  }

  /** The window of a stream if it is watched as HLS now. */
  watched(streamId: string): HlsWindow | null {
    const window = this.#windows.get(streamId)?.window;
    return window && !window.ended ? window : null;
  }

  /**
   * Greater than those of the window before, also (but for the seldom case above) of one that another process had: segments
   * last half a second at least, by and large, and discontinuities are further apart.
   */
  #firstNumbers(before: HlsWindow | undefined): { sequence: number; discontinuity: number } {
    const sinceMs = Math.max(this.#clock.nowMs() - numbersBeginMs, 0);
    return {
      sequence: Math.max(Math.floor(sinceMs / 500), before?.next.sequence ?? 0),
      discontinuity: before?.next.discontinuity ?? Math.floor(sinceMs / discontinuityEveryMs) % maxDiscontinuity,
    };
  }
}
