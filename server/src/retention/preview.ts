import type { CameraId, RetentionItem, RetentionPreview, UnixMs } from '@nightjar/contract';
import type { Verdict } from './piece.ts';

/**
 * Puts what the rules say in words: an item for each stretch of segments that go, of one camera and volume, for one
 * reason, with none between them that stays.
 *
 * @param cameraId only what is said of this camera; null: of all.
 */
export async function previewOf(
  said: AsyncIterable<Verdict>,
  at: UnixMs,
  cameraId: string | null,
): Promise<RetentionPreview> {
  const items: RetentionItem[] = [];
  const growing = new Map<string, RetentionItem>();
  let protectedSegments = 0;
  let protectedBytes = 0;
  for await (const { piece, reason, kept } of said) {
    if (cameraId !== null && piece.cameraId !== cameraId) continue;
    if (kept) {
      protectedSegments += piece.segments;
      protectedBytes += piece.sizeBytes;
      for (const [key, item] of growing) if (item.cameraId === piece.cameraId) growing.delete(key);
      continue;
    }
    const key = `${piece.cameraId} ${piece.volumeId} ${reason}`;
    const item = growing.get(key) ?? itemOf(piece, reason);
    if (!growing.has(key)) items.push(item);
    growing.set(key, item);
    item.from = Math.min(item.from, piece.startAt);
    item.to = Math.max(item.to, piece.endAt);
    item.segments += piece.segments;
    item.sizeBytes += piece.sizeBytes;
  }
  return {
    at,
    items: items.sort((a, b) => a.from - b.from),
    segments: sum(items, ({ segments }) => segments),
    sizeBytes: sum(items, ({ sizeBytes }) => sizeBytes),
    protectedSegments,
    protectedBytes,
  };
}

const itemOf = (
  { cameraId, volumeId, startAt, endAt }: Verdict['piece'],
  reason: Verdict['reason'],
): RetentionItem => ({
  cameraId: cameraId as CameraId,
  volumeId,
  reason,
  from: startAt,
  to: endAt,
  segments: 0,
  sizeBytes: 0,
});

const sum = <T>(values: readonly T[], of: (value: T) => number): number =>
  values.reduce((total, value) => total + of(value), 0);
