import type { EventKind, EventLevel, RecorderEvent, ServerEvent, TimeRange, UnixMs } from '@nightjar/contract';
import { type Kysely, sql } from 'kysely';
import type { EventRow, Tables } from '../database/index.ts';
import { WriteQueue } from '../recording/write-queue.ts';
import type { Clock } from '../shared/clock.ts';
import type { Logger } from '../shared/logger.ts';
import { Damping } from './damping.ts';

export interface NewEvent {
  kind: EventKind;
  level: EventLevel;
  /** What happened and why, for a person: a sentence or two. */
  message: string;
  /** Left out: of the recorder. */
  cameraId?: string | null;
  /** When what it tells of began, if that was earlier. */
  since?: number | null;
  code?: string | null;
}

export interface EventFilter extends Partial<TimeRange> {
  cameraId?: string;
  level?: EventLevel;
  /** Older than the event of this id. */
  before?: number;
  limit: number;
}

interface EventLogParts {
  db: Kysely<Tables>;
  clock: Clock;
  log: Logger;
  publish(event: ServerEvent): void;
  /** Also how often counts of coalesced events are saved and published. */
  intervalMs?: number;
}

const keptMs = 90 * 86_400_000;
const maxRows = 200_000;
const levelsFrom = { info: ['info', 'warning', 'alert'], warning: ['warning', 'alert'], alert: ['alert'] } as const;

/**
 * What happened, for people. Adding returns at once and never fails; SQLite follows. Of events of one kind and camera
 * that come thick and fast, most are not told by themselves but counted in the newest.
 */
export class EventLog {
  readonly #parts: EventLogParts;
  readonly #queue: WriteQueue;
  readonly #damping = new Damping();
  readonly #newest = new Map<string, RecorderEvent>();
  #lastId = 0;

  constructor(parts: EventLogParts) {
    const { db, log, intervalMs = 30_000 } = parts;
    this.#parts = parts;
    this.#queue = new WriteQueue({ db, log, intervalMs });
  }

  /** To be awaited before the first `add`. */
  async start(): Promise<void> {
    const newest = await this.#parts.db
      .selectFrom('events')
      .select((eb) => eb.fn.max<number | null>('id').as('id'))
      .executeTakeFirst();
    this.#lastId = newest?.id ?? 0;
    await this.prune();
  }

  add({ kind, level, message, cameraId = null, since = null, code = null }: NewEvent): void {
    const at = this.#parts.clock.nowMs();
    const key = `${cameraId ?? ''} ${kind}`;
    const newest = this.#newest.get(key);
    if (!this.#damping.admits(key, this.#parts.clock.monotonicMs()) && newest) {
      const counted = { ...newest, level, message, code, lastAt: at, count: newest.count + 1 };
      this.#newest.set(key, counted);
      this.#save(counted, () => this.#parts.publish({ type: 'event', event: counted }));
      return;
    }
    const startedAt = since === null ? null : (Math.round(since) as UnixMs);
    this.#lastId += 1;
    const event = {
      id: this.#lastId,
      at,
      since: startedAt,
      count: 1,
      lastAt: at,
      cameraId,
      kind,
      level,
      message,
      code,
    };
    this.#newest.set(key, event);
    this.#parts.publish({ type: 'event', event });
    this.#save(event);
    this.#queue.soon();
  }

  /** Newest first. */
  async list({ from, to, cameraId, level, before, limit }: EventFilter): Promise<RecorderEvent[]> {
    await this.#queue.flush();
    let query = this.#parts.db.selectFrom('events').selectAll().orderBy('id', 'desc').limit(limit);
    if (from !== undefined) query = query.where('last_at', '>=', from);
    if (to !== undefined) query = query.where('at', '<', to);
    if (cameraId !== undefined) query = query.where('camera_id', '=', cameraId);
    if (level !== undefined) query = query.where('level', 'in', levelsFrom[level]);
    if (before !== undefined) query = query.where('id', '<', before);
    return (await query.execute()).map(fromRow);
  }

  /** The newest event of these kinds of each camera; of the recorder under null. */
  async newestOf(kinds: readonly EventKind[]): Promise<Map<string | null, RecorderEvent>> {
    await this.#queue.flush();
    // The other columns are those of the row with the maximum (sqlite.org/lang_select.html#bareagg).
    const rows = await this.#parts.db
      .selectFrom('events')
      .selectAll()
      .select(sql`max(last_at * 1000 + id % 1000)`.as('newest'))
      .where('kind', 'in', kinds)
      .groupBy('camera_id')
      .execute();
    return new Map(rows.map(({ newest: _, ...row }) => [row.camera_id, fromRow(row)]));
  }

  /** How many events of each level began in a range, those counted in others included; reports of days are none. */
  async count({ from, to }: TimeRange): Promise<Record<EventLevel, number>> {
    await this.#queue.flush();
    const rows = await this.#parts.db
      .selectFrom('events')
      .select(['level', (eb) => eb.fn.sum<number>('count').as('count')])
      .where('at', '>=', from)
      .where('at', '<', to)
      .where('kind', '<>', 'daily_report')
      .groupBy('level')
      .execute();
    return { info: 0, warning: 0, alert: 0, ...Object.fromEntries(rows.map((row) => [row.level, row.count])) };
  }

  /** Takes out what is older than 90 days, and the oldest of more than 200,000. Call every hour or so. */
  async prune(): Promise<void> {
    const { db, clock } = this.#parts;
    this.#damping.tidy(clock.monotonicMs());
    await db
      .deleteFrom('events')
      .where((eb) => eb.or([eb('last_at', '<', clock.nowMs() - keptMs), eb('id', '<=', this.#lastId - maxRows)]))
      .execute();
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }

  #save(event: RecorderEvent, saved?: () => void): void {
    this.#queue.put(`event ${event.id}`, (db) => saveRow(db, event), saved);
  }
}

const fromRow = ({ since_at, last_at, camera_id, ...row }: EventRow): RecorderEvent => ({
  ...row,
  at: row.at as UnixMs,
  since: since_at as UnixMs | null,
  lastAt: last_at as UnixMs,
  cameraId: camera_id,
});

function saveRow(db: Kysely<Tables>, event: RecorderEvent): Promise<unknown> {
  const { id, at, kind, cameraId, since, lastAt, count, level, message, code } = event;
  const growing = { last_at: lastAt, count, level, message, code };
  return db
    .insertInto('events')
    .values({ id, at, since_at: since, camera_id: cameraId, kind, ...growing })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(growing))
    .execute();
}
