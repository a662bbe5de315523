import type { GapCause, Span, UnixMs } from '@nightjar/contract';
import type { Kysely } from 'kysely';
import type { GapRow, Tables } from '../database/index.ts';
import type { Coverage } from './cause.ts';
import type { LedgerGap } from './spans.ts';
import type { WriteQueue } from './write-queue.ts';

interface Gap extends LedgerGap {
  id: number;
  cameraId: string;
  /** The segment that was being written when the gap began: its last chunks may still arrive, and belong before it. */
  after: string | null;
}

interface LedgerParts {
  db: Kysely<Tables>;
  queue: WriteQueue;
}

/** What the ledger has to know of a camera's footage when its state changes. */
export interface Recorded {
  /** Up to when the camera is recorded (or from when it exists): a gap can't begin before. */
  until: UnixMs;
  /** Key of the segment being written, or of the last one. */
  segment: string | null;
}

/** These go on while the recorder is down: nobody wanted a recording. */
const intended: readonly GapCause[] = ['paused', 'schedule'];

/**
 * Why cameras were not recorded. A gap begins where the footage ends, when a cause becomes known, and ends at the first
 * frame recorded afterwards, or where another cause takes over. A camera has at most one open gap.
 */
export class GapLedger {
  readonly #db: Kysely<Tables>;
  readonly #queue: WriteQueue;
  readonly #open = new Map<string, Gap>();
  /** Closed, but perhaps not yet in the database. */
  readonly #closing = new Map<number, Gap>();
  #lastId = 0;

  constructor({ db, queue }: LedgerParts) {
    this.#db = db;
    this.#queue = queue;
  }

