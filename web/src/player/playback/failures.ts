import { ApiFailure } from '../../api/client.ts';
import { retryDelayMs } from '../../api/retry.ts';
import type { PlayerFailure } from '../engine.ts';
import { canPlay, mediaSource } from '../live/media-source.ts';
import type { Piece } from './pieces.ts';

export const failureOf = (error: unknown): PlayerFailure => ({
  code: error instanceof ApiFailure ? error.code : 'offline',
  message: error instanceof Error ? error.message : 'The recorder does not answer.',
});

/** Why this browser cannot play the pieces; null when it can, or does not say. */
export function unplayable(pieces: readonly Piece[]): PlayerFailure | null {
  const codecs = pieces.find((piece) => piece.codecs)?.codecs;
  if (!codecs || !mediaSource() || canPlay(`video/mp4; codecs="${codecs}"`)) return null;
  const message = /hvc1|hev1/.test(codecs)
    ? 'This browser cannot play H.265. Another browser, or one with hardware decoding, may play it.'
    : 'This browser cannot play the camera’s video format.';
  return { code: 'unsupported', message };
}

/** `failures` counts from 1. */
export function delayMsAfter({ code }: PlayerFailure, failures: number): number {
  if (code === 'unsupported') return 60_000;
  // Footage may have been cleaned away since its playlist was read: what is left is there at once.
  return code !== 'offline' && failures === 1 ? 0 : retryDelayMs(failures, 30_000);
}

/** The moment to go on from; after two media errors in a row, the next piece: this one cannot be decoded. */
export function resumeAtMs(atMs: number, { code }: PlayerFailure, failures: number, pieces: readonly Piece[]): number {
  if (code !== 'media' || failures < 2) return atMs;
  return pieces.find(({ fromMs }) => fromMs > atMs)?.fromMs ?? atMs;
}
