import type { CameraId, Mark, MarkCreate, MarkPatch, TimeRange, UnixMs } from '@nightjar/contract';
import type { Kysely } from 'kysely';
import type { MarkRow, Tables } from '../database/index.ts';
import type { Clock } from '../shared/clock.ts';
import { NvrError } from '../shared/errors.ts';

interface MarkStoreParts {
  db: Kysely<Tables>;
  clock: Clock;
  cameras: {
    /** @throws {NvrError} `camera_not_found` */
    require(id: string): unknown;
  };
  /** Something about the marks is different. */
  onChange(): void;
}

/** Which marks to list; what is left out does not matter. */
export interface MarkFilter {
  cameraId?: string | undefined;
  from?: UnixMs | undefined;
  to?: UnixMs | undefined;
}

/**
 * Locks and bookmarks. They are read from the database each time: cleaning asks it in the same transaction in which it
 * takes a segment, so that a mark holds from the moment it is answered.
 */
export class MarkStore {
  readonly #parts: MarkStoreParts;

  constructor(parts: MarkStoreParts) {
    this.#parts = parts;
  }

  /** By their beginnings; those of removed cameras too, as long as footage of these is kept. */
  async list({ cameraId, from, to }: MarkFilter = {}): Promise<Mark[]> {
    const rows = await this.#parts.db
      .selectFrom('marks')
      .selectAll()
      .$if(cameraId !== undefined, (query) => query.where('camera_id', '=', String(cameraId)))
      .$if(from !== undefined, (query) => query.where('to_at', '>', Number(from)))
      .$if(to !== undefined, (query) => query.where('from_at', '<', Number(to)))
      .orderBy('from_at')
      .orderBy('id')
      .execute();
    return rows.map(fromRow);
  }

  /** @throws {NvrError} `camera_not_found`, `invalid_range` */
  async create({ cameraId, kind, from, to, title = '', note = '', madeBy = '' }: MarkCreate): Promise<Mark> {
    this.#parts.cameras.require(cameraId);
    requireLater({ from, to });
    const { id } = await this.#parts.db
      .insertInto('marks')
      .values({
        camera_id: cameraId,
        kind,
        from_at: from,
        to_at: to,
        title,
        note,
        made_by: madeBy,
        created_at: this.#parts.clock.nowMs(),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    this.#parts.onChange();
    return this.require(id);
  }

  /** @throws {NvrError} `mark_not_found`, `invalid_range` */
  async update(id: number, patch: MarkPatch): Promise<Mark> {
    const { kind, from, to, title, note } = { ...(await this.require(id)), ...patch };
    requireLater({ from, to });
    await this.#parts.db
      .updateTable('marks')
      .set({ kind, from_at: from, to_at: to, title, note })
      .where('id', '=', id)
      .execute();
    this.#parts.onChange();
    return this.require(id);
  }

  /** @throws {NvrError} `mark_not_found` */
  async delete(id: number): Promise<void> {
    const { numDeletedRows } = await this.#parts.db.deleteFrom('marks').where('id', '=', id).executeTakeFirst();
    if (numDeletedRows === 0n) throw unknownMark();
    this.#parts.onChange();
  }

  /** @throws {NvrError} `mark_not_found` */
  async require(id: number): Promise<Mark> {
    const row = await this.#parts.db.selectFrom('marks').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw unknownMark();
    return fromRow(row);
  }
}

function requireLater({ from, to }: { from: number; to: number }): void {
  if (to <= from) throw new NvrError('invalid_range', 'to: must be later than from', { field: 'to' });
}

const unknownMark = () => new NvrError('mark_not_found', 'There is no such lock or bookmark.');

const fromRow = (row: MarkRow): Mark => ({
  id: row.id,
  cameraId: row.camera_id as CameraId,
  kind: row.kind,
  ...({ from: row.from_at, to: row.to_at } as TimeRange),
  title: row.title,
  note: row.note,
  madeBy: row.made_by,
  createdAt: row.created_at as UnixMs,
});
