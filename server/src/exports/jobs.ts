import type { CameraId, ExportFile, ExportJob, UnixMs } from '@nightjar/contract';
import type { Kysely, Updateable } from 'kysely';
import type { ExportPartRow, ExportRow, ExportsTable, Tables } from '../database/index.ts';
import { NvrError } from '../shared/errors.ts';
import type { ExportOrder, PartWish } from './request.ts';

/** A file as it is kept: in the folder of its export. */
export interface StoredFile extends Omit<ExportFile, 'index' | 'cameraId'> {
  /** Of the file, unsigned: ZIPs are made of it while they are sent. */
  crc32: number;
}

export interface Part extends PartWish {
  /** In the order of work, from 0. */
  position: number;
  state: 'queued' | 'done' | 'empty';
  files: StoredFile[];
}

/** A job as it is kept. */
export interface Job {
  id: number;
  order: ExportOrder;
  title: string;
  madeBy: string;
  state: ExportJob['state'];
  progress: number;
  message: string | null;
  volumeId: string | null;
  /** Of `evidence.json`; null while there is none. */
  manifest: { sizeBytes: number; crc32: number } | null;
  keep: boolean;
  createdAt: number;
  finishedAt: number | null;
  expiresAt: number | null;
  /** In the order of work. */
  parts: Part[];
}

export type NewJob = Pick<Job, 'order' | 'title' | 'madeBy' | 'createdAt'>;

const listedAtMost = 500;

/** The exports in SQLite. */
export class Jobs {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Newest first, at most 500. */
  async list(): Promise<Job[]> {
    const rows = await this.#db.selectFrom('exports').selectAll().orderBy('id', 'desc').limit(listedAtMost).execute();
    return this.#withParts(rows);
  }

  /** @throws {NvrError} `export_not_found` */
  async require(id: number): Promise<Job> {
    const rows = await this.#db.selectFrom('exports').selectAll().where('id', '=', id).execute();
    const [job] = await this.#withParts(rows);
    if (!job) throw new NvrError('export_not_found', 'There is no such export.');
    return job;
  }

  /** Oldest first. */
  async inState(...states: Array<Job['state']>): Promise<Job[]> {
    const rows = await this.#db.selectFrom('exports').selectAll().where('state', 'in', states).orderBy('id').execute();
    return this.#withParts(rows);
  }

  async expired(now: number): Promise<Job[]> {
    const rows = await this.#db
      .selectFrom('exports')
      .selectAll()
      .where('expires_at', '<=', now)
      .where('keep', '=', 0)
      .where('state', 'not in', ['queued', 'running'])
      .execute();
    return this.#withParts(rows);
  }

  /** With all its parts; from then on their footage is not cleaned. */
  async create(job: NewJob, parts: readonly PartWish[]): Promise<Job> {
    const id = await this.#db.transaction().execute(async (trx) => {
      const { id } = await trx
        .insertInto('exports')
        .values({
          request: JSON.stringify(job.order),
          title: job.title,
          made_by: job.madeBy,
          state: 'queued',
          progress: 0,
          message: null,
          volume_id: null,
          manifest: null,
          keep: 0,
          created_at: job.createdAt,
          finished_at: null,
          expires_at: null,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      for (const [position, { cameraId, from, to }] of parts.entries()) {
        await trx
          .insertInto('export_parts')
          .values({
            export_id: id,
            position,
            camera_id: cameraId,
            from_at: from,
            to_at: to,
            state: 'queued',
            files: '[]',
          })
          .execute();
      }
      return id;
    });
    return this.require(id);
  }

  async update(id: number, changes: Partial<Job>): Promise<void> {
    await this.#db.updateTable('exports').set(toRow(changes)).where('id', '=', id).execute();
  }

  async updatePart(id: number, { position, state, files }: Part): Promise<void> {
    await this.#db
      .updateTable('export_parts')
      .set({ state, files: JSON.stringify(files) })
      .where('export_id', '=', id)
      .where('position', '=', position)
      .execute();
  }

  /** With its parts. */
  async delete(id: number): Promise<void> {
    await this.#db.deleteFrom('exports').where('id', '=', id).execute();
  }

  async #withParts(rows: readonly ExportRow[]): Promise<Job[]> {
    if (rows.length === 0) return [];
    const parts = await this.#db
      .selectFrom('export_parts')
      .selectAll()
      .where(
        'export_id',
        'in',
        rows.map(({ id }) => id),
      )
      .orderBy('export_id')
      .orderBy('position')
      .execute();
    const byJob = Map.groupBy(parts, (part) => part.export_id);
    return rows.map((row) => fromRow(row, byJob.get(row.id) ?? []));
  }
}

function toRow(job: Partial<Job>): Updateable<ExportsTable> {
  const { title, state, progress, message, volumeId, manifest, keep, finishedAt, expiresAt } = job;
  return {
    ...(title !== undefined && { title }),
    ...(state !== undefined && { state }),
    ...(progress !== undefined && { progress }),
    ...(message !== undefined && { message }),
    ...(volumeId !== undefined && { volume_id: volumeId }),
    ...(manifest !== undefined && { manifest: manifest && JSON.stringify(manifest) }),
    ...(keep !== undefined && { keep: keep ? (1 as const) : (0 as const) }),
    ...(finishedAt !== undefined && { finished_at: finishedAt }),
    ...(expiresAt !== undefined && { expires_at: expiresAt }),
  };
}

const fromRow = (row: ExportRow, parts: readonly ExportPartRow[]): Job => ({
  id: row.id,
  order: JSON.parse(row.request),
  title: row.title,
  madeBy: row.made_by,
  state: row.state,
  progress: row.progress,
  message: row.message,
  volumeId: row.volume_id,
  manifest: row.manifest === null ? null : JSON.parse(row.manifest),
  keep: row.keep === 1,
  createdAt: row.created_at,
  finishedAt: row.finished_at,
  expiresAt: row.expires_at,
  parts: parts.map((part) => ({
    position: part.position,
    cameraId: part.camera_id,
    from: part.from_at,
    to: part.to_at,
    state: part.state,
    files: JSON.parse(part.files),
  })),
});

/** A complete file, and the camera it shows. */
export type FileOfCamera = StoredFile & { cameraId: string };

/** In the order in which they are numbered. */
export const filesOf = ({ parts }: Job): FileOfCamera[] =>
  parts.flatMap(({ cameraId, files }) => files.map((file) => ({ ...file, cameraId })));

/** As the API tells it. */
export function toDto(job: Job, remainingMs: number | null): ExportJob {
  const { id, order, title, madeBy, state, progress, message, keep, manifest } = job;
  const files = filesOf(job);
  return {
    id,
    cameraIds: order.cameraIds as CameraId[],
    from: order.from as UnixMs | null,
    to: order.to as UnixMs | null,
    dates: order.dates,
    title,
    madeBy,
    settings: order.settings,
    state,
    parts: job.parts.length,
    partsDone: job.parts.filter((part) => part.state !== 'queued').length,
    progress,
    remainingMs: state === 'running' ? remainingMs : null,
    message,
    files: files.map(({ crc32: _, cameraId, ...file }, index) => ({ index, cameraId: cameraId as CameraId, ...file })),
    sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    createdAt: job.createdAt as UnixMs,
    finishedAt: job.finishedAt as UnixMs | null,
    keep,
    expiresAt: job.expiresAt as UnixMs | null,
    hasManifest: manifest !== null,
  };
}
