import type { FootageSummary, Span, TimeRange, UnixMs } from '@nightjar/contract';
import { type Kysely, sql } from 'kysely';
import { type RunRow, type SegmentRow, type Tables, unfinished } from '../database/index.ts';
import { decodeChunkIndex, encodeChunkIndex } from '../media/fmp4/index.ts';
import { decodeHoles, encodeHoles, holesIn } from './holes.ts';
import { type FootageHour, footageHours } from './hour-rows.ts';
import type { Run, Segment, SegmentWithChunks } from './segment.ts';
import type { WithHoles } from './spans.ts';

/** Longer than any segment, unless a camera sends a keyframe this seldom; queries allow for that too. */
const usualMaxSegmentMs = 600_000;

/** Of a camera's newest segments by their start, one ends last: not millions need to be looked at. */
const newestLooked = 200;

/** Segments and runs in SQLite; the only place that knows their columns. */
export class SegmentRows {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** The hours of which segments may overlap `range`, oldest first. */
  async hours(cameraId: string, range: TimeRange): Promise<FootageHour[]> {
    return footageHours(this.#db, cameraId, { range, firstStart: await this.#firstStart(cameraId, range.from) });
  }

  /** Segments that begin in one of `starts` and overlap `range`, in any order; read from the index alone, without chunks. */
  async extents(
    cameraId: string,
    range: TimeRange,
    starts: readonly Span[],
  ): Promise<Array<WithHoles & { id: number }>> {
    // One statement for all: each would take as long as the rows of an hour. One bound, the nearer: of two, SQLite would
    // search by the one it meets first.
    const parts = JSON.stringify(starts.map(({ from, to }) => [from, Math.min(to, range.to)]));
    const { rows } = await sql<Pick<SegmentRow, 'id' | 'start_at' | 'end_at' | 'run_id' | 'holes'>>`
      SELECT segments.id, start_at, end_at, run_id, holes
      FROM json_each(${parts}) AS part CROSS JOIN segments
      WHERE camera_id = ${cameraId} AND start_at >= part.value ->> 0 AND start_at < part.value ->> 1
        AND end_at > ${range.from} AND state <> 'deleting'`.execute(this.#db);
    return rows.map((row) => ({
      ...{ id: row.id, startAt: row.start_at, endAt: row.end_at, runId: row.run_id },
      holes: decodeHoles(row.holes),
    }));
  }

  /** The segments that overlap `range`, oldest first, with their chunks. */
  async overlapping(cameraId: string, range: TimeRange): Promise<SegmentWithChunks[]> {
    const query = this.#overlapping(cameraId, range, await this.#firstStart(cameraId, range.from));
    const rows = await query.selectAll().execute();
    return rows.map((row) => ({ ...fromRow(row), chunks: decodeChunkIndex(row.chunks) }));
  }

  /** The segments whose files lie in a folder of a volume, oldest first, with their chunks. */
  async inFolder(volumeId: string, folder: string): Promise<SegmentWithChunks[]> {
    // "0" follows "/": all paths that begin with the folder, found through the index of the paths.
    const rows = await this.#db
      .selectFrom('segments')
      .selectAll()
      .where('volume_id', '=', volumeId)
      .where('path', '>', `${folder}/`)
      .where('path', '<', `${folder}0`)
      .where('state', '<>', 'deleting')
      .orderBy('start_at')
      .execute();
    return rows.map((row) => ({ ...fromRow(row), chunks: decodeChunkIndex(row.chunks) }));
  }

  async get(cameraId: string, id: number): Promise<Segment | undefined> {
    const row = await this.#one(cameraId, id).select(withoutChunks).executeTakeFirst();
    return row && fromRow(row);
  }

  async withChunks(cameraId: string, id: number): Promise<SegmentWithChunks | undefined> {
    const row = await this.#one(cameraId, id).selectAll().executeTakeFirst();
    return row && { ...fromRow(row), chunks: decodeChunkIndex(row.chunks) };
  }

  async open(): Promise<Segment[]> {
    const rows = await this.#db
      .selectFrom('segments')
      .select(withoutChunks)
      .where('state', '=', 'open')
      .where(unfinished)
      .execute();
    return rows.map(fromRow);
  }

  async runs(ids: readonly string[]): Promise<Run[]> {
    const runs: Run[] = [];
    // SQLite binds at most 32,766 values to a statement.
    for (let at = 0; at < ids.length; at += 1_000) {
      const part = ids.slice(at, at + 1_000);
      const rows = await this.#db.selectFrom('runs').selectAll().where('id', 'in', part).execute();
      runs.push(...rows.map(runFromRow));
    }
    return runs;
  }

  /** The end of each camera's newest footage. */
  async newest(): Promise<Map<string, UnixMs>> {
    const cameras = await this.#db.selectFrom('footage_totals').select('camera_id').distinct().execute();
    const newest = new Map<string, UnixMs>();
    for (const { camera_id } of cameras) {
      const rows = await this.#db
        .selectFrom('segments')
        .select('end_at')
        .where('camera_id', '=', camera_id)
        .where('state', '<>', 'deleting')
        .orderBy('start_at', 'desc')
        .limit(newestLooked)
        .execute();
      if (rows.length > 0) newest.set(camera_id, Math.max(...rows.map(({ end_at }) => end_at)) as UnixMs);
    }
    return newest;
  }

  async highestId(): Promise<number> {
    const row = await this.#db
      .selectFrom('segments')
      .select((eb) => eb.fn.max('id').as('id'))
      .executeTakeFirst();
    return row?.id ?? 0;
  }

  async summary(cameraId: string): Promise<FootageSummary> {
    const row = await this.#db
      .selectFrom('segments')
      .select((eb) => [
        eb.fn.min<number | null>('start_at').as('firstAt'),
        eb.fn.max<number | null>('end_at').as('lastAt'),
        sql<number>`coalesce(sum(end_at - start_at), 0)`.as('recordedMs'),
        sql<number>`coalesce(sum(size_bytes), 0)`.as('sizeBytes'),
      ])
      .where('camera_id', '=', cameraId)
      .where('state', '<>', 'deleting')
      .executeTakeFirstOrThrow();
    return row as FootageSummary;
  }

  /** Not those that are being deleted; oldest first. */
  #overlapping(cameraId: string, range: TimeRange, firstStart: number) {
    return this.#db
      .selectFrom('segments')
      .where('camera_id', '=', cameraId)
      .where('start_at', '>=', firstStart)
      .where('start_at', '<', range.to)
      .where('end_at', '>', range.from)
      .where('state', '<>', 'deleting')
      .orderBy('start_at');
  }

  #one(cameraId: string, id: number) {
    return this.#db
      .selectFrom('segments')
      .where('id', '=', id)
      .where('camera_id', '=', cameraId)
      .where('state', '<>', 'deleting');
  }

