import { useDebouncedValue } from '@mantine/hooks';
import type { CameraDto, Retention } from '@nightjar/contract';
import { useQuery } from '@tanstack/react-query';
import { retentionWishQuery } from '../api/camera-queries.ts';
import type { ApiFailure } from '../api/client.ts';

/** What saving other limits deletes of a camera. */
export type WouldDelete =
  | { state: 'unchanged' }
  | { state: 'asking' }
  | { state: 'unknown'; failure: ApiFailure }
  | {
      state: 'known';
      sizeBytes: number;
      /** Everything before goes, Unix ms; null of nothing. */
      beforeMs: number | null;
      /** Would go, were it not locked or bookmarked. */
      protectedBytes: number;
    };

const typingMs = 400;

/** Asks the recorder once typing has paused. */
export function useWouldDelete(camera: CameraDto, { maxAgeDays, maxSizeBytes }: Retention): WouldDelete {
  const saved = camera.retention;
  const changed = maxAgeDays !== saved.maxAgeDays || maxSizeBytes !== saved.maxSizeBytes;
  const limited = maxAgeDays !== null || maxSizeBytes !== null;
  const [wish] = useDebouncedValue({ maxAgeDays, maxSizeBytes }, typingMs);
  const settled = wish.maxAgeDays === maxAgeDays && wish.maxSizeBytes === maxSizeBytes;
  const { data, error } = useQuery({
    ...retentionWishQuery(camera.id, wish),
    enabled: changed && limited && settled,
  });
  if (!changed || !limited) return { state: 'unchanged' };
  if (error) return { state: 'unknown', failure: error };
  if (!data || !settled) return { state: 'asking' };
  const items = data.items.filter(({ cameraId, reason }) => cameraId === camera.id && ownReasons.has(reason));
  return {
    state: 'known',
    sizeBytes: items.reduce((sum, item) => sum + item.sizeBytes, 0),
    beforeMs: items.length > 0 ? Math.max(...items.map(({ to }) => to)) : null,
    protectedBytes: data.protectedBytes,
  };
}

/** Those that come of the camera's limits; volumes have rules of their own. */
const ownReasons: ReadonlySet<string> = new Set(['age', 'size']);
