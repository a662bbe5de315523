import type { VolumeState } from '@nightjar/contract';

/** A folder that recordings are written to, as its settings say. */
export interface Volume {
  /** UUID. */
  id: string;
  name: string;
  /** Absolute. */
  root: string;
  /** The folder of the database. */
  isDataFolder: boolean;
  /** Volumes are used in this order. */
  position: number;
  /** `read`: nothing new is written to it. */
  use: 'record' | 'read';
  /** null: none. */
  quotaBytes: number | null;
  /** null: the default for its size. */
  keepFreeBytes: number | null;
  createdAt: number;
}

/** How a volume is, as last looked at. */
export interface VolumeStatus {
  state: VolumeState;
  /** What is wrong and what to do; null when nothing is. */
  message: string | null;
  /** Unix milliseconds since when it is in this state. */
  since: number;
  /** null while they cannot be read. */
  totalBytes: number | null;
  /** For the user that the recorder runs as. */
  freeBytes: number | null;
}

const gigabyte = 1e9;

/**
 * Bytes of a volume that recordings leave free: as set, else 5 % of it, at least 1 GB and at most 50 GB, but never more
 * than a fifth of a small one. Where other files fill most of it, half of what they leave, down to half of that.
 *
 * @param usableBytes free, and taken by recordings.
 */
export function keepFreeOf(
  { keepFreeBytes }: Pick<Volume, 'keepFreeBytes'>,
  totalBytes: number,
  usableBytes = Number.POSITIVE_INFINITY,
): number {
  const standard = Math.min(Math.max(totalBytes * 0.05, gigabyte), 50 * gigabyte, totalBytes / 5);
  return keepFreeBytes ?? Math.round(Math.max(standard / 2, Math.min(standard, usableBytes / 2)));
}

/**
 * When cleaning cannot keep up, or has nothing left to clean, recording stops with this much free rather than filling
 * the disk to its last byte: SQLite and the operating system live there too.
 */
export const floorOf = (keepFreeBytes: number): number => Math.round(keepFreeBytes / 4);

/** How much more is to be recorded on a volume; below 0 when its quota or the space to be kept free is exceeded. */
export function roomOn(volume: Volume, { totalBytes, freeBytes }: VolumeStatus, recordingsBytes: number): number {
  const free = freeBytes ?? 0;
  const space = free - keepFreeOf(volume, totalBytes ?? 0, free + recordingsBytes);
  return Math.min(space, (volume.quotaBytes ?? Number.POSITIVE_INFINITY) - recordingsBytes);
}

/**
 * A volume that is nearly as full as it may be: recordings go to another that has room, before the oldest has to go. So
 * much earlier that the files begun by then find their place.
 */
export const isNearlyFull = (volume: Volume, { totalBytes }: VolumeStatus, room: number): boolean =>
  room < Math.min(keepFreeOf(volume, totalBytes ?? 0) / 10, (volume.quotaBytes ?? Number.POSITIVE_INFINITY) / 20);
