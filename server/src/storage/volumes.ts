import { randomUUID } from 'node:crypto';
import type { VolumeCreate, VolumePatch } from '@nightjar/contract';
import type { Kysely } from 'kysely';
import type { Tables, VolumeRow } from '../database/index.ts';
import type { Clock } from '../shared/clock.ts';
import { NvrError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { readIdentity, writeIdentity } from '../shared/volume-identity.ts';
import { checkFolder } from './folder.ts';
import { type Look, lookAt } from './look.ts';
import { isNearlyFull, roomOn, type Volume, type VolumeStatus } from './volume.ts';

interface VolumeSetParts {
  db: Kysely<Tables>;
  /** The folder of the database, which is a volume too. */
  dataDir: string;
  clock: Clock;
  log: Logger;
  /** How often each volume is looked at. */
  everyMs?: number;
}

export type VolumeChange =
  | { kind: 'settings' }
  /** Recordings go to another volume than before, for the room that they have. */
  | { kind: 'order' }
  | { kind: 'state'; volume: Volume; status: VolumeStatus; before: VolumeStatus };

interface Entry {
  volume: Volume;
  status: VolumeStatus;
  /** Why a worker could not write to it, until a look found it well. */
  complaint: string | null;
  /** How much more is to be recorded on it. */
  room: number;
}

/** Which volumes there are and how they are; looked at every few seconds. */
export class VolumeSet {
  readonly #parts: VolumeSetParts;
  #entries: Entry[] = [];
  readonly #listeners = new Set<(change: VolumeChange) => void>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | null = null;
  #lastChange: Promise<unknown> = Promise.resolve();

  private constructor(parts: VolumeSetParts) {
    this.#parts = parts;
  }

  /** Looks at each volume once. The data folder gets its identity file, or gives its identity to a new database. */
  static async open(parts: VolumeSetParts): Promise<VolumeSet> {
    const set = new VolumeSet(parts);
    await identifyDataFolder(parts);
    await set.#read();
    await set.checkNow();
    const { everyMs = 5_000 } = parts;
    set.#timer = setInterval(() => void set.checkNow(), everyMs);
    set.#timer.unref();
    return set;
  }

  /** In the order they are used. */
  list(): Volume[] {
    return this.#entries.map(({ volume }) => volume);
  }

  get(id: string): Volume | undefined {
    return this.#entry(id)?.volume;
  }

  /** That of the database. */
  get dataFolder(): Volume {
    return this.list().find(({ isDataFolder }) => isDataFolder) as Volume;
  }

  /** @throws {NvrError} `volume_not_found` */
  require(id: string): Volume {
    const volume = this.get(id);
    if (!volume) throw new NvrError('volume_not_found', 'There is no such volume.');
    return volume;
  }

  /** Absolute. @throws for a volume that is not one of ours. */
  rootOf(id: string): string {
    return this.require(id).root;
  }

  /** Whether its files can be read: its identity file was there when last looked. */
  isPresent(id: string): boolean {
    const status = this.#entry(id)?.status;
    return status !== undefined && status.state !== 'missing';
  }

  /** @throws {NvrError} `volume_not_found` */
  status(id: string): VolumeStatus {
    const entry = this.#entry(id);
    if (!entry) throw new NvrError('volume_not_found', 'There is no such volume.');
    return entry.status;
  }

  /**
   * Those that take recordings now: in the order of use those with room, then the others, with the most room first. So
   * all are filled before the oldest footage has to go, whichever it is on.
   */
  writable(): Array<Pick<Volume, 'id' | 'root'>> {
    const ready = this.#entries.filter(({ volume, status }) => volume.use === 'record' && status.state === 'ready');
    const isFull = ({ volume, status, room }: Entry) => isNearlyFull(volume, status, room);
    const full = ready.filter(isFull).sort((a, b) => b.room - a.room);
    const inOrder = [...ready.filter((entry) => !isFull(entry)), ...full];
    return inOrder.map(({ volume: { id, root } }) => ({ id, root }));
  }

  /** What to tell where a recording is wanted while `writable` has none. */
  whyNoneIsWritable(): { code: 'disk_full' | 'disk_error'; message: string } {
    const wanted = this.#entries.filter(({ volume }) => volume.use === 'record');
    const full = wanted.find(({ status }) => status.state === 'full');
    const message = (full ?? wanted[0])?.status.message;
    return {
      code: full ? 'disk_full' : 'disk_error',
      message: message ?? 'No volume is set to take recordings. Choose one under System.',
    };
  }

  /** Calls the listener after each change; answers how to stop that. */
  onChange(listener: (change: VolumeChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Something could not be written to it: it is looked at at once, and trusted again when a probe can be written. */
  complain(id: string, message: string): void {
    const entry = this.#entry(id);
    if (!entry) return;
    entry.complaint = message;
    void this.checkNow();
  }

  /** Looks at all volumes; resolves when that is done. Looks that are asked for meanwhile are one. */
  checkNow(): Promise<void> {
    this.#looking ??= this.#lookAtAll().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  /** @throws {NvrError} `volume_unusable`, `volume_exists` */
  create(wish: VolumeCreate): Promise<Volume> {
    return this.#inTurn(async () => {
      const root = await checkFolder(wish.path, this.list());
      const identity = await readIdentity(root);
      if (identity && this.get(identity.id)) {
        throw new NvrError('volume_exists', 'path: this folder is one of the volumes already', { field: 'path' });
      }
      const id = identity?.id ?? randomUUID();
      if (!identity) await writeIdentity(root, id).catch(unwritable);
      const last = Math.max(...this.list().map(({ position }) => position));
      await this.#parts.db
        .insertInto('volumes')
        .values({
          id,
          name: wish.name?.trim() ?? root,
          path: root,
          position: wish.position ?? last + 1,
          use: wish.use ?? 'record',
          quota_bytes: wish.quotaBytes ?? null,
          keep_free_bytes: wish.keepFreeBytes ?? null,
          created_at: this.#parts.clock.nowMs(),
        })
        .execute();
      await this.#changed();
      return this.require(id);
    });
  }

  /** @throws {NvrError} `volume_not_found`, `volume_unusable` */
  update(id: string, patch: VolumePatch): Promise<Volume> {
    return this.#inTurn(async () => {
      const volume = this.require(id);
      const moved = patch.path !== undefined && patch.path !== volume.root;
      const root = moved ? await this.#movedTo(volume, patch.path as string) : undefined;
      await this.#parts.db
        .updateTable('volumes')
        .set({
          ...(patch.name !== undefined && { name: patch.name.trim() }),
          ...(root !== undefined && { path: root }),
          ...(patch.quotaBytes !== undefined && { quota_bytes: patch.quotaBytes }),
          ...(patch.keepFreeBytes !== undefined && { keep_free_bytes: patch.keepFreeBytes }),
          ...(patch.use !== undefined && { use: patch.use }),
          ...(patch.position !== undefined && { position: patch.position }),
          // A patch without anything in it is a patch, too.
          id,
        })
        .where('id', '=', id)
        .execute();
      await this.#changed();
      return this.require(id);
    });
  }

  /** @throws {NvrError} `volume_not_found`, `volume_in_use` for one that is recorded on, or that cannot be removed. */
  requireIdle(id: string): void {
    const { use } = this.#requireRemovable(id);
    if (use === 'record' && this.isPresent(id)) {
      throw new NvrError('volume_in_use', 'This volume is recorded on. Set its use to "read" first.');
    }
  }

  /** @throws {NvrError} `volume_not_found`, `volume_in_use` while the index has footage on it. */
  remove(id: string): Promise<void> {
    return this.#inTurn(async () => {
      this.#requireRemovable(id);
      const { segments } = await this.usage(id);
      if (segments > 0) {
        throw new NvrError(
          'volume_in_use',
          'There is footage on this volume. Set its use to "read" and remove it when that is gone, or forget its footage.',
        );
      }
      await this.#parts.db.deleteFrom('volumes').where('id', '=', id).execute();
      await this.#changed();
    });
  }

  /** What the index has on a volume. `bytes` may be some seconds old. */
  async usage(id: string): Promise<{ segments: number; bytes: number; oldestAt: number | null }> {
    const { db } = this.#parts;
    const row = await db
      .selectFrom('footage_totals')
      .select((eb) => [
        eb.fn.sum<number | null>('segments').as('segments'),
        eb.fn.sum<number | null>('size_bytes').as('bytes'),
      ])
      .where('volume_id', '=', id)
      .executeTakeFirst();
    const oldest = await db
      .selectFrom('segments')
      .select('start_at')
      .where('volume_id', '=', id)
      .orderBy('start_at')
      .limit(1)
      .executeTakeFirst();
    return { segments: row?.segments ?? 0, bytes: row?.bytes ?? 0, oldestAt: oldest?.start_at ?? null };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  #requireRemovable(id: string): Volume {
    const volume = this.require(id);
    if (!volume.isDataFolder) return volume;
    throw new NvrError('volume_in_use', 'This is the data folder. Set its use to "read" to record elsewhere.');
  }

  #entry(id: string): Entry | undefined {
    return this.#entries.find(({ volume }) => volume.id === id);
  }

  async #movedTo(volume: Volume, path: string): Promise<string> {
    if (volume.isDataFolder) {
      throw new NvrError('volume_unusable', 'path: the data folder is chosen with --data', { field: 'path' });
    }
    const others = this.list().filter(({ id }) => id !== volume.id);
    const root = await checkFolder(path, others);
    if ((await readIdentity(root))?.id !== volume.id) {
      throw new NvrError('volume_unusable', 'path: this folder does not hold this volume', { field: 'path' });
    }
    return root;
  }

  async #changed(): Promise<void> {
    await this.#read();
    await this.#looking;
    await this.checkNow();
    this.#tell({ kind: 'settings' });
  }

  async #read(): Promise<void> {
    const { db, dataDir, clock } = this.#parts;
    const rows = await db.selectFrom('volumes').selectAll().orderBy('position').orderBy('created_at').execute();
    const since = clock.nowMs();
    this.#entries = rows.map((row) => {
      const volume = fromRow(row, dataDir);
      const known = this.#entry(row.id);
      const status: VolumeStatus = { state: 'missing', message: null, since, totalBytes: null, freeBytes: null };
      return known ? { ...known, volume } : { volume, status, complaint: null, room: 0 };
    });
  }

  async #lookAtAll(): Promise<void> {
    const [before] = this.writable();
    await Promise.all(this.#entries.map((entry) => this.#look(entry)));
    const [now] = this.writable();
    if (before && now && before.id !== now.id) this.#tell({ kind: 'order' });
  }

  async #look(entry: Entry): Promise<void> {
    const { volume, complaint, status: before } = entry;
    const { bytes: recordingsBytes } = await this.usage(volume.id);
    const look = await lookAt(volume, { state: before.state, complaint, recordingsBytes });
    // A complaint that came meanwhile is for the next look.
    if (look.state === 'ready' && entry.complaint === complaint) entry.complaint = null;
    this.#enter(entry, look);
    entry.room = roomOn(volume, entry.status, recordingsBytes);
  }

  #enter(entry: Entry, look: Look): void {
    const { clock, log } = this.#parts;
    const before = entry.status;
    const same = before.state === look.state;
    entry.status = { ...look, since: same ? before.since : clock.nowMs() };
    if (same) return;
    const { volume, status } = entry;
    const level = status.state === 'ready' ? 'info' : 'error';
    log[level]({ volume: volume.root, state: status.state }, status.message ?? 'The volume takes recordings');
    this.#tell({ kind: 'state', volume, status, before });
  }

  #tell(change: VolumeChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#lastChange.then(change);
    this.#lastChange = result.catch(() => {
      // The caller hears of it; the next change is not its business.
    });
    return result;
  }
}

