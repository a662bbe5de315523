import type { PlayerFailure } from '../engine.ts';

/** What a session of playback shows and does. Every moment is wall time, Unix ms. */
export type PlaybackState =
  | { state: 'loading' }
  | { state: 'playing' }
  | { state: 'paused' }
  /** Playing is wanted, the picture is being fetched. */
  | { state: 'waiting' }
  /** `setGaps('wait')`: the clock goes on where nothing is recorded. `toMs` null: nothing newer is recorded yet. */
  | { state: 'gap'; fromMs: number; toMs: number | null }
  /** There is no footage at all. */
  | { state: 'empty' }
  /** The newest recorded moment was shown (backwards: the oldest). Goes on by itself when more has been recorded. */
  | { state: 'ended'; atMs: number }
  | { state: 'retrying'; failure: PlayerFailure; retryAtMs: number };

/** Where playing jumped over a gap: from the last picture before it to the first after it, Unix ms. */
export interface SkippedGap {
  fromMs: number;
  toMs: number;
}

/** What is done where nothing is recorded: go on with the next picture at once, or when its time has come. */
export type Gaps = 'jump' | 'wait';

/** All frames are shown at these, both ways; faster, only keyframes are (`fastSpeeds`). */
export const allFrameRates = [0.25, 0.5, 1, 2, 4] as const;

/** Outside of these, there is no sound. */
export const hasSoundAt = (rate: number): boolean => rate >= 0.5 && rate <= 2;

export interface PlaybackEvents {
  onState(state: PlaybackState): void;
  /** Often while playing (about 10 times a second), and once after each jump. */
  onPosition(wallMs: number): void;
  onSkippedGap(gap: SkippedGap): void;
  /** The speed was changed by the session itself: what was played fast has reached the newest footage. */
  onRate?(rate: number): void;
  /** The video element is about to go blank: the last chance to keep its picture. */
  keepPicture(): void;
}

export interface PlaybackOptions extends PlaybackEvents {
  video: HTMLVideoElement;
  cameraId: string;
  stream?: 'main' | 'sub';
}

/** One camera's footage in one video element, by wall time, without borders of days. */
export interface Playback {
  /** Another camera, or another moment, or both. Playing goes on if it was wanted. */
  show(cameraId: string, wallMs: number): void;
  /** Shows `wallMs`; where nothing is recorded, the next recorded moment, or the gap (`setGaps`). */
  seek(wallMs: number): void;
  /** Moves by what is recorded, so that it does not end in a gap; negative goes back. */
  seekBy(seconds: number): void;
  play(): void;
  pause(): void;
  readonly wantsToPlay: boolean;
  /** What was asked for is not on the screen yet. */
  readonly isSeeking: boolean;
  /** One of `allFrameRates` or `fastSpeeds`; negative plays backwards. */
  setRate(rate: number): void;
  readonly rate: number;
  setGaps(gaps: Gaps): void;
  /** Pauses, and shows the frame that many on; negative goes back. */
  step(frames: number): void;
  /** In step with others: plays that much faster (0.9 … 1.1) without any other change. */
  steer(factor: number): void;
  /** Of the picture shown, of the one that was asked for and is still loading, or of the gap; null before the first. */
  wallTimeMs(): number | null;
  /** The newest moment known to be recorded; null until it is known. */
  endMs(): number | null;
  destroy(): void;
}
