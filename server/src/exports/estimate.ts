import { setImmediate } from 'node:timers/promises';
import type { ExportEstimate, ExportSettings } from '@nightjar/contract';
import { type Kysely, sql } from 'kysely';
import { bytesOfFiles } from '../archive/files.ts';
import type { Tables } from '../database/index.ts';
import { streamIdOf } from '../shared/stream-id.ts';
import type { PartWish } from './request.ts';

/** What is recorded of a part. */
export interface Recorded {
  sizeBytes: number;
  recordedMs: number;
}

/** No segment is longer. */
const maxSegmentMs = 600_000;
/** Questions at once; then others have their turn. */
const atOnce = 20;
/** What is encoded anew needs more bits for the same picture. */
const encodedGrowth = 1.5;

/** What each part has, from sums over the rows: a segment at the edge counts by its share. */
export async function recordedOf(
  db: Kysely<Tables>,
  parts: readonly PartWish[],
  stream: ExportSettings['stream'],
): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  for (const [at, { cameraId, from, to }] of parts.entries()) {
    if (at % atOnce === atOnce - 1) await setImmediate();
    const overlapMs = sql<number>`max(min(end_at, ${to}) - max(start_at, ${from}), 0)`;
    const row = await db
      .selectFrom('segments')
      .select([
        sql<number>`coalesce(sum(${overlapMs}), 0)`.as('recordedMs'),
        sql<number>`coalesce(sum(1.0 * size_bytes * ${overlapMs} / max(end_at - start_at, 1)), 0)`.as('sizeBytes'),
      ])
      .where('camera_id', '=', streamIdOf(cameraId, stream))
      .where('start_at', '>=', from - maxSegmentMs)
      .where('start_at', '<', to)
      .where('end_at', '>', from)
      .where('state', '<>', 'deleting')
      .executeTakeFirstOrThrow();
    recorded.push(row);
  }
  return recorded;
}

/** How many times faster than life; null: as it was. A length is kept by taking what is recorded for the whole. */
export function speedOf({ timelapse }: Pick<ExportSettings, 'timelapse'>, recordedMs: number): number | null {
  if (timelapse === null) return null;
  const speed = timelapse.speed ?? recordedMs / ((timelapse.lengthSeconds ?? 1) * 1_000);
  return Math.min(Math.max(speed, 1), 10_000);
}

/** How much of `[from, to)` the segments cover; a little of it twice where the clock was set back. */
export const recordedMsOf = (
  segments: ReadonlyArray<{ startAt: number; endAt: number }>,
  { from, to }: { from: number; to: number },
): number => sum(segments, ({ startAt, endAt }) => Math.max(Math.min(endAt, to) - Math.max(startAt, from), 0));

/** What is written to the disk for a part, about. */
export function bytesOfPart({ sizeBytes, recordedMs }: Recorded, settings: ExportSettings): number {
  const { format, times } = settings;
  const speed = speedOf(settings, recordedMs) ?? 1;
  // Pictures of a timelapse have little in common with the one before: they do not shrink as much as their number.
  const pictures = times === 'burned' || speed > 1 ? (sizeBytes * encodedGrowth) / Math.sqrt(speed) : sizeBytes;
  return bytesOfFiles({ format, from: 0, to: recordedMs / speed }, pictures);
}

/** What an export comes to. */
export function estimateOf(recorded: readonly Recorded[], settings: ExportSettings): ExportEstimate {
  const there = recorded.filter(({ recordedMs }) => recordedMs > 0);
  const recordedMs = sum(there, (part) => part.recordedMs);
  return {
    files: there.length,
    emptyParts: recorded.length - there.length,
    recordedMs: Math.round(recordedMs),
    durationMs: Math.round(sum(there, (part) => part.recordedMs / (speedOf(settings, part.recordedMs) ?? 1))),
    sizeBytes: Math.round(sum(there, (part) => bytesOfPart(part, settings))),
    encodedMs: Math.round(settings.times === 'burned' || settings.timelapse !== null ? recordedMs : 0),
  };
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);
