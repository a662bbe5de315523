import fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { TimeRange, UnixMs } from '@nightjar/contract';
import type { ExpressionBuilder, Kysely } from 'kysely';
import { type SegmentRow, type Tables, unfinished } from '../database/index.ts';
import type { Clock } from '../shared/clock.ts';
import { isMissing } from '../shared/is-missing.ts';
import type { Logger } from '../shared/logger.ts';
import { readIdentity } from '../shared/volume-identity.ts';
import { isOver, removeDayIfEmpty, removeDayPlaylist, removeEmptyDaysOf } from './empty-folders.ts';
import { enterRemoved } from './removed.ts';
import type { Volumes } from './segment.ts';

/** Resolves when what was changed before is on the disk, or cannot be brought there. */
export interface Durability {
  ofIndex(soon: boolean): Promise<void>;
  ofVolume(volumeId: string, soon: boolean): Promise<void>;
}

interface DeletionParts {
  db: Kysely<Tables>;
  volumes: Volumes;
  clock: Clock;
  log: Logger;
  /** Told of the range in which footage of a camera has gone. */
  onGone(cameraId: string, range: TimeRange): void;
  durability?: Durability | undefined;
}

export interface Deleted {
  segments: number;
  sizeBytes: number;
  /** Volumes on which a file could not be deleted; its row stays for another time. */
  stuck: string[];
}

/** Which of the marked segments. */
interface Marks {
  cameraId?: string;
  limit?: number;
  idle: boolean;
}

interface Manner {
  /** Without waiting for the next sync of the disks. */
  soon: boolean;
  /** Nobody writes to these folders: that of today may go, too. */
  idle: boolean;
  /** What cannot be tried now is not marked any more. */
  orShow: boolean;
}

/** What locks and bookmarks kept. */
export interface Kept {
  segments: number;
  sizeBytes: number;
}

/** Between two files; files of a minute are written far slower than they are deleted even so. */
const leastPauseMs = 2;
const mostPauseMs = 500;
/** Of the time, to delete; the rest is the cameras'. */
const share = 1 / 4;

const batchRows = 100;
/** Files; one alone may be to blame itself. */
const failuresOfVolume = 3;
/** A disk that does not answer for so long is left alone. */
const answersWithinMs = 30_000;

/**
 * Deletes segments so that a crash at any moment leaves no row without a file, and no file without a row: rows are
 * marked, then the files unlinked, then the rows removed. What was marked is finished at the next start.
 *
 * Nothing of a lock or bookmark is ever marked, nor what is still being written. One file after the other, with pauses,
 * so that those who write to the disk do not notice.
 */
