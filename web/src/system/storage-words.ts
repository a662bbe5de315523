import type { RemovalReason, Storage, StorageForecast, VolumeDto, VolumeState } from '@nightjar/contract';
import { formatBytes, formatDays } from '../time/format.ts';

export type VolumeKind = 'active' | 'idle' | 'trouble';

/** A volume's state in words; `kind` picks icon and colour. */
export interface VolumeWords {
  kind: VolumeKind;
  word: string;
  /** What that means; empty when nothing is to be added. */
  detail: string;
}

const stateWord: Record<Exclude<VolumeState, 'ready'>, string> = {
  full: 'Full',
  missing: 'Missing',
  read_only: 'Cannot be written',
  failing: 'Failing',
};

/** `volumes` in the order they are used. */
export function volumeWords(volume: VolumeDto, volumes: readonly VolumeDto[]): VolumeWords {
  if (isTrouble(volume) && volume.state !== 'ready') {
    return { kind: 'trouble', word: stateWord[volume.state], detail: volume.message ?? '' };
  }
  if (volume.use === 'read') {
    return { kind: 'idle', word: 'Read only', detail: 'Its footage can be watched; nothing new is written to it.' };
  }
  const [active] = writable(volumes);
  return volume.id === active?.id
    ? { kind: 'active', word: 'Recording', detail: '' }
    : { kind: 'idle', word: 'Standing by', detail: 'Takes over when those above it are full or fail.' };
}

/** Those that take recordings now, in the order of use. */
const writable = (volumes: readonly VolumeDto[]) =>
  volumes.filter(({ use, state }) => use === 'record' && state === 'ready');

/** Something a person should look at: one that is only to be read need not be writable. */
export const isTrouble = ({ use, state }: Pick<VolumeDto, 'use' | 'state'>): boolean =>
  use === 'read' ? state === 'missing' || state === 'failing' : state !== 'ready';

export interface StorageProblem {
  /** Nothing can be recorded. */
  stopped: boolean;
  title: string;
  detail: string;
}

/** What is wrong with the storage as a whole; null when nothing is. */
export function storageProblem({ volumes }: Pick<Storage, 'volumes'>): StorageProblem | null {
  const troubled = volumes.filter(isTrouble);
  const [first] = troubled;
  if (writable(volumes).length === 0) {
    const detail = first?.message ?? 'Every volume is set to be read only. Set one of them to record, or add another.';
    return { stopped: true, title: 'Nowhere to record', detail };
  }
  if (!first || first.state === 'ready') return null;
  const title =
    troubled.length > 1
      ? `${troubled.length} volumes in trouble`
      : `${first.name}: ${stateWord[first.state].toLowerCase()}`;
  const detail = troubled.map(({ name, message }) => (troubled.length > 1 ? `${name}: ${message}` : message)).join(' ');
  return { stopped: false, title, detail };
}

/** How long there is room, and what then. */
export function forecastWords({ bytesPerDay, fullInDays, keepsDays }: StorageForecast): {
  value: string;
  note: string;
} {
  const keeps = keepsDays === null ? null : formatDays(keepsDays);
  if (fullInDays === null) {
    return keeps
      ? { value: 'Does not fill up', note: 'The limits of the cameras remove footage before' }
      : { value: 'Not known yet', note: 'Known after some hours of recording' };
  }
  if (fullInDays <= 0) {
    return {
      value: keeps ? `Keeps ${keeps}` : 'Full',
      note: `${formatBytes(bytesPerDay)} a day; the oldest goes for it`,
    };
  }
  return {
    value: `Full in ${formatDays(fullInDays)}`,
    note: keeps ? `Then footage goes back ${keeps}` : `${formatBytes(bytesPerDay)} a day`,
  };
}

/** Shares of a volume's size, 0 to 1; together 1. null while its size is not known. */
export interface VolumeShares {
  recordings: number;
  others: number;
  /** Free to be recorded on. */
  free: number;
  /** Free, and kept so. */
  kept: number;
  /** Where the quota ends; null without one, or beyond the end. */
  quota: number | null;
}

type Sizes = Pick<VolumeDto, 'totalBytes' | 'freeBytes' | 'recordingsBytes' | 'keepFreeBytes' | 'quotaBytes'>;

export function volumeShares(volume: Sizes): VolumeShares | null {
  const { totalBytes, freeBytes, recordingsBytes, keepFreeBytes, quotaBytes } = volume;
  if (totalBytes === null || freeBytes === null || totalBytes <= 0) return null;
  const free = Math.min(totalBytes, Math.max(0, freeBytes));
  // The index knows of sizes a little before or after the file system does.
  const recordings = Math.min(recordingsBytes, totalBytes - free);
  const kept = Math.min(free, keepFreeBytes);
  return {
    recordings: recordings / totalBytes,
    others: (totalBytes - free - recordings) / totalBytes,
    free: (free - kept) / totalBytes,
    kept: kept / totalBytes,
    quota: quotaBytes !== null && quotaBytes < totalBytes ? quotaBytes / totalBytes : null,
  };
}

/** Why cleaning takes footage. */
export const reasonText: Record<RemovalReason, string> = {
  age: 'Older than its camera keeps footage',
  size: 'Beyond the size its camera may take',
  quota: 'Beyond the quota of its volume',
  space: 'Its volume needs the space',
};
