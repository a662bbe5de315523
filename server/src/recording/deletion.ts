import path from 'node:path';
import type { TimeRange, UnixMs } from '@nightjar/contract';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import type { Clock } from '../shared/clock.ts';
import { InTurn } from '../shared/in-turn.ts';
import type { Logger } from '../shared/logger.ts';
import { DeletionRows, type Kept, type Marked } from './deletion-rows.ts';
import { isOver, type LetGo, removeDayIfEmpty, removeDayPlaylist, removeEmptyDaysOf } from './empty-folders.ts';
import type { Volumes } from './segment.ts';
import { unlinkAll } from './unlink.ts';

/** Resolves when what was changed before is on the disk; false when it cannot be brought there. */
export interface Durability {
  ofIndex(soon: boolean): Promise<boolean>;
  ofVolume(volumeId: string, soon: boolean): Promise<boolean>;
}

interface DeletionParts {
  db: Kysely<Tables>;
  volumes: Volumes;
  clock: Clock;
  log: Logger;
  /** Told of the range in which footage of a camera has gone. */
  onGone(cameraId: string, range: TimeRange): void;
  durability?: Durability | undefined;
  account: Account;
}

/** Keeps a signed account of the recordings, beside them. */
export interface Account {
  /** Their files have gone, or are not looked after any more. Resolves when that is written down, and never rejects. */
  onRemoved(segments: readonly RemovedFile[], reason: RemovalReason): Promise<void>;
  /** A volume is given up, with all that is on it: `onRemoved` follows. Resolves and rejects as that does. */
  onGivenUp(volumeId: string): Promise<void>;
  letGo: LetGo;
}

export type RemovalReason = 'deleted' | 'given_up';

export interface RemovedFile {
  cameraId: string;
  volumeId: string;
  /** Relative to the volume. */
  path: string;
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

const batchRows = 100;

/**
 * Deletes segments so that a crash at any moment leaves no row without a file, and no file without a row: rows are
 * marked, then the files unlinked, then the rows removed. What was marked is finished at the next start.
 *
 * Nothing of a lock or bookmark is ever marked, nor what is still being written. One file after the other, with pauses,
 * so that those who write to the disk do not notice.
 */
export class Deletion {
  readonly #parts: DeletionParts;
  readonly #rows: DeletionRows;
  readonly #turns = new InTurn();
  #stopped = false;

  constructor(parts: DeletionParts) {
    this.#parts = parts;
    this.#rows = new DeletionRows(parts.db);
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
      await this.#turns.run(async () => this.#delete(await this.#rows.mark(batch), manner, deleted));
    }
    return deleted;
  }

  /** Deletes all of a camera that no mark protects, whatever its state: nobody may be recording it any more. */
  async removeAllOf(cameraId: string): Promise<Kept> {
    // All is hidden first: after a crash the next start deletes the rest.
    while ((await this.#rows.markAllOf(cameraId)) > 0);
    await this.#finishMarked({ cameraId, idle: true });
    await this.#tidyCamera(cameraId);
    return this.#rows.left(cameraId);
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
    await this.#parts.account.onGivenUp(volumeId);
    while (await this.#turns.run(() => this.#forgetSome(volumeId)));
  }

  /** Resolves when the file is gone that is just being deleted; the rest is finished at the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#turns.settled();
  }

  /** False when there was nothing. */
  async #forgetSome(volumeId: string): Promise<boolean> {
    const rows = await this.#rows.onVolume(volumeId, batchRows);
    if (rows.length > 0) await this.#parts.account.onRemoved(rows.map(removedFile), 'given_up');
    await this.#rows.remove(rows);
    this.#tellGone(rows);
    return rows.length > 0;
  }

  async #finishMarked({ limit = Number.POSITIVE_INFINITY, ...which }: Marks): Promise<Deleted> {
    const deleted = nothing();
    let lastId: number | undefined = -1;
    while (lastId !== undefined && deleted.segments < limit && !this.#stopped) {
      const after: number = lastId;
      lastId = await this.#turns.run(() => this.#finishSome(which, after, deleted));
    }
    return deleted;
  }

  /** Resolves to the last id that was looked at; undefined when there was none. */
  async #finishSome({ cameraId, idle }: Marks, after: number, deleted: Deleted): Promise<number | undefined> {
    const rows = await this.#rows.marked({ cameraId, after, limit: batchRows });
    await this.#delete(rows, { soon: true, idle, orShow: false }, deleted);
    return rows.at(-1)?.id;
  }

  async #delete(rows: readonly Marked[], { soon, idle, orShow }: Manner, deleted: Deleted): Promise<void> {
    const { volumes, durability, account, log } = this.#parts;
    // What is on a disk that is not there goes when it is back.
    const present = rows.filter((row) => volumes.isPresent(row.volume_id) && !deleted.stuck.includes(row.volume_id));
    if (present.length === 0) return;
    const folders = new Set(present.map((row) => path.dirname(this.#fileOf(row))));
    await durability?.ofIndex(soon);
    for (const folder of folders) await removeDayPlaylist(folder);
    const stopped = () => this.#stopped;
    const { gone, untried } = await unlinkAll({ volumes, log, stopped }, present, deleted.stuck);
    if (orShow) await this.#rows.show(untried);
    // Behind the files, where a full disk has room again; before the rows, so that a crash makes it be told again.
    await account.onRemoved(gone.map(removedFile), 'deleted');
    for (const volumeId of new Set(gone.map((row) => row.volume_id))) {
      const isOnDisk = (await durability?.ofVolume(volumeId, soon)) ?? true;
      // A disk that fails may come back with the files: their rows stay, to be finished then.
      if (!isOnDisk) deleted.stuck.push(volumeId);
    }
    const final = gone.filter((row) => !deleted.stuck.includes(row.volume_id));
    await this.#rows.remove(final);
    this.#tellGone(gone);
    await this.#tidy(folders, idle);
    deleted.segments += final.length;
    deleted.sizeBytes += final.reduce((sum, row) => sum + row.size_bytes, 0);
  }

  async #tidy(folders: Iterable<string>, idle: boolean): Promise<void> {
    const now = this.#parts.clock.nowMs();
    for (const folder of folders) {
      // Once more: it may have been written meanwhile, from what was there before.
      await removeDayPlaylist(folder);
      if (idle || isOver(folder, now)) await removeDayIfEmpty(folder, this.#parts.account.letGo);
    }
  }

  /** Rules may have taken its last footage a moment ago, when somebody could still have been writing there. */
  async #tidyCamera(cameraId: string): Promise<void> {
    const { volumes, account } = this.#parts;
    for (const { id, root } of volumes.list()) {
      if (volumes.isPresent(id)) await removeEmptyDaysOf(path.join(root, 'recordings', cameraId), account.letGo);
    }
  }

  #tellGone(gone: readonly Marked[]): void {
    for (const [cameraId, rows] of Map.groupBy(gone, (row) => row.camera_id)) {
      const from = Math.min(...rows.map((row) => row.start_at)) as UnixMs;
      const to = Math.max(...rows.map((row) => row.end_at)) as UnixMs;
      this.#parts.onGone(cameraId, { from, to });
    }
  }

  #fileOf(row: Marked): string {
    return path.join(this.#parts.volumes.rootOf(row.volume_id), row.path);
  }
}

const removedFile = (row: Marked): RemovedFile => ({
  cameraId: row.camera_id,
  volumeId: row.volume_id,
  path: row.path,
});

const nothing = (): Deleted => ({ segments: 0, sizeBytes: 0, stuck: [] });