export class Deletion {
  readonly #parts: DeletionParts;
  #turn: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(parts: DeletionParts) {
    this.#parts = parts;
  }

  /**
   * Deletes those of the segments that are closed and that no mark protects.
   *
   * @param soon without waiting for the next sync of the disks.
   */
  async remove(ids: readonly number[], soon = false): Promise<Deleted> {
    const deleted = nothing();
    const manner = { soon, idle: false, orShow: true };
    for (let at = 0; at < ids.length && !this.#stopped; at += batchRows) {
      const batch = ids.slice(at, at + batchRows);
      await this.#inTurn(async () => this.#delete(await this.#mark(batch), manner, deleted));
    }
    return deleted;
  }

  /** Deletes all of a camera that no mark protects, whatever its state: nobody may be recording it any more. */
  async removeAllOf(cameraId: string): Promise<Kept> {
    // All is hidden first: after a crash the next start deletes the rest.
    while ((await this.#markSome(cameraId)) > 0);
    await this.#finishMarked({ cameraId, idle: true });
    await this.#tidyCamera(cameraId);
    return this.#left(cameraId);
  }

  /**
   * Finishes what was begun: at the start, and when a disk is back.
   *
   * @param limit about how many segments at most.
   * @param idle nobody is recording there now.
   */
  finish({ limit, idle = false }: { limit?: number; idle?: boolean } = {}): Promise<Deleted> {
    return this.#finishMarked({ idle, ...(limit !== undefined && { limit }) });
  }

  /** Forgets what the index has of a volume; its files, if there still are any, stay as they are. */
  async forgetVolume(volumeId: string): Promise<void> {
    while (await this.#inTurn(() => this.#forgetSome(volumeId)));
  }

  /** Resolves when the file is gone that is just being deleted; the rest is finished at the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#turn;
  }

  /** False when there was nothing. */
  async #forgetSome(volumeId: string): Promise<boolean> {
    const rows = await this.#parts.db
      .selectFrom('segments')
      .select(columns)
      .where('volume_id', '=', volumeId)
      .limit(batchRows)
      .execute();
    await removeRows(this.#parts.db, rows);
    this.#tellGone(rows);
    await removeEmptyRuns(this.#parts.db, [...new Set(rows.map((row) => row.run_id))]);
    return rows.length > 0;
  }

  async #finishMarked({ limit = Number.POSITIVE_INFINITY, ...which }: Marks): Promise<Deleted> {
    const deleted = nothing();
    let lastId: number | undefined = -1;
    while (lastId !== undefined && deleted.segments < limit && !this.#stopped) {
      const after: number = lastId;
      lastId = await this.#inTurn(() => this.#finishSome(which, after, deleted));
    }
    return deleted;
  }

  /** Resolves to the last id that was looked at; undefined when there was none. */
  async #finishSome({ cameraId = '', idle }: Marks, after: number, deleted: Deleted): Promise<number | undefined> {
    const rows = await this.#parts.db
      .selectFrom('segments')
      .select(columns)
      .where('state', '=', 'deleting')
      .where(unfinished)
      .where('id', '>', after)
      .$if(cameraId !== '', (query) => query.where('camera_id', '=', cameraId))
      .orderBy('id')
      .limit(batchRows)
      .execute();
    await this.#delete(rows, { soon: true, idle, orShow: false }, deleted);
    return rows.at(-1)?.id;
  }

  /** In one statement, so that no mark can come between the question and the deed. */
  #mark(ids: readonly number[]): Promise<Marked[]> {
    return this.#parts.db
      .updateTable('segments')
      .set({ state: 'deleting' })
      .where('id', 'in', ids)
      .where('state', '=', 'closed')
      .where(unprotected)
      .returning(columns)
      .execute();
  }

  async #markSome(cameraId: string): Promise<number> {
    const { numUpdatedRows } = await this.#parts.db
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

  async #delete(rows: readonly Marked[], { soon, idle, orShow }: Manner, deleted: Deleted): Promise<void> {
    const { volumes, durability } = this.#parts;
    // What is on a disk that is not there goes when it is back.
    const present = rows.filter((row) => volumes.isPresent(row.volume_id) && !deleted.stuck.includes(row.volume_id));
    if (present.length === 0) return;
    const folders = new Set(present.map((row) => path.dirname(this.#fileOf(row))));
    await durability?.ofIndex(soon);
    for (const folder of folders) await removeDayPlaylist(folder);
    const { gone, untried } = await this.#unlinkAll(present, deleted.stuck);
    if (orShow) await this.#show(untried);
    for (const volumeId of new Set(gone.map((row) => row.volume_id))) await durability?.ofVolume(volumeId, soon);
    await removeRows(this.#parts.db, gone);
    this.#tellGone(gone);
    await this.#tidy(folders, idle);
    await removeEmptyRuns(this.#parts.db, [...new Set(gone.map((row) => row.run_id))]);
    deleted.segments += gone.length;
    deleted.sizeBytes += gone.reduce((sum, row) => sum + row.size_bytes, 0);
  }

  /** A file that cannot be deleted keeps its row, marked; after some of them the rest of the volume is not tried. */
  async #unlinkAll(rows: readonly Marked[], stuck: string[]): Promise<{ gone: Marked[]; untried: Marked[] }> {
    const gone: Marked[] = [];
    const untried: Marked[] = [];
    const failures = new Map<string, number>();
    for (const row of rows) {
      const failed = failures.get(row.volume_id) ?? 0;
      if (this.#stopped || stuck.includes(row.volume_id)) untried.push(row);
      else if (await this.#unlink(row)) gone.push(row);
      else if (failed + 1 < failuresOfVolume) failures.set(row.volume_id, failed + 1);
      else stuck.push(row.volume_id);
    }
    return { gone, untried };
  }

  /** What was marked and cannot go now is footage as before. */
  async #show(rows: readonly Marked[]): Promise<void> {
    if (rows.length === 0) return;
    const ids = rows.map(({ id }) => id);
    await this.#parts.db.updateTable('segments').set({ state: 'closed' }).where('id', 'in', ids).execute();
  }

  /** False when the file is still there, or its disk does not say. */
  async #unlink(row: Marked): Promise<boolean> {
    const file = this.#fileOf(row);
    const started = performance.now();
    try {
      await within(answersWithinMs, fs.unlink(file));
    } catch (error) {
      if (!isMissing(error)) {
        this.#parts.log.error({ err: error, file }, 'A recording cannot be deleted; check the rights and the disk');
        return false;
      }
      // Of a disk that has just gone, each file is missing.
      if (!(await this.#isThere(row.volume_id))) return false;
    }
    const tookMs = performance.now() - started;
    await setTimeout(Math.min(Math.max(tookMs * (1 / share - 1), leastPauseMs), mostPauseMs));
    return true;
  }

  async #isThere(volumeId: string): Promise<boolean> {
    const identity = await within(answersWithinMs, readIdentity(this.#parts.volumes.rootOf(volumeId))).catch(
      () => null,
    );
    return identity?.id === volumeId;
  }

  async #tidy(folders: Iterable<string>, idle: boolean): Promise<void> {
    const now = this.#parts.clock.nowMs();
    for (const folder of folders) {
      // Once more: it may have been written meanwhile, from what was there before.
      await removeDayPlaylist(folder);
      if (idle || isOver(folder, now)) await removeDayIfEmpty(folder);
    }
  }

  /** Rules may have taken its last footage a moment ago, when somebody could still have been writing there. */
  async #tidyCamera(cameraId: string): Promise<void> {
    const { volumes } = this.#parts;
    for (const { id, root } of volumes.list()) {
      if (volumes.isPresent(id)) await removeEmptyDaysOf(path.join(root, 'recordings', cameraId));
    }
  }

  #tellGone(gone: readonly Marked[]): void {
    for (const [cameraId, rows] of Map.groupBy(gone, (row) => row.camera_id)) {
      const from = Math.min(...rows.map((row) => row.start_at)) as UnixMs;
      const to = Math.max(...rows.map((row) => row.end_at)) as UnixMs;
      this.#parts.onGone(cameraId, { from, to });
    }
  }

  async #left(cameraId: string): Promise<Kept> {
    const row = await this.#parts.db
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

  #fileOf(row: Marked): string {
    return path.join(this.#parts.volumes.rootOf(row.volume_id), row.path);
  }

  /** Batch by batch, so that cleaning of a full disk does not wait for all of a camera to be deleted. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {}); // the caller hears of it
    return result;
  }
}

const columns = ['id', 'camera_id', 'volume_id', 'run_id', 'path', 'start_at', 'end_at', 'size_bytes'] as const;
type Marked = Pick<SegmentRow, (typeof columns)[number]>;

const nothing = (): Deleted => ({ segments: 0, sizeBytes: 0, stuck: [] });

/** No lock and no bookmark overlaps the segment. */
const unprotected = ({ not, exists, selectFrom }: ExpressionBuilder<Tables, 'segments'>) =>
  not(
    exists(
      selectFrom('marks')
        .select('marks.id')
        .whereRef('marks.camera_id', '=', 'segments.camera_id')
        .whereRef('marks.from_at', '<', 'segments.end_at')
        .whereRef('marks.to_at', '>', 'segments.start_at'),
    ),
  );

/** The ledger has their ranges as `removed` from the moment at which they are gone. */
async function removeRows(db: Kysely<Tables>, rows: readonly Marked[]): Promise<void> {
  if (rows.length === 0) return;
  await db.transaction().execute(async (trx) => {
    for (const [cameraId, ofCamera] of Map.groupBy(rows, (row) => row.camera_id)) {
      const ranges = ofCamera.map((row) => ({ from: row.start_at, to: row.end_at }));
      await enterRemoved(trx, cameraId, ranges);
    }
    const ids = rows.map((row) => row.id);
    await trx.deleteFrom('segments').where('id', 'in', ids).execute();
  });
}

/** Those of the runs of which no segment is left. */
async function removeEmptyRuns(db: Kysely<Tables>, runIds: readonly string[]): Promise<void> {
  if (runIds.length === 0) return;
  await db
    .deleteFrom('runs')
    .where('id', 'in', runIds)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('segments').select('segments.id').whereRef('segments.run_id', '=', 'runs.id'))),
    )
    .execute();
}

/** @throws when `work` takes longer. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = setTimeout(ms, undefined, { signal: over.signal, ref: false }).then(() => {
    throw new Error(`no answer within ${ms / 1_000} s`);
  });
  return Promise.race([work, late]).finally(() => {
    over.abort();
    late.catch(() => {}); // aborted
  });
}
