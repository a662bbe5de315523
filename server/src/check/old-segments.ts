import type { Kysely } from 'kysely';
import type { SegmentRow, Tables } from '../database/index.ts';
import { foldersWithRows, type ListedRow, rowsIn } from './rows.ts';

const batchRows = 500;

/** The segments of the index that is being replaced; empty when that cannot be trusted. */
export class OldSegments {
  readonly #db: Kysely<Tables> | null;

  /** @param db of a database that is in order, else null. */
  constructor(db: Kysely<Tables> | null) {
    this.#db = db;
  }

  async highestId(): Promise<number> {
    const query = this.#db?.selectFrom('segments').select((eb) => eb.fn.max<number | null>('id').as('id'));
    return (await query?.executeTakeFirst())?.id ?? 0;
  }

  async foldersOf(volumeId: string): Promise<string[]> {
    return this.#db ? foldersWithRows(this.#db, volumeId) : [];
  }

  /** By path. */
  async rowsIn(volumeId: string, folder: string): Promise<Map<string, ListedRow>> {
    const rows = this.#db ? await rowsIn(this.#db, volumeId, folder) : [];
    return new Map(rows.map((row) => [row.path, row]));
  }

  async find(
    runId: string,
    sequence: number,
  ): Promise<Pick<SegmentRow, 'id' | 'volume_id' | 'path' | 'state'> | undefined> {
    return this.#db
      ?.selectFrom('segments')
      .select(['id', 'volume_id', 'path', 'state'])
      .where('run_id', '=', runId)
      .where('sequence', '=', sequence)
      .executeTakeFirst();
  }

  /** How many each camera has on a volume, without those that are being deleted. */
  async countByCamera(volumeId: string): Promise<Array<{ cameraId: string; count: number }>> {
    const query = this.#db
      ?.selectFrom('segments')
      .select(['camera_id', (eb) => eb.fn.countAll<number>().as('count')])
      .where('volume_id', '=', volumeId)
      .where('state', '<>', 'deleting')
      .groupBy('camera_id');
    return ((await query?.execute()) ?? []).map((row) => ({ cameraId: row.camera_id, count: row.count }));
  }

  /** Takes a row over as it is, with its run, unless the new index has that segment already. */
  async copy(to: Kysely<Tables>, id: number): Promise<boolean> {
    const row = await this.#db?.selectFrom('segments').selectAll().where('id', '=', id).executeTakeFirst();
    return row !== undefined && this.#insert(to, row);
  }

  /** Takes over all that is on a volume. Answers how many rows that were. */
  async copyVolume(to: Kysely<Tables>, volumeId: string): Promise<number> {
    let copied = 0;
    for (let lastId = -1; ; ) {
      const rows = await this.#db
        ?.selectFrom('segments')
        .selectAll()
        .where('volume_id', '=', volumeId)
        .where('id', '>', lastId)
        .orderBy('id')
        .limit(batchRows)
        .execute();
      const last = rows?.at(-1);
      if (!rows || !last) return copied;
      lastId = last.id;
      await to.transaction().execute(async (trx) => {
        for (const row of rows) copied += (await this.#insert(trx, row)) ? 1 : 0;
      });
    }
  }

  async #insert(to: Kysely<Tables>, row: SegmentRow): Promise<boolean> {
    const run = await this.#db?.selectFrom('runs').selectAll().where('id', '=', row.run_id).executeTakeFirst();
    if (!run) return false;
    await to
      .insertInto('runs')
      .values(run)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
    const inserted = await to
      .insertInto('segments')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return Number(inserted.numInsertedOrUpdatedRows) > 0;
  }
}
