import type { VolumeDto } from '@nightjar/contract';

type Placed = Pick<VolumeDto, 'id' | 'position'>;

/**
 * The new positions of those that have to change, so that the volume named by `id` comes one place earlier (-1) or
 * later (1). `volumes` in the order they are used; empty when it is there already.
 */
export function movedVolumes(volumes: readonly Placed[], id: string, by: -1 | 1): Placed[] {
  const from = volumes.findIndex((volume) => volume.id === id);
  const moved = volumes[from];
  const other = volumes[from + by];
  if (!moved || !other) return [];
  return volumes
    .toSpliced(from, 1, other)
    .toSpliced(from + by, 1, moved)
    .map((volume, position) => ({ id: volume.id, position, before: volume.position }))
    .filter(({ position, before }) => position !== before)
    .map(({ id, position }) => ({ id, position }));
}