  /**
   * Takes up the rows a former process left open, each ended when that process was last alive.
   *
   * @param aliveAt null when unknown: then they end where they began.
   */
  async start(aliveAt: number | null): Promise<void> {
    const last = await this.#db
      .selectFrom('gaps')
      .select((eb) => eb.fn.max<number | null>('id').as('id'))
      .executeTakeFirst();
    this.#lastId = last?.id ?? 0;
    const rows = await this.#db.selectFrom('gaps').selectAll().where('to_at', 'is', null).orderBy('id').execute();
    for (const row of rows) {
      const gap = fromRow(row);
      const goesOn = intended.includes(gap.cause) || gap.cause === 'recorder_down';
      if (goesOn && !this.#open.has(gap.cameraId)) this.#open.set(gap.cameraId, gap);
      else this.#end(gap, Math.max(gap.from, aliveAt ?? gap.from));
    }
  }

  /** Nothing was recorded since `from`, since there was no recorder; lasts until another cause or a frame is known. */
  async recorderWasDown(cameraId: string, from: number, now: number): Promise<void> {
    if (this.#open.has(cameraId)) return;
    await this.#queue.flush();
    const last = await this.#db
      .selectFrom('gaps')
      .select((eb) => eb.fn.max<number | null>('to_at').as('to_at'))
      .where('camera_id', '=', cameraId)
      .executeTakeFirst();
    const start = Math.max(from, last?.to_at ?? 0);
    if (start < now) this.#begin(cameraId, start, 'recorder_down', null);
  }

  cause(cameraId: string): GapCause | null {
    return this.#open.get(cameraId)?.cause ?? null;
  }

  /** `recording` promises frames; the gap ends with the first of them, not with the promise. */
  set(cameraId: string, coverage: Coverage, at: number, recorded: Recorded): void {
    const open = this.#open.get(cameraId);
    if (coverage === 'recording' || open?.cause === coverage) return;
    if (open) this.#end(open, Math.max(open.from, at));
    const from = open ? Math.max(open.from, at) : Math.min(recorded.until, at);
    this.#begin(cameraId, from, coverage, open ? open.after : recorded.segment);
  }

  /** A chunk `[from, to)` of the segment named by `segment` was written. */
  onRecorded(cameraId: string, segment: string, from: number, to: number): void {
    const open = this.#open.get(cameraId);
    if (!open) return;
    if (open.after !== segment) {
      this.#end(open, from);
    } else if (to > open.from) {
      open.from = to;
      this.#save(open);
    }
  }

  /** A camera that was never recorded got its first frame at `to`, and nothing was known since it was added. */
  onFirstFrame(cameraId: string, from: number, to: number): void {
    if (this.#open.has(cameraId) || from >= to) return;
    this.#begin(cameraId, from, 'camera_unreachable', null);
    this.#end(this.#open.get(cameraId) as Gap, to);
  }

  /** The rows that overlap `range`, in the order in which they were entered. */
  async rows(cameraId: string, range: Span): Promise<LedgerGap[]> {
    const known = [...this.#open.values(), ...this.#closing.values()].filter((gap) => gap.cameraId === cameraId);
    const ids = new Set(known.map((gap) => gap.id));
    const rows = await this.#db
      .selectFrom('gaps')
      .selectAll()
      .where('camera_id', '=', cameraId)
      .where('from_at', '<', range.to)
      .where((eb) => eb.or([eb('to_at', 'is', null), eb('to_at', '>', range.from)]))
      .orderBy('from_at')
      .execute();
    return [...rows.filter((row) => !ids.has(row.id)).map(fromRow), ...known]
      .filter((gap) => gap.from < range.to && (gap.to ?? Number.POSITIVE_INFINITY) > range.from)
      .sort((a, b) => a.id - b.id);
  }

  /** The camera is gone with all its footage. */
  async forget(cameraId: string): Promise<void> {
    const open = this.#open.get(cameraId);
    if (open) this.#queue.drop(keyOf(open));
    this.#open.delete(cameraId);
    await this.#queue.flush();
    await this.#db.deleteFrom('gaps').where('camera_id', '=', cameraId).execute();
  }

  /** The camera was removed: nobody misses its footage any more. */
  end(cameraId: string, at: number): void {
    const open = this.#open.get(cameraId);
    if (open) this.#end(open, Math.max(open.from, at));
  }

  /** The recorder stops: what happens from now on is another gap. */
  stop(at: number): void {
    for (const gap of [...this.#open.values()]) {
      if (!intended.includes(gap.cause)) this.end(gap.cameraId, at);
    }
  }

  #begin(cameraId: string, from: number, cause: GapCause, after: string | null): void {
    this.#lastId += 1;
    const gap: Gap = { id: this.#lastId, cameraId, from: Math.round(from), to: null, cause, after };
    this.#open.set(cameraId, gap);
    this.#save(gap);
  }

  #end(gap: Gap, at: number): void {
    gap.to = Math.round(at);
    if (this.#open.get(gap.cameraId) === gap) this.#open.delete(gap.cameraId);
    this.#closing.set(gap.id, gap);
    this.#save(gap);
  }

  #save(gap: Gap): void {
    gap.from = Math.round(gap.from);
    const write = (db: Kysely<Tables>) => saveRow(db, gap);
    this.#queue.put(keyOf(gap), write, () => this.#closing.delete(gap.id));
    this.#queue.soon();
  }
}

const keyOf = (gap: Gap): string => `gap ${gap.id}`;

function fromRow(row: GapRow): Gap {
  return { id: row.id, cameraId: row.camera_id, from: row.from_at, to: row.to_at, cause: row.cause, after: null };
}

/** A gap that ended before it began never was one. */
async function saveRow(db: Kysely<Tables>, gap: Gap): Promise<unknown> {
  if (gap.to !== null && gap.to <= gap.from) return db.deleteFrom('gaps').where('id', '=', gap.id).execute();
  const ends = { from_at: gap.from, to_at: gap.to };
  return db
    .insertInto('gaps')
    .values({ id: gap.id, camera_id: gap.cameraId, cause: gap.cause, ...ends })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(ends))
    .execute();
}
