import type { ArchiveFormat, ArchiveJob, ArchiveQuery, UnixMs } from '@nightjar/contract';
import type { Kysely, Updateable } from 'kysely';
import type { ArchiveRow, ArchivesTable, Tables } from '../database/index.ts';
import { NvrError } from '../shared/errors.ts';
import type { DayPart } from './parts.ts';

/** A job as it is kept. */
export interface Job extends ArchiveJob {
  /** The recording goes when all files of its day are made. */
  removeSegments: boolean;
  /** Segments of which frames are in the files: `[id, frames]`; only if they are to be removed. */
  segments: Array<[id: number, frames: number]>;
}

export type ArchivedFile = ArchiveJob['files'][number];

export interface NewJob extends DayPart {
  cameraId: string;
  date: string;
  format: ArchiveFormat;
  removeSegments: boolean;
}

const listedAtMost = 1_000;

/** The archive jobs in SQLite. */
export class Jobs {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** The newest days first, at most 1,000 jobs. */
  async list({ cameraId, date }: ArchiveQuery = {}): Promise<Job[]> {
    const rows = await this.#db
      .selectFrom('archives')
      .selectAll()
      .$if(cameraId !== undefined, (query) => query.where('camera_id', '=', String(cameraId)))
      .$if(date !== undefined, (query) => query.where('date', '=', String(date)))
      .orderBy('from_at', 'desc')
      .orderBy('id')
      .limit(listedAtMost)
      .execute();
    return rows.map(fromRow);
  }

  /** @throws {NvrError} `archive_not_found` */
  async require(id: number): Promise<Job> {
    const job = Number.isSafeInteger(id) ? await this.get(id) : undefined;
    if (!job) throw new NvrError('archive_not_found', 'There is no such archive.');
    return job;
  }

  async get(id: number): Promise<Job | undefined> {
    const row = await this.#db.selectFrom('archives').selectAll().where('id', '=', id).executeTakeFirst();
    return row && fromRow(row);
  }

  async find({ cameraId, date, hour, format }: NewJob): Promise<Job | undefined> {
    const row = await this.#db
      .selectFrom('archives')
      .selectAll()
      .where('camera_id', '=', cameraId)
      .where('date', '=', date)
      .where('hour', 'is', hour)
      .where('format', '=', format)
      .executeTakeFirst();
    return row && fromRow(row);
  }

  /** The oldest that waits for its turn. */
  async next(): Promise<Job | undefined> {
    const row = await this.#db
      .selectFrom('archives')
      .selectAll()
      .where('state', '=', 'queued')
      .orderBy('from_at')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    return row && fromRow(row);
  }

  async inState(state: ArchiveJob['state']): Promise<Job[]> {
    const rows = await this.#db.selectFrom('archives').selectAll().where('state', '=', state).orderBy('id').execute();
    return rows.map(fromRow);
  }

  /** All made for the same day of a camera in one format with the wish to remove the recording. */
  async removingWith({ cameraId, date, format }: Job): Promise<Job[]> {
    const rows = await this.#db
      .selectFrom('archives')
      .selectAll()
      .where('camera_id', '=', cameraId)
      .where('date', '=', date)
      .where('format', '=', format)
      .where('remove_segments', '=', 1)
      .execute();
    return rows.map(fromRow);
  }

  /** Done, and the recording still to be removed. */
  async withSegmentsToRemove(): Promise<Job[]> {
    const rows = await this.#db
      .selectFrom('archives')
      .selectAll()
      .where('state', '=', 'done')
      .where('remove_segments', '=', 1)
      .where('segments_removed', '=', 0)
      .execute();
    return rows.map(fromRow);
  }

  /** A part that has a job keeps it. */
  async create(job: NewJob, db: Kysely<Tables> = this.#db): Promise<void> {
    await db
      .insertInto('archives')
      .values({
        camera_id: job.cameraId,
        date: job.date,
        hour: job.hour,
        from_at: job.from,
        to_at: job.to,
        format: job.format,
        remove_segments: job.removeSegments ? 1 : 0,
        state: 'queued',
        progress: 0,
        message: null,
        files: '[]',
        segments_removed: 0,
        finished_at: null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async update(id: number, changes: Partial<Job>): Promise<void> {
    await this.#db.updateTable('archives').set(toRow(changes)).where('id', '=', id).execute();
  }

  async delete(id: number): Promise<void> {
    await this.#db.deleteFrom('archives').where('id', '=', id).execute();
  }
}

function toRow({ state, progress, message, files, segments, segmentsRemoved, finishedAt }: Partial<Job>) {
  const row: Updateable<ArchivesTable> = {
    ...(state !== undefined && { state }),
    ...(progress !== undefined && { progress }),
    ...(message !== undefined && { message }),
    ...(files !== undefined && { files: JSON.stringify(files) }),
    ...(segments !== undefined && { segments: JSON.stringify(segments) }),
    ...(segmentsRemoved !== undefined && { segments_removed: segmentsRemoved ? (1 as const) : (0 as const) }),
    ...(finishedAt !== undefined && { finished_at: finishedAt }),
  };
  return row;
}

const fromRow = (row: ArchiveRow): Job => ({
  id: row.id,
  cameraId: row.camera_id,
  date: row.date,
  hour: row.hour,
  from: row.from_at as UnixMs,
  to: row.to_at as UnixMs,
  format: row.format,
  state: row.state,
  progress: row.progress,
  message: row.message,
  files: JSON.parse(row.files),
  segmentsRemoved: row.segments_removed === 1,
  finishedAt: row.finished_at as UnixMs | null,
  removeSegments: row.remove_segments === 1,
  segments: JSON.parse(row.segments),
});

/** As the API tells it. */
export function toDto({ removeSegments: _, segments: __, ...job }: Job): ArchiveJob {
  return job;
}
