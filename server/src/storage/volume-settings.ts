import { randomUUID } from 'node:crypto';
import type { VolumeCreate, VolumePatch } from '@nightjar/contract';
import { type Kysely, sql } from 'kysely';
import type { Tables, VolumeRow } from '../database/index.ts';
import type { Clock } from '../shared/clock.ts';
import { NvrError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { readIdentity, writeIdentity } from '../shared/volume-identity.ts';
import { checkFolder } from './folder.ts';
import type { Volume } from './volume.ts';

interface VolumeSettingsParts {
  db: Kysely<Tables>;
  dataDir: string;
  clock: Clock;
  log: Logger;
}

export interface VolumeUsage {
  segments: number;
  bytes: number;
  oldestAt: number | null;
}

/** The rows of the volumes, and the identity files that go with them. */
export class VolumeSettings {
  readonly #parts: VolumeSettingsParts;

  constructor(parts: VolumeSettingsParts) {
    this.#parts = parts;
  }

  /** In the order they are used. */
  async list(): Promise<Volume[]> {
    const { db, dataDir } = this.#parts;
    const rows = await db.selectFrom('volumes').selectAll().orderBy('position').orderBy('created_at').execute();
    return rows.map((row) => volumeOfRow(row, dataDir));
  }

  /** The data folder gets its identity file, or gives its identity to a new database. */
  async identifyDataFolder(): Promise<void> {
    const { db, dataDir, log } = this.#parts;
    const { id } = await db.selectFrom('volumes').select('id').where('path', '=', '.').executeTakeFirstOrThrow();
    const identity = await readIdentity(dataDir).catch(() => null); // a disk that cannot be read shows in its state
    if (identity?.id === id) return;
    if (identity && (await this.usage(id)).segments === 0) {
      await db.updateTable('volumes').set({ id: identity.id }).where('path', '=', '.').execute();
      return;
    }
    await writeIdentity(dataDir, id).catch((error: unknown) =>
      log.error({ err: error }, 'The data folder cannot be written'),
    );
  }

  /** @throws {NvrError} `volume_unusable`, `volume_exists` */
  async create(wish: VolumeCreate, others: readonly Volume[]): Promise<Volume> {
    const { db, clock, dataDir } = this.#parts;
    const root = await checkFolder(wish.path, others);
    const identity = await readIdentity(root);
    if (identity && others.some(({ id }) => id === identity.id)) {
      throw new NvrError('volume_exists', 'path: this folder is one of the volumes already', { field: 'path' });
    }
    const id = identity?.id ?? randomUUID();
    if (!identity) await writeIdentity(root, id).catch(unwritable);
    const last = Math.max(...others.map(({ position }) => position));
    const row = await db
      .insertInto('volumes')
      .values({
        id,
        name: wish.name?.trim() ?? root,
        path: root,
        position: wish.position ?? last + 1,
        use: wish.use ?? 'record',
        quota_bytes: wish.quotaBytes ?? null,
        keep_free_bytes: wish.keepFreeBytes ?? null,
        created_at: clock.nowMs(),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return volumeOfRow(row, dataDir);
  }

  /** @throws {NvrError} `volume_unusable` */
  async update(volume: Volume, patch: VolumePatch, all: readonly Volume[]): Promise<Volume> {
    const { db, dataDir } = this.#parts;
    const moved = patch.path !== undefined && patch.path !== volume.root;
    const root = moved ? await movedTo(volume, patch.path as string, all) : undefined;
    const row = await db
      .updateTable('volumes')
      .set({
        ...(patch.name !== undefined && { name: patch.name.trim() }),
        ...(root !== undefined && { path: root }),
        ...(patch.quotaBytes !== undefined && { quota_bytes: patch.quotaBytes }),
        ...(patch.keepFreeBytes !== undefined && { keep_free_bytes: patch.keepFreeBytes }),
        ...(patch.use !== undefined && { use: patch.use }),
        ...(patch.position !== undefined && { position: patch.position }),
        // A patch without anything in it is a patch, too.
        id: volume.id,
      })
      .where('id', '=', volume.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    return volumeOfRow(row, dataDir);
  }

  /** Answers what it was. @throws {NvrError} `volume_in_use` */
  async remove(volume: Volume): Promise<Volume> {
    requireRemovable(volume);
    if ((await this.usage(volume.id)).segments > 0) {
      throw new NvrError(
        'volume_in_use',
        'There is footage on this volume. Set its use to "read" and remove it when that is gone, or forget its footage.',
      );
    }
    await this.#parts.db.deleteFrom('volumes').where('id', '=', volume.id).execute();
    return volume;
  }

  /** What the index has on a volume. `bytes` may be some seconds old. */
  async usage(id: string): Promise<VolumeUsage> {
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

  /** What the complete files of exports take on a volume. */
  async exportsBytes(id: string): Promise<number> {
    const { rows } = await sql<{ bytes: number }>`
      SELECT coalesce(sum(file.value ->> 'sizeBytes'), 0) AS bytes
      FROM exports JOIN export_parts ON export_parts.export_id = exports.id, json_each(export_parts.files) AS file
      WHERE exports.volume_id = ${id}`.execute(this.#parts.db);
    return rows[0]?.bytes ?? 0;
  }
}

/** @throws {NvrError} `volume_in_use` */
export function requireRemovable({ isDataFolder }: Volume): void {
  if (!isDataFolder) return;
  throw new NvrError('volume_in_use', 'This is the data folder. Set its use to "read" to record elsewhere.');
}

async function movedTo(volume: Volume, path: string, all: readonly Volume[]): Promise<string> {
  if (volume.isDataFolder) {
    throw new NvrError('volume_unusable', 'path: the data folder is chosen with --data', { field: 'path' });
  }
  const root = await checkFolder(
    path,
    all.filter(({ id }) => id !== volume.id),
  );
  if ((await readIdentity(root))?.id !== volume.id) {
    throw new NvrError('volume_unusable', 'path: this folder does not hold this volume', { field: 'path' });
  }
  return root;
}

/** @param dataDir where the data folder is now: its row does not say. */
export const volumeOfRow = (row: VolumeRow, dataDir: string): Volume => ({
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
