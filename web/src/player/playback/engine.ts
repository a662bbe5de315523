import type { PlayerFailure } from '../engine.ts';
import type { Piece } from './pieces.ts';

export interface EngineEvents {
  /** Where a picture lies is known more exactly than before: a seek that is on its way may be corrected. */
  onExact(): void;
  /** Playing has ended for good; the engine is of no more use. */
  onFailure(failure: PlayerFailure): void;
}

/** Where `wallMs` is shown: later than what was asked for when that lies in a gap. */
export interface MediaPosition {
  mediaS: number;
  wallMs: number;
}

/** What plays pieces of footage in one video element. Attached to it from the beginning. */
export interface Engine {
  /** What can be played: the newest window, in playing order. */
  readonly pieces: readonly Piece[];
  /** Whether `append` and `jump` do anything; else a new engine is needed to go on. */
  readonly canGrow: boolean;
  /** The footage has sound, or silence in its place; it has to be so all the time. */
  readonly hasSound: boolean;
  /** Wall time of the picture at `mediaS` of the element's time, Unix ms; null when it is not known. */
  wallTimeAt(mediaS: number): number | null;
  /** Of the pieces; null behind the last. */
  positionOf(wallMs: number): MediaPosition | null;
  /** The element's time at which the last piece ends. */
  endS(): number;
  /** Goes on with further pieces after the last one. */
  append(pieces: readonly Piece[]): void;
  /** Other pieces are to be played; the picture stays until there is a seek. */
  jump(pieces: readonly Piece[]): void;
  /** How much to load ahead of the position, seconds. */
  setAheadS(seconds: number): void;
  /** Lets go of the video element and of all requests. */
  destroy(): void;
}

export interface EngineOptions {
  video: HTMLVideoElement;
  /** At least one. */
  pieces: readonly Piece[];
  /** Of a playlist that has all of them, for a player that reads it by itself. */
  address: string;
  /** Where to begin, among them. */
  startMs: number;
  events: EngineEvents;
}

export type OpenEngine = (options: EngineOptions) => Engine;

export const soundIn = (pieces: readonly Piece[]): boolean =>
  pieces.some(({ codecs }) => codecs?.includes('mp4a') === true);
