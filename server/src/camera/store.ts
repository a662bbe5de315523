import type { CameraCreate, CameraId, CameraPatch, FootageAction, StreamName, UnixMs } from '@nightjar/contract';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/index.ts';
import type { Clock } from '../shared/clock.ts';
import { NvrError } from '../shared/errors.ts';
import { InTurn } from '../shared/in-turn.ts';
import { readStreamId, streamIdOf } from '../shared/stream-id.ts';
import {
  type Camera,
  type CameraSettings,
  completeSettings,
  newSettings,
  patchedSettings,
  withoutPastOverride,
} from './camera.ts';
import { enterSubstream, leaveSubstream, removeDeletedWithoutFootage } from './footage-rows.ts';
import { slugFor } from './slug.ts';

export type CameraChange =
  | { change: 'created'; camera: Camera }
  | { change: 'updated'; camera: Camera; previous: Camera }
  | { change: 'deleted'; camera: Camera };

/** What is kept of a deleted camera's settings. */
type Remains = Pick<CameraSettings, 'name'> & { footage?: FootageAction };

interface StoreParts {
  db: Kysely<Tables>;
  clock: Clock;
}

/** Which cameras exist. Reads come from memory; a change is on disk before anyone hears of it. */
export class CameraStore {
  readonly #db: Kysely<Tables>;
  readonly #clock: Clock;
  readonly #cameras: Map<CameraId, Camera>;
  /** Deleted cameras whose footage may still be there, and whether it is to go. */
  readonly #deleted: Map<CameraId, FootageAction>;
  /** Of these, those whose stream may not have stopped yet. */
  readonly #stopping = new Set<CameraId>();
  readonly #listeners = new Set<(change: CameraChange) => void>();
  /** Each starts from what the one before it left. */
  readonly #changes = new InTurn();

  private constructor({ db, clock }: StoreParts, cameras: Camera[], deleted: Map<CameraId, FootageAction>) {
    this.#db = db;
    this.#clock = clock;
    this.#cameras = new Map(cameras.map((camera) => [camera.id, camera]));
    this.#deleted = deleted;
  }

  static async open(parts: StoreParts): Promise<CameraStore> {
    const { db, clock } = parts;
    await removeDeletedWithoutFootage(db);
    const rows = await db.selectFrom('cameras').selectAll().orderBy('created_at').orderBy(sql`rowid`).execute();
    const cameras: Camera[] = [];
    const deleted = new Map<CameraId, FootageAction>();
    for (const row of rows) {
      const { cameraId, stream } = readStreamId(row.id);
      const id = cameraId as CameraId;
      if (row.deleted_at !== null) {
        const { footage = 'keep' }: Partial<Remains> = JSON.parse(row.settings);
        if (stream === 'main' || !deleted.has(id)) deleted.set(id, footage);
      } else if (stream === 'main') {
        const settings = completeSettings(JSON.parse(row.settings));
        const { substream } = settings;
        if (!substream?.record) await leaveSubstream(db, id);
        const substreamSince = await enterSubstream(db, { id, substream, now: clock.nowMs() });
        cameras.push({ ...settings, id, createdAt: row.created_at as UnixMs, substreamSince });
      }
    }
    for (const { id } of cameras) deleted.delete(id);
    return new CameraStore(parts, cameras, deleted);
  }