async function identifyDataFolder({ db, dataDir, log }: VolumeSetParts): Promise<void> {
  const { id } = await db.selectFrom('volumes').select('id').where('path', '=', '.').executeTakeFirstOrThrow();
  const known = await db.selectFrom('footage_totals').select('segments').where('volume_id', '=', id).executeTakeFirst();
  const identity = await readIdentity(dataDir).catch(() => null); // a disk that cannot be read shows in its state
  if (identity?.id === id) return;
  if (identity && !known) {
    await db.updateTable('volumes').set({ id: identity.id }).where('path', '=', '.').execute();
    return;
  }
  await writeIdentity(dataDir, id).catch((error: unknown) =>
    log.error({ err: error }, 'The data folder cannot be written'),
  );
}

const fromRow = (row: VolumeRow, dataDir: string): Volume => ({
  id: row.id,
  name: row.name,
  root: row.path === '.' ? dataDir : row.path,
  isDataFolder: row.path === '.',
  position: row.position,
  use: row.use,
  quotaBytes: row.quota_bytes,
  keepFreeBytes: row.keep_free_bytes,
  createdAt: row.created_at,
});

const unwritable = (error: Error): never => {
  throw new NvrError('volume_unusable', `path: nothing can be written there: ${error.message}`, {
    field: 'path',
    cause: error,
  });
};
