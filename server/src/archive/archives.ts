import path from 'node:path';
import type { Archive, ArchiveJob, ArchiveQuery, ArchiveWish } from '@nightjar/contract';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import { remux } from '../media/remux/index.ts';
import { NvrError } from '../shared/errors.ts';
import { type LocalDay, localDayOf } from '../shared/local-days.ts';
import { makeDueJobs } from './due.ts';
import { removeFiles } from './files.ts';
import { JobMaker, type JobMakerParts } from './job-maker.ts';
import { type ArchivedFile, type Job, Jobs, toDto } from './jobs.ts';
import { footageOfJob } from './making.ts';
import { wantedJob } from './wish.ts';

interface ArchiveParts extends Omit<JobMakerParts, 'jobs' | 'remux'> {
  db: Kysely<Tables>;
  cameras: {
    list(): ReadonlyArray<{ id: string; archive: Archive | null }>;
    /** @throws {NvrError} `camera_not_found` */
    require(id: string): { archive: Archive | null };
    onChange(listener: () => void): () => void;
  };
  remux?: JobMakerParts['remux'];
  /** How often is looked whether a day has ended. */
  everyMs?: number;
}

/**
 * Files made of days that are over. A job that was interrupted begins again; one that failed is tried again at the next
 * start, after midnight, or when it is asked for.
 */
export class Archives {
  readonly #parts: ArchiveParts;
  readonly #jobs: Jobs;
  readonly #maker: JobMaker;
  #today: LocalDay;
  /** Something is due of which the last segment was still being written. */
  #isLate = false;
  #planning: Promise<void> = Promise.resolve();
  #making: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #stopListening = () => {};
  #stopped = false;

  constructor(parts: ArchiveParts) {
    this.#parts = parts;
    this.#jobs = new Jobs(parts.db);
    this.#maker = new JobMaker({ remux, ...parts, jobs: this.#jobs });
    this.#today = this.#dayNow();
  }

  /** Begins in the background, with what a former process left. */
  start(): void {
    const { cameras, everyMs = 5_000 } = this.#parts;
    this.#stopListening = cameras.onChange(() => this.#plan());
    this.#timer = setInterval(() => this.#look(), everyMs);
    this.#timer.unref();
    this.#plan(async () => {
      await this.#maker.recover();
      await this.#maker.tryAgain();
    });
  }

  /** A job that is being made begins again at the next start. */
  async close(): Promise<void> {
    this.#stopped = true;
    this.#stopListening();
    clearInterval(this.#timer);
    this.#maker.stop();
    await this.#planning;
    await this.#making;
  }

  async list(query: ArchiveQuery): Promise<ArchiveJob[]> {
    return (await this.#jobs.list(query)).map(toDto);
  }

  /** @throws {NvrError} `archive_not_found` */
  async get(id: number): Promise<ArchiveJob> {
    return toDto(await this.#jobs.require(id));
  }

  /** @returns absolute path. @throws {NvrError} `archive_not_found` */
  async fileOf(id: number, index: number): Promise<{ path: string; job: ArchiveJob; file: ArchivedFile }> {
    const job = await this.get(id);
    const file = job.state === 'done' ? job.files[index] : undefined;
    if (!file) throw new NvrError('archive_not_found', 'There is no such archive file.');
    return { path: path.join(this.#parts.volumes.rootOf(file.volumeId), file.path), job, file };
  }

  /**
   * Makes a day, or an hour of it, now; tries again what failed. What is made or under way already stays as it is.
   *
   * @throws {NvrError} `camera_not_found`, `invalid_request` when the day is not over, `footage_not_found`
   */
  async make(wish: ArchiveWish): Promise<{ job: ArchiveJob; isNew: boolean }> {
    const wanted = wantedJob(wish, this.#parts);
    const known = await this.#jobs.find(wanted);
    if (!known) {
      const { videoFrames } = await footageOfJob(this.#parts, wanted);
      if (videoFrames === 0) throw new NvrError('footage_not_found', 'Nothing is recorded there.');
      await this.#jobs.create(wanted);
    } else if (known.state === 'failed') {
      await this.#jobs.update(known.id, { state: 'queued', progress: 0 });
    }
    const job = toDto((await this.#jobs.find(wanted)) as Job);
    this.#parts.publish(job);
    this.#work();
    return { job, isNew: !known };
  }

  /** Stops a job and removes it with its files. @throws {NvrError} `archive_not_found` */
  async remove(id: number): Promise<void> {
    await this.#jobs.require(id);
    await this.#maker.cancel(id);
    const { cameraId, date, hour, files } = await this.#jobs.require(id);
    this.#parts.log.info({ cameraId, date, hour, files }, 'An archive is removed');
    await this.#jobs.delete(id);
    for (const file of files) await removeFiles(this.#parts.volumes.rootOf(file.volumeId), [file]);
  }

  /** All of a camera, with its files. */
  async removeAllOf(cameraId: string): Promise<void> {
    for (;;) {
      const jobs = await this.#jobs.list({ cameraId });
      if (jobs.length === 0) return;
      for (const { id } of jobs) await this.remove(id);
    }
  }

  #look(): void {
    const now = this.#parts.clock.nowMs();
    if (now < this.#today.from || now >= this.#today.to) {
      this.#today = this.#dayNow();
      this.#plan(() => this.#maker.tryAgain());
    } else if (this.#isLate) {
      this.#isLate = false;
      this.#plan();
    }
  }

  /** Makes the jobs that are due, then works on all that wait. */
  #plan(first: () => Promise<void> = async () => {}): void {
    const { clock, cameras, log } = this.#parts;
    this.#planning = this.#planning
      .then(async () => {
        if (this.#stopped) return;
        await first();
        const complete = await makeDueJobs({ ...this.#parts, jobs: this.#jobs }, cameras.list(), clock.nowMs());
        if (!complete) this.#isLate = true;
        this.#work();
      })
      .catch((error: unknown) => log.error({ err: error }, 'The archives that are due cannot be entered'));
  }

  /** After what is being made. */
  #work(): void {
    this.#making = this.#making
      .then(async () => {
        if (this.#stopped) return;
        if (!(await this.#maker.makeQueued())) this.#isLate = true;
      })
      .catch((error: unknown) => this.#parts.log.error({ err: error }, 'The archives cannot be kept'));
  }

  #dayNow(): LocalDay {
    return localDayOf(this.#parts.clock.nowMs(), this.#parts.timeZone);
  }
}