  /** In the order they were added. */
  list(): Camera[] {
    return [...this.#cameras.values()];
  }

  get(id: string): Camera | undefined {
    return this.#cameras.get(id as CameraId);
  }

  /** @throws {NvrError} `camera_not_found` */
  require(id: string): Camera {
    const camera = this.get(id);
    if (!camera) throw new NvrError('camera_not_found', 'There is no camera with this id.');
    return camera;
  }

  /** @throws {NvrError} `camera_not_found`, `substream_not_found` */
  requireStream(id: string, stream: StreamName): Camera {
    const camera = this.require(id);
    if (stream === 'sub' && !camera.substream) {
      throw new NvrError('substream_not_found', 'This camera has no substream.');
    }
    return camera;
  }

  /**
   * What the footage of a stream is known by.
   * @throws {NvrError} `camera_not_found`, `substream_not_found` for one that never was recorded.
   */
  recordedStream(id: string, stream: StreamName = 'main'): string {
    const { substreamSince } = this.require(id);
    if (stream === 'sub' && substreamSince === null) {
      throw new NvrError('substream_not_found', 'No substream of this camera is recorded.');
    }
    return streamIdOf(id, stream);
  }

  /**
   * Adds a camera. An id made from the name is one that no footage belongs to; an id that is given may be that of a
   * deleted camera, whose footage the new one then takes over.
   * @throws {NvrError} `camera_exists`, `invalid_request`
   */
  create({ id: chosen, ...body }: CameraCreate): Promise<Camera> {
    return this.#changes.run(async () => {
      const settings = withoutPastOverride(newSettings(body), this.#clock.nowMs());
      if (chosen !== undefined && this.get(chosen)) {
        throw new NvrError('camera_exists', 'id: another camera has this id', { field: 'id' });
      }
      const isTaken = (id: CameraId) => this.#cameras.has(id) || this.#deleted.has(id);
      const id = (chosen as CameraId | undefined) ?? slugFor(settings.name, isTaken);
      const createdAt = this.#clock.nowMs();
      const row = { settings: JSON.stringify(settings), created_at: createdAt, deleted_at: null };
      const substreamSince = await this.#db.transaction().execute(async (trx) => {
        await trx
          .insertInto('cameras')
          .values({ id, ...row })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
          .execute();
        return enterSubstream(trx, { id, substream: settings.substream, now: createdAt });
      });
      const camera: Camera = { ...settings, id, createdAt, substreamSince };
      this.#deleted.delete(id);
      this.#cameras.set(id, camera);
      this.#tell({ change: 'created', camera });
      return camera;
    });
  }

  /**
   * Merges a patch (RFC 7396) into the settings. Nobody is told of a patch that changes nothing. An override of
   * recording that is over goes with the next patch, whatever that says.
   * @throws {NvrError} `camera_not_found`, `invalid_request`
   */
  update(id: string, patch: CameraPatch): Promise<Camera> {
    return this.#changes.run(async () => {
      const previous = this.require(id);
      const { id: cameraId, createdAt, substreamSince: _, ...current } = previous;
      const settings = withoutPastOverride(patchedSettings(current, patch), this.#clock.nowMs());
      const text = JSON.stringify(settings);
      if (text === JSON.stringify(completeSettings(current))) return previous;
      const substreamSince = await this.#db.transaction().execute(async (trx) => {
        await trx.updateTable('cameras').set({ settings: text }).where('id', '=', id).execute();
        return enterSubstream(trx, { id: cameraId, substream: settings.substream, now: this.#clock.nowMs() });
      });
      const camera: Camera = { ...settings, id: cameraId, createdAt, substreamSince };
      this.#cameras.set(cameraId, camera);
      this.#tell({ change: 'updated', camera, previous });
      return camera;
    });
  }

  /**
   * Removes a camera and forgets its address and password.
   *
   * @param footage `delete`: it is `unwanted` from now on, also after a restart; who calls this deletes it.
   * @throws {NvrError} `camera_not_found`
   */
  delete(id: string, footage: FootageAction = 'keep'): Promise<Camera> {
    return this.#changes.run(async () => {
      const camera = this.require(id);
      const settings = JSON.stringify({ name: camera.name, footage } satisfies Remains);
      const deleted_at = this.#clock.nowMs();
      await this.#db.transaction().execute(async (trx) => {
        await trx.updateTable('cameras').set({ settings, deleted_at }).where('id', '=', id).execute();
        await trx.updateTable('cameras').set({ deleted_at }).where('id', '=', streamIdOf(id, 'sub')).execute();
      });
      this.#cameras.delete(camera.id);
      this.#deleted.set(camera.id, footage);
      this.#stopping.add(camera.id);
      this.#tell({ change: 'deleted', camera });
      return camera;
    });
  }

  /** Deleted cameras of which footage may be left that is to go: what was locked, or a crash has left. */
  unwanted(): CameraId[] {
    const isUnwanted = ([id, footage]: [CameraId, FootageAction]) => footage === 'delete' && !this.#stopping.has(id);
    return [...this.#deleted].filter(isUnwanted).map(([id]) => id);
  }

  /**
   * Lets go of a deleted camera's id when no footage belongs to it any more. Call once its stream has stopped, for
   * footage of a camera without a row is refused. The next start does the same for all.
   */
  forgetDeleted(id: string): Promise<void> {
    this.#stopping.delete(id as CameraId);
    return this.#changes.run(async () => {
      for (const gone of await removeDeletedWithoutFootage(this.#db, id)) this.#deleted.delete(gone as CameraId);
    });
  }

  /** Calls the listener after each change, in order; answers how to stop that. */
  onChange(listener: (change: CameraChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(change: CameraChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
