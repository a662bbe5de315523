import type { RemovalReason } from '@nightjar/contract';

/**
 * Closed segments of one camera, those of its substream among them, on one volume, neighbours in time: a single one, or
 * all that began in some hours.
 */
export interface Piece {
  /** Of a single segment; null of several. */
  id: number | null;
  cameraId: string;
  volumeId: string;
  /** Beginning of the first. */
  startAt: number;
  /** Beginning of the last. */
  lastStartAt: number;
  /** The latest end. */
  endAt: number;
  segments: number;
  sizeBytes: number;
}

/** What a rule says of a piece: it goes, or a lock or bookmark keeps it although a rule would take it. */
export interface Verdict {
  piece: Piece;
  reason: RemovalReason;
  kept: boolean;
}

/**
 * Where the rules read footage from: what is closed and may be removed now, so nothing of volumes that are not there.
 * Slices come oldest first; the pieces of a slice are of the same stretch of time, in no order.
 */
export interface FootageSource {
  /** Slices of one camera; those that begin at or after `before` are left out. */
  ofCamera(cameraId: string, before: number): AsyncIterable<Piece[]>;
  /** Slices of some volumes together; those that begin at or after `before` are left out. */
  ofVolumes(volumeIds: readonly string[], before: number): AsyncIterable<Piece[]>;
  /** Each segment of some pieces as a piece of its own, oldest first. */
  segmentsOf(pieces: readonly Piece[]): Promise<Piece[]>;
}
