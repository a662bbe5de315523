import type { Deck } from './deck.ts';
import type { Reporter } from './reporter.ts';
import { seekingAheadS } from './speeds.ts';
import type { Frame } from './steps.ts';

/** A seek in the element shorter than this changes no picture. */
const leastSeekS = 0.002;

/** Which moment is on the screen, or on its way there. */
export class Screen {
  readonly #video: HTMLVideoElement;
  readonly #deck: Deck;
  readonly #reporter: Reporter;
  #targetMs: number | null = null;
  #shownMs: number | null = null;
  #frame: Frame | null = null;

  constructor(video: HTMLVideoElement, deck: Deck, reporter: Reporter) {
    this.#video = video;
    this.#deck = deck;
    this.#reporter = reporter;
  }

  /** On its way; null when the screen shows what it should. */
  get targetMs(): number | null {
    return this.#targetMs;
  }

  /** When the frame that is shown was recorded; null before the first. */
  get shownMs(): number | null {
    return this.#shownMs;
  }

  /** The frame that a step led to, or leads to. */
  get frame(): Frame | null {
    return this.#frame;
  }

  get wallMs(): number | null {
    if (this.#targetMs !== null) return this.#targetMs;
    const { paused, currentTime } = this.#video;
    return (paused ? this.#shownMs : null) ?? this.#deck.engine?.wallTimeAt(currentTime) ?? this.#shownMs;
  }

  /** Another moment is wanted. `frame`: which a step leads to there, null when it is no step. */
  aim(wallMs: number, frame: Frame | null = this.#frame): void {
    this.#targetMs = wallMs;
    this.#frame = frame;
  }

  /** What was wanted has come to nothing. */
  giveUp(): void {
    this.#targetMs = null;
  }

  /** What is shown next is of no single step. */
  forgetFrame(): void {
    this.#frame = null;
  }

  moveTo(mediaS: number): void {
    this.#deck.engine?.setAheadS(seekingAheadS);
    // The first picture is where the engine begins by itself.
    if (this.#video.readyState > HTMLMediaElement.HAVE_NOTHING) this.#video.currentTime = mediaS;
  }

  /** A seek went where a picture was thought to be; now that is known to the frame. */
  correct(): void {
    const { readyState, currentTime } = this.#video;
    if (this.#targetMs === null || readyState === HTMLMediaElement.HAVE_NOTHING) return;
    const mediaS = this.#deck.engine?.positionOf(this.#targetMs)?.mediaS ?? currentTime;
    if (Math.abs(mediaS - currentTime) > leastSeekS) this.#video.currentTime = mediaS;
  }

  /** To be called when the element has loaded or sought. @returns whether the picture that was wanted is there. */
  arrive(): boolean {
    const { seeking, readyState, currentTime } = this.#video;
    const { engine } = this.#deck;
    if (!engine || seeking || readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return false;
    this.#shownMs = this.#frame?.atMs ?? engine.wallTimeAt(currentTime) ?? this.#targetMs;
    this.#targetMs = null;
    return true;
  }

  /** The frame at `mediaS` is shown: tells its moment. `rate`: at which it is played, null while it stands still. */
  report(mediaS: number, rate: number | null): void {
    if (this.#targetMs !== null) return;
    const { paused, currentTime } = this.#video;
    // A pause may come before a frame that was told of is on the screen: then its time has not come either.
    const wallMs = this.#frame?.atMs ?? this.#deck.engine?.wallTimeAt(paused ? currentTime : mediaS) ?? null;
    if (wallMs === null) return;
    this.#shownMs = wallMs;
    if (rate === null) this.#reporter.at(wallMs);
    else this.#reporter.playing(wallMs, rate);
  }
}

/** Tells of each frame that comes on the screen, until `signal`. */
export function followFrames(video: HTMLVideoElement, signal: AbortSignal, onFrame: (mediaS: number) => void): void {
  const follow = () => {
    if (signal.aborted) return;
    video.requestVideoFrameCallback?.((_, { mediaTime }) => {
      onFrame(mediaTime);
      follow();
    });
  };
  follow();
  // `requestVideoFrameCallback` is not in every browser: this comes too, only four times a second.
  video.addEventListener('timeupdate', () => onFrame(video.currentTime), { signal });
}