  /** From which start on a segment can overlap `from`. */
  async #firstStart(cameraId: string, from: number): Promise<number> {
    const row = await this.#db
      .selectFrom('segments')
      .select((eb) => eb.fn.max<number | null>('start_at').as('start_at'))
      .where('camera_id', '=', cameraId)
      .where('start_at', '<=', from)
      .executeTakeFirst();
    return Math.min(row?.start_at ?? from, from - usualMaxSegmentMs);
  }
}

/** All but the chunk indexes, which are large. */
export const withoutChunks = [
  'id',
  'camera_id',
  'volume_id',
  'run_id',
  'sequence',
  'path',
  'start_at',
  'end_at',
  'size_bytes',
  'head_length',
  'state',
] as const;

function fromRow(row: Omit<SegmentRow, 'chunks' | 'holes'>): Segment {
  return {
    id: row.id,
    cameraId: row.camera_id,
    volumeId: row.volume_id,
    runId: row.run_id,
    sequence: row.sequence,
    path: row.path,
    startAt: row.start_at as UnixMs,
    endAt: row.end_at as UnixMs,
    sizeBytes: row.size_bytes,
    headLength: row.head_length,
    state: row.state === 'open' ? 'open' : 'closed',
  };
}

function runFromRow(row: RunRow): Run {
  return {
    id: row.id,
    cameraId: row.camera_id,
    startAt: row.started_at as UnixMs,
    videoCodec: row.video_codec,
    codecStrings: row.codec_string.split(','),
    width: row.width,
    height: row.height,
    audioCodec: row.audio_codec,
    initLength: row.init_length,
  };
}

/** Inserts the segment, or updates it; its run comes first, since an empty one may have been tidied away. */
export async function saveSegment(db: Kysely<Tables>, segment: SegmentWithChunks, run: Run | null): Promise<void> {
  if (run) await saveRun(db, run);
  const growing = {
    end_at: segment.endAt,
    size_bytes: segment.sizeBytes,
    state: segment.state,
    holes: encodeHoles(holesIn(segment.chunks)),
    chunks: encodeChunkIndex([...segment.chunks]),
  };
  await db
    .insertInto('segments')
    .values({
      id: segment.id,
      camera_id: segment.cameraId,
      volume_id: segment.volumeId,
      run_id: segment.runId,
      sequence: segment.sequence,
      path: segment.path,
      start_at: segment.startAt,
      head_length: segment.headLength,
      ...growing,
    })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(growing))
    .execute();
}

async function saveRun(db: Kysely<Tables>, run: Run): Promise<void> {
  await db
    .insertInto('runs')
    .values({
      id: run.id,
      camera_id: run.cameraId,
      started_at: run.startAt,
      video_codec: run.videoCodec,
      codec_string: run.codecStrings.join(','),
      width: run.width,
      height: run.height,
      audio_codec: run.audioCodec,
      init_length: run.initLength,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

export async function removeSegment(db: Kysely<Tables>, id: number): Promise<void> {
  await db.deleteFrom('segments').where('id', '=', id).execute();
}
