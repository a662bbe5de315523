import type { ErrorCode } from '@nightjar/contract';
import type { MediaPiece } from './wall-time.ts';

/** Why playing stopped. `message` is for a person. `no_path`: the recorder answers, but its media do not come through. */
export interface PlayerFailure {
  code: ErrorCode | 'offline' | 'media' | 'unsupported' | 'stalled' | 'no_path';
  message: string;
}

export interface EngineEvents {
  /** The playlist is known for the first time: `pieces` are there, seeking is possible. */
  onReady(): void;
  /** Playing has ended for good; the engine is of no more use. */
  onFailure(failure: PlayerFailure): void;
}

/** What plays one playlist of recordings in one video element. */
export interface Engine {
  /** The playlist's segments, oldest first; empty until it is known. */
  readonly pieces: readonly MediaPiece[];
  /** Wall time of the picture shown, Unix ms; null when it is not known. */
  wallTimeMs(): number | null;
  /** Moves to media time `mediaS`; only once the video has its first picture. */
  seek(mediaS: number): void;
  /** How much to load ahead of the position, seconds. */
  setAheadS(seconds: number): void;
  /** Lets go of the video element and of all requests. */
  destroy(): void;
}

export interface EngineOptions {
  video: HTMLVideoElement;
  url: string;
  /** Wall time to begin at, Unix ms; in a gap, the next recorded moment. */
  startAtMs?: number;
  events: EngineEvents;
}

/** Attaches to the video element at once. */
export type OpenEngine = (options: EngineOptions) => Engine;

/**
 * hls.js where Media Source Extensions exist (also Safari, also iOS 17.1 and newer), so that all browsers behave alike;
 * otherwise the browser's own HLS player. The code is fetched on first use.
 */
export async function loadEngine(): Promise<OpenEngine> {
  const { isHlsSupported, openHlsEngine } = await import('./hls-engine.ts');
  if (isHlsSupported()) return openHlsEngine;
  return (await import('./native-engine.ts')).openNativeEngine;
}
