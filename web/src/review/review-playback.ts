import type { Gaps, PlaybackState, SkippedGap } from '../player/playback/playback.ts';
import type { Position } from '../player/position.ts';

/** What the review page's controls and keys act on: one camera, or several in step. Moments are wall time, Unix ms. */
export interface ReviewPlayback {
  /** Of several: that of the clock. */
  readonly state: PlaybackState;
  /** What the play button shows; the picture may still be loading. */
  readonly wantsToPlay: boolean;
  readonly position: Position;
  /** Negative: backwards. */
  readonly rate: number;
  readonly gaps: Gaps;
  /** For some seconds after a gap was jumped over. */
  readonly skipped: SkippedGap | null;
  setPlaying(play: boolean): void;
  setRate(rate: number): void;
  setGaps(gaps: Gaps): void;
  seek(wallMs: number): void;
  /** Pauses; negative goes back. */
  step(frames: number): void;
}
