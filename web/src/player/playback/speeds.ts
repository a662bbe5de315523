import type { FastPlaying } from './source.ts';

/** How a speed is played: what is loaded, and what the video element does with it. */
export interface Playing {
  /** null: all frames. */
  fast: FastPlaying | null;
  /** The element's rate; null where it stands still, and shows one frame after the other, backwards, by seeks. */
  elementRate: number | null;
}

export const still: Playing = { fast: null, elementRate: 1 };

/** Keyframes are re-timed at this speed at the least. */
const slowestFast = 8;
/** Backwards beyond this, seeks cannot keep up. */
const fastestBySeeks = 2;

export function playingAt(rate: number): Playing {
  const speed = Math.abs(rate);
  if (rate > 0)
    return speed < slowestFast
      ? { fast: null, elementRate: rate }
      : { fast: { speed, reverse: false }, elementRate: 1 };
  if (speed <= fastestBySeeks) return { fast: null, elementRate: null };
  const playedAt = Math.max(speed, slowestFast);
  return { fast: { speed: playedAt, reverse: true }, elementRate: speed / playedAt };
}

/** Whether one engine plays both. */
export const isSameFootage = (a: FastPlaying | null, b: FastPlaying | null): boolean =>
  a?.speed === b?.speed && a?.reverse === b?.reverse;

/** Until the picture that was sought is there, nothing else is loaded: it would compete for the processor. */
export const seekingAheadS = 0.05;

/** Paused, some steps are; more would compete with the next seek. */
export const pausedAheadS = 5;

/** How much is loaded ahead, seconds of playing. */
export const aheadS = ({ fast, elementRate }: Playing): number =>
  fast || elementRate === null ? 15 : 30 * Math.max(1, elementRate / 2);

/** How much is known of what comes next, seconds of the element's time at normal speed. */
export const wantedAheadS = (playing: Playing): number => aheadS(playing) + 5;
