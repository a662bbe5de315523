import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import { type SegmentRow, type Tables, unfinished } from '../database/index.ts';
import { streamIdOf } from '../shared/stream-id.ts';
import { enterRemoved } from './removed.ts';

const columns = ['id', 'camera_id', 'volume_id', 'run_id', 'path', 'start_at', 'end_at', 'size_bytes'] as const;
export type Marked = Pick<SegmentRow, (typeof columns)[number]>;

/** What locks and bookmarks kept. */
export interface Kept {
  segments: number;
  sizeBytes: number;
}

/** Which of the marked segments. */
interface Which {
  /** Only of this camera. */
  cameraId?: string | undefined;
  /** Only those with a higher id. */
  after: number;
  limit: number;
}

/** The rows of segments on their way out. */
export class DeletionRows {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Marks those that are closed and not protected; in one statement, so that no lock can come between the question and the deed. */
  mark(ids: readonly number[]): Promise<Marked[]> {
    return this.#db
      .updateTable('segments')
      .set({ state: 'deleting' })
      .where('id', 'in', ids)
      .where('state', '=', 'closed')
      .where(unprotected)
      .returning(columns)
      .execute();
  }

  /** Marks some of a camera's that are not protected, whatever their state. Answers how many. */
  async markAllOf(cameraId: string): Promise<number> {
    const { numUpdatedRows } = await this.#db
      .updateTable('segments')
      .set({ state: 'deleting' })
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('segments')
          .select('id')
          .where('camera_id', '=', cameraId)
          .where('state', '<>', 'deleting')
          .where(unprotected)
          .limit(1_000),
      )
      .executeTakeFirst();
    return Number(numUpdatedRows);
  }

  /** By their ids. */
  marked({ cameraId, after, limit }: Which): Promise<Marked[]> {
    return this.#db
      .selectFrom('segments')
      .select(columns)
      .where('state', '=', 'deleting')
      .where(unfinished)
      .where('id', '>', after)
      .$if(cameraId !== undefined, (query) => query.where('camera_id', '=', String(cameraId)))
      .orderBy('id')
      .limit(limit)
      .execute();
  }

  /** What was marked and cannot go now is footage as before. */
  async show(rows: readonly Marked[]): Promise<void> {
    if (rows.length === 0) return;
    const ids = rows.map(({ id }) => id);
    await this.#db.updateTable('segments').set({ state: 'closed' }).where('id', 'in', ids).execute();
  }

  /** Some of a volume, whatever their state. */
  onVolume(volumeId: string, limit: number): Promise<Marked[]> {
    return this.#db.selectFrom('segments').select(columns).where('volume_id', '=', volumeId).limit(limit).execute();
  }

  /** With the runs of which nothing is left. The ledger has their ranges as `removed` from that moment on. */
  async remove(rows: readonly Marked[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#db.transaction().execute(async (trx) => {
      for (const [cameraId, ofCamera] of Map.groupBy(rows, (row) => row.camera_id)) {
        const ranges = ofCamera.map((row) => ({ from: row.start_at, to: row.end_at }));
        await enterRemoved(trx, cameraId, ranges);
      }
      const ids = rows.map((row) => row.id);
      await trx.deleteFrom('segments').where('id', 'in', ids).execute();
      await removeEmptyRuns(trx, [...new Set(rows.map((row) => row.run_id))]);
    });
  }

  /** What is left of a camera. */
  async left(cameraId: string): Promise<Kept> {
    const row = await this.#db
      .selectFrom('segments')
      .select((eb) => [
        eb.fn.countAll<number>().as('segments'),
        eb.fn.coalesce(eb.fn.sum<number>('size_bytes'), eb.lit(0)).as('sizeBytes'),
      ])
      .where('camera_id', '=', cameraId)
      .where('state', '<>', 'deleting')
      .executeTakeFirstOrThrow();
    return { segments: row.segments, sizeBytes: Number(row.sizeBytes) };
  }
}

const substream = streamIdOf('', 'sub');

/** No lock, bookmark or waiting export overlaps the segment; those of a camera are for its substream, too. */
const unprotected = ({ not, exists, selectFrom }: ExpressionBuilder<Tables, 'segments'>) =>
  not(
    exists(
      selectFrom('protected_ranges as kept')
        .select('kept.from_at')
        // A dot is in no camera's id.
        .where(sql<boolean>`kept.camera_id IN (segments.camera_id, replace(segments.camera_id, ${substream}, ''))`)
        .whereRef('kept.from_at', '<', 'segments.end_at')
        .whereRef('kept.to_at', '>', 'segments.start_at'),
    ),
  );

/** Those of the runs of which no segment is left. */
async function removeEmptyRuns(db: Kysely<Tables>, runIds: readonly string[]): Promise<void> {
  await db
    .deleteFrom('runs')
    .where('id', 'in', runIds)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('segments').select('segments.id').whereRef('segments.run_id', '=', 'runs.id'))),
    )
    .execute();
}
