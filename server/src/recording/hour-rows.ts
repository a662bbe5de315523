import type { Span, TimeRange } from '@nightjar/contract';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import { sameRunToleranceMs } from './spans.ts';

export const hourMs = 3_600_000;

/** What a camera has of the segments that begin in an hour of UTC. */
export interface FootageHour {
  /** Hours since 1970. */
  hour: number;
  /** Where the first of them begins. */
  startAt: number;
  /** Where the last of them ends. */
  endAt: number;
  /** Between them nothing is missing for longer; infinite when frames are missing inside one. */
  missingMs: number;
}

/** What need not be told exactly. */
export interface Coarseness {
  /** Whatever is missing for a shorter time inside `within` may be taken for recorded. */
  resolutionMs: number;
  within: Span;
}

/** The hours of which segments may overlap `range`, oldest first. @param firstStart no earlier one does. */
export async function footageHours(
  db: Kysely<Tables>,
  cameraId: string,
  { range, firstStart }: { range: TimeRange; firstStart: number },
): Promise<FootageHour[]> {
  const rows = await db
    .selectFrom('footage_hours')
    .select(['hour', 'first_at', 'last_at', 'missing_ms', 'holed'])
    .where('camera_id', '=', cameraId)
    .where('hour', '>=', hourOf(firstStart))
    .where('hour', '<=', hourOf(range.to))
    .where('first_at', '<', range.to)
    .where('last_at', '>', range.from)
    .orderBy('hour')
    .execute();
  return rows.map((row) => ({
    ...{ hour: row.hour, startAt: row.first_at, endAt: row.last_at },
    missingMs: row.holed > 0 ? Number.POSITIVE_INFINITY : row.missing_ms,
  }));
}

/**
 * The hours whose segments have to be looked at one by one: those in which something is missing, those of segments that
 * memory knows better, and neighbours so near one another that it depends on their runs whether they are one span.
 *
 * @param hours oldest first.
 * @param live the segments in memory.
 * @returns as ranges of instants, oldest first.
 */
export function unclearHours(
  hours: readonly FootageHour[],
  live: ReadonlyArray<{ startAt: number; endAt: number }>,
  { resolutionMs, within }: Coarseness,
): Span[] {
  const isClear = ({ missingMs, startAt, endAt }: FootageHour) =>
    missingMs === 0 || (missingMs < resolutionMs && startAt >= within.from && endAt <= within.to);
  const unclear = new Set(hours.filter((hour) => !isClear(hour)).map(({ hour }) => hour));
  for (const { startAt } of live) unclear.add(hourOf(startAt));
  const pieces = [...hours, ...live.map((segment) => ({ ...segment, hour: hourOf(segment.startAt) }))];
  let last: (typeof pieces)[number] | undefined;
  for (const piece of pieces.sort((a, b) => a.startAt - b.startAt)) {
    const apartMs = last ? piece.startAt - last.endAt : 0;
    if (last && apartMs > 0 && apartMs <= sameRunToleranceMs) unclear.add(last.hour).add(piece.hour);
    if (!last || piece.endAt > last.endAt) last = piece;
  }
  const ranges: Span[] = [];
  for (const hour of [...unclear].sort((a, b) => a - b)) {
    const [from, to] = [hour * hourMs, (hour + 1) * hourMs];
    const before = ranges.at(-1);
    if (before?.to === from) before.to = to;
    else ranges.push({ from, to });
  }
  return ranges;
}

const hourOf = (at: number): number => Math.floor(at / hourMs);
