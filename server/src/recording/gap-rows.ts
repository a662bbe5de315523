import type { GapCause, Span } from '@nightjar/contract';
import type { Kysely } from 'kysely';
import type { GapRow, Tables } from '../database/index.ts';
import type { LedgerGap } from './spans.ts';
import type { WriteQueue } from './write-queue.ts';

/** A row of the ledger. Who changes one saves it. */
export interface Gap extends LedgerGap {
  id: number;
  cameraId: string;
}

interface GapRowParts {
  db: Kysely<Tables>;
  queue: WriteQueue;
}

/** The ledger's rows in SQLite, and in memory those that are newer than theirs. */
export class GapRows {
  readonly #db: Kysely<Tables>;
  readonly #queue: WriteQueue;
  /** Those that last, and those that perhaps are not saved yet. */
  readonly #live = new Map<number, Gap>();
  #lastId = 0;

  constructor({ db, queue }: GapRowParts) {
    this.#db = db;
    this.#queue = queue;
  }

  /** Those that a former process left open, in the order in which they were entered. To be called first. */
  async open(): Promise<Gap[]> {
    const last = await this.#db
      .selectFrom('gaps')
      .select((eb) => eb.fn.max<number | null>('id').as('id'))
      .executeTakeFirst();
    this.#lastId = last?.id ?? 0;
    const rows = await this.#db.selectFrom('gaps').selectAll().where('to_at', 'is', null).orderBy('id').execute();
    const gaps = rows.map(fromRow);
    for (const gap of gaps) this.#live.set(gap.id, gap);
    return gaps;
  }

  /** Where each camera's last gap ended, of those that did. */
  async lastEnds(): Promise<Map<string, number>> {
    const rows = await this.#db
      .selectFrom('gaps')
      .select(['camera_id', (eb) => eb.fn.max<number | null>('to_at').as('to_at')])
      .groupBy('camera_id')
      .execute();
    return new Map(rows.flatMap((row) => (row.to_at === null ? [] : [[row.camera_id, row.to_at] as const])));
  }

  /** @param to null: it lasts. */
  add(cameraId: string, cause: GapCause, from: number, to: number | null = null): Gap {
    this.#lastId += 1;
    const gap: Gap = { id: this.#lastId, cameraId, from, to, cause };
    this.save(gap);
    return gap;
  }

  /** Within moments. A gap that ends before it begins never was one. */
  save(gap: Gap): void {
    gap.from = Math.round(gap.from);
    gap.to = gap.to === null ? null : Math.round(gap.to);
    this.#live.set(gap.id, gap);
    const saved = () => {
      if (gap.to !== null) this.#live.delete(gap.id);
    };
    this.#queue.put(keyOf(gap), (db) => saveRow(db, gap), saved);
    this.#queue.soon();
  }

  /** Those that overlap `range`, in the order in which they were entered. */
  async overlapping(cameraId: string, range: Span): Promise<LedgerGap[]> {
    const live = [...this.#live.values()].filter((gap) => gap.cameraId === cameraId);
    const ids = new Set(live.map((gap) => gap.id));
    const rows = await this.#db
      .selectFrom('gaps')
      .selectAll()
      .where('camera_id', '=', cameraId)
      .where('from_at', '<', range.to)
      .where((eb) => eb.or([eb('to_at', 'is', null), eb('to_at', '>', range.from)]))
      .execute();
    return [...rows.filter((row) => !ids.has(row.id)).map(fromRow), ...live]
      .filter(({ from, to }) => from < range.to && (to === null || (to > range.from && to > from)))
      .sort((a, b) => a.id - b.id);
  }

  /** The camera is gone with all its footage. */
  async forget(cameraId: string): Promise<void> {
    for (const gap of this.#live.values()) {
      if (gap.cameraId !== cameraId) continue;
      this.#queue.drop(keyOf(gap));
      this.#live.delete(gap.id);
    }
    await this.#queue.flush();
    await this.#db.deleteFrom('gaps').where('camera_id', '=', cameraId).execute();
  }
}

const keyOf = (gap: Gap): string => `gap ${gap.id}`;

function fromRow(row: GapRow): Gap {
  return { id: row.id, cameraId: row.camera_id, from: row.from_at, to: row.to_at, cause: row.cause };
}

async function saveRow(db: Kysely<Tables>, gap: Gap): Promise<unknown> {
  if (gap.to !== null && gap.to <= gap.from) return db.deleteFrom('gaps').where('id', '=', gap.id).execute();
  const known = { from_at: gap.from, to_at: gap.to, cause: gap.cause };
  return db
    .insertInto('gaps')
    .values({ id: gap.id, camera_id: gap.cameraId, ...known })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(known))
    .execute();
}
