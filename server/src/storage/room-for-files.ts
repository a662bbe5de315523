import { statfs } from 'node:fs/promises';
import { amount } from '../shared/amounts.ts';
import { NvrError } from '../shared/errors.ts';
import { keepFreeOf, type Volume } from './volume.ts';

/** Cleans footage of a volume that began before an instant, until there are so many bytes beside what is kept free. */
export type MakeRoom = (wish: { volumeId: string; bytes: number; before: number }) => Promise<void>;

/** What has to be known of the volumes; a `VolumeSet` is one. */
export interface RoomyVolumes {
  /** In the order of use. */
  list(): readonly Volume[];
  writable(): ReadonlyArray<{ id: string }>;
  /** What recordings take. */
  usage(id: string): Promise<{ bytes: number }>;
}

interface Wanted {
  neededBytes: number;
  /** What the files are made of begins then, Unix milliseconds: only older footage may go for them. */
  before: number;
}

/**
 * The first volume that has room for files made of recordings, and still keeps free what it should; else the first on
 * which cleaning older footage makes room.
 *
 * @param makeRoom resolves when it has tried.
 * @throws {NvrError} `disk_full`, with what is needed and what there is.
 */
export async function volumeWithRoom(
  volumes: RoomyVolumes,
  { neededBytes, before }: Wanted,
  makeRoom: MakeRoom,
): Promise<Volume> {
  const writable = new Set(volumes.writable().map(({ id }) => id));
  const usable = volumes.list().filter(({ id }) => writable.has(id));
  for (const volume of usable) if ((await roomForFilesOn(volumes, volume)) >= neededBytes) return volume;
  const found: string[] = [];
  for (const volume of usable) {
    // The oldest goes for it as it goes for new recordings; not what the files are made of, nor what is newer.
    await makeRoom({ volumeId: volume.id, bytes: neededBytes, before });
    const roomBytes = await roomForFilesOn(volumes, volume);
    if (roomBytes >= neededBytes) return volume;
    found.push(`${volume.name} has ${amount(Math.max(roomBytes, 0))}`);
  }
  const there = found.length > 0 ? found.join(', ') : 'no volume can be written to';
  throw new NvrError(
    'disk_full',
    `The files need ${amount(neededBytes)} beside what a volume keeps free; ${there}. ` +
      'Free space, remove locks on older footage, or add a volume.',
  );
}

/** Beside the space to be kept free; below 0 when that is used already. */
export async function roomForFilesOn(volumes: Pick<RoomyVolumes, 'usage'>, volume: Volume): Promise<number> {
  const { blocks, bavail, bsize } = await statfs(volume.root);
  const freeBytes = bavail * bsize;
  const usableBytes = freeBytes + (await volumes.usage(volume.id)).bytes;
  return freeBytes - keepFreeOf(volume, blocks * bsize, usableBytes);
}
