import { type Layout, type LayoutCreate, type LayoutPatch, reservedLayoutIds } from '@nightjar/contract';
import type { Kysely } from 'kysely';
import { slugFor } from '../camera/slug.ts';
import type { CameraChange } from '../camera/store.ts';
import type { LayoutRow, Tables } from '../database/index.ts';
import { NvrError } from '../shared/errors.ts';
import { InTurn } from '../shared/in-turn.ts';
import type { Logger } from '../shared/logger.ts';

interface LayoutStoreParts {
  db: Kysely<Tables>;
  cameras: {
    get(id: string): unknown;
    onChange(listener: (change: CameraChange) => void): void;
  };
  log: Logger;
  /** Something about the layouts is different. */
  onChange(): void;
}

const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** The walls that people have saved. A camera that is deleted leaves an empty place in them. */
export class LayoutStore {
  readonly #parts: LayoutStoreParts;
  /** Each starts from what the one before it left. */
  readonly #changes = new InTurn();

  constructor(parts: LayoutStoreParts) {
    this.#parts = parts;
    parts.cameras.onChange(({ change, camera }) => {
      if (change !== 'deleted') return;
      this.#clear(camera.id).catch((error: unknown) =>
        parts.log.error({ err: error, cameraId: camera.id }, 'a removed camera could not be taken out of the layouts'),
      );
    });
  }

  /** By name. */
  async list(): Promise<Layout[]> {
    const rows = await this.#parts.db.selectFrom('layouts').selectAll().execute();
    return rows.map((row) => this.#fromRow(row)).sort((a, b) => byName.compare(a.name, b.name));
  }

  /** @throws {NvrError} `layout_not_found` */
  async require(id: string): Promise<Layout> {
    const row = await this.#parts.db.selectFrom('layouts').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw unknownLayout();
    return this.#fromRow(row);
  }

  /** @throws {NvrError} `layout_exists`, `camera_not_found` */
  create(body: LayoutCreate): Promise<Layout> {
    return this.#changes.run(async () => {
      const others = await this.list();
      const isTaken = (id: string) => reservedLayoutIds.includes(id) || others.some((other) => other.id === id);
      const layout = this.#checked({ ...defaults, ...body, id: slugFor(body.name, isTaken, 'layout') }, others);
      await this.#parts.db.insertInto('layouts').values(toRow(layout)).execute();
      this.#parts.onChange();
      return layout;
    });
  }

  /** @throws {NvrError} `layout_not_found`, `layout_exists`, `camera_not_found` */
  update(id: string, patch: LayoutPatch): Promise<Layout> {
    return this.#changes.run(async () => {
      const others = (await this.list()).filter((other) => other.id !== id);
      const layout = this.#checked({ ...(await this.require(id)), ...patch }, others);
      await this.#parts.db.updateTable('layouts').set(toRow(layout)).where('id', '=', id).execute();
      this.#parts.onChange();
      return layout;
    });
  }

  /** @throws {NvrError} `layout_not_found` */
  delete(id: string): Promise<void> {
    return this.#changes.run(async () => {
      const { numDeletedRows } = await this.#parts.db.deleteFrom('layouts').where('id', '=', id).executeTakeFirst();
      if (numDeletedRows === 0n) throw unknownLayout();
      this.#parts.onChange();
    });
  }

  /** Resolves when all changes so far are in the database. */
  settled(): Promise<void> {
    return this.#changes.settled();
  }

  #checked(layout: Layout, others: readonly Layout[]): Layout {
    const name = layout.name.trim();
    if (others.some((other) => other.name.toLowerCase() === name.toLowerCase())) {
      throw new NvrError('layout_exists', 'name: another layout has this name', { field: 'name' });
    }
    for (const [place, cameraId] of layout.cameraIds.entries()) {
      if (cameraId === null || this.#parts.cameras.get(cameraId)) continue;
      const field = `cameraIds.${place}`;
      throw new NvrError('camera_not_found', `${field}: there is no camera with this id`, { field });
    }
    return { ...layout, name, cameraIds: withoutEmptyEnd(layout.cameraIds) };
  }

  /** Its id may come back with another camera: that one is not put in its places. */
  #clear(cameraId: string): Promise<void> {
    return this.#changes.run(async () => {
      const rows = await this.#parts.db.selectFrom('layouts').selectAll().execute();
      const concerned = rows.filter((row) => idsOf(row).includes(cameraId));
      for (const row of concerned) {
        const left = withoutEmptyEnd(idsOf(row).map((id) => (id === cameraId ? null : id)));
        const camera_ids = JSON.stringify(left);
        await this.#parts.db.updateTable('layouts').set({ camera_ids }).where('id', '=', row.id).execute();
      }
      if (concerned.length > 0) this.#parts.onChange();
    });
  }

  /** Without cameras that do not exist: the recorder may have died before it took one out. */
  #fromRow(row: LayoutRow): Layout {
    const cameraIds = idsOf(row).map((id) => (id !== null && this.#parts.cameras.get(id) ? id : null));
    return {
      id: row.id,
      name: row.name,
      tiles: row.tiles,
      shows: row.shows,
      cameraIds: withoutEmptyEnd(cameraIds),
      groups: JSON.parse(row.groups) as string[],
      rotateSeconds: row.rotate_seconds,
    };
  }
}

const defaults = { tiles: 9, shows: 'cameras', cameraIds: [], groups: [], rotateSeconds: null } satisfies LayoutPatch;

const unknownLayout = () => new NvrError('layout_not_found', 'There is no layout with this id.');

const idsOf = (row: LayoutRow) => JSON.parse(row.camera_ids) as Layout['cameraIds'];

const withoutEmptyEnd = (ids: Layout['cameraIds']) => ids.slice(0, ids.findLastIndex((id) => id !== null) + 1);

const toRow = ({ id, name, tiles, shows, cameraIds, groups, rotateSeconds }: Layout): LayoutRow => ({
  id,
  name,
  tiles,
  shows,
  camera_ids: JSON.stringify(cameraIds),
  groups: JSON.stringify(groups),
  rotate_seconds: rotateSeconds,
});
