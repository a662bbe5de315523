import type { ExportCreate, ExportEstimate, ExportJob, ExportPatch } from '@nightjar/contract';
import { NvrError } from '../shared/errors.ts';
import { type Download, downloadOf, fileOf, manifestOf } from './downloads.ts';
import { estimateOf, type Recorded, recordedOf } from './estimate.ts';
import { ExportFolder } from './folder.ts';
import { JobMaker, type JobMakerParts, namesOf } from './job-maker.ts';
import { type Job, Jobs, toDto } from './jobs.ts';
import { type ExportOrder, orderOf, type PartWish, partsOf } from './request.ts';

export interface ExportsParts extends Omit<JobMakerParts, 'jobs' | 'publish' | 'nameOf' | 'expireAfterMs'> {
  cameras: {
    get(id: string): { name: string } | undefined;
    /** @throws {NvrError} `camera_not_found` */
    require(id: string): unknown;
  };
  /** Told of each change, progress at most once a second; null: one was removed. */
  publish(job: ExportJob | null): void;
  /** Finished exports are removed after so many days; 0: never. */
  expireAfterDays: number;
  /** How often is looked for footage that was awaited, and for exports whose time is over. */
  everyMs?: number;
}

const dayMs = 86_400_000;
/** At each so many looks for footage there is one for exports whose time is over. */
const looksForExpiry = 60;
/** More of them in one export make a list that nobody reads, and take long to look up. */
const mostParts = 1_000;

/** Files made of footage that somebody asked for. A job that was interrupted goes on behind what is complete. */
export class Exports {
  readonly #parts: ExportsParts;
  readonly #jobs: Jobs;
  readonly #maker: JobMaker;
  /** Footage of a job is still being written. */
  #isLate = false;
  #expiring: Promise<void> | null = null;
  #looks = 0;
  #making: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(parts: ExportsParts) {
    const { db, cameras, expireAfterDays } = parts;
    this.#parts = parts;
    this.#jobs = new Jobs(db);
    this.#maker = new JobMaker({
      ...parts,
      jobs: this.#jobs,
      nameOf: (id) => cameras.get(id)?.name ?? id,
      expireAfterMs: expireAfterDays === 0 ? null : expireAfterDays * dayMs,
      publish: (job, remainingMs) => parts.publish(toDto(job, remainingMs)),
    });
  }

  /** Begins in the background, with what a former process left. */
  start(): void {
    const { everyMs = 1_000 } = this.#parts;
    this.#timer = setInterval(() => this.#look(), everyMs);
    this.#timer.unref();
    this.#inTurn(() => this.#maker.recover());
    this.#work();
  }

  /** A job that is being made goes on at the next start. */
  async close(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#maker.stop();
    await this.#expiring;
    await this.#making;
  }

  /** Newest first. */
  async list(): Promise<ExportJob[]> {
    return (await this.#jobs.list()).map((job) => this.#dtoOf(job));
  }

  /** @throws {NvrError} `export_not_found` */
  async get(id: number): Promise<ExportJob> {
    return this.#dtoOf(await this.#jobs.require(id));
  }

  /** @throws {NvrError} `camera_not_found`, `invalid_request`, `invalid_range` */
  async estimate(wish: ExportCreate): Promise<ExportEstimate> {
    const { order, parts } = this.#read(wish);
    return estimateOf(await this.#recordedOf(parts, order), order.settings);
  }

  /** @throws {NvrError} `camera_not_found`, `invalid_request`, `invalid_range`, `footage_not_found` */
  async create(wish: ExportCreate, madeBy: string): Promise<ExportJob> {
    const { order, parts } = this.#read(wish);
    const { recordedMs } = estimateOf(await this.#recordedOf(parts, order), order.settings);
    if (recordedMs === 0) throw new NvrError('footage_not_found', 'Nothing is recorded there.');
    const createdAt = this.#parts.clock.nowMs();
    const job = await this.#jobs.create({ order, title: wish.title?.trim() ?? '', madeBy, createdAt }, parts);
    this.#parts.log.info({ export: job.id, cameraIds: order.cameraIds, parts: parts.length }, 'An export is asked for');
    this.#parts.publish(this.#dtoOf(job));
    this.#work();
    return this.#dtoOf(job);
  }

  /**
   * Cancels, goes on, renames, keeps.
   *
   * @throws {NvrError} `export_not_found`, `invalid_request` when it is done already
   */
  async update(id: number, { state, title, keep }: ExportPatch): Promise<ExportJob> {
    await this.#jobs.require(id);
    if (state === 'cancelled') await this.#maker.interrupt(id, () => this.#cancel(id));
    if (state === 'queued') await this.#goOn(id);
    const job = await this.#jobs.require(id);
    if (title !== undefined) await this.#jobs.update(id, { title: title.trim() });
    if (keep !== undefined && keep !== job.keep) {
      await this.#jobs.update(id, { keep, expiresAt: keep ? null : this.#expiryOf(job) });
    }
    const changed = await this.get(id);
    this.#parts.publish(changed);
    return changed;
  }

  /** Stops a job and removes it with its files. @throws {NvrError} `export_not_found`, `volume_unusable` */
  async remove(id: number): Promise<void> {
    await this.#jobs.require(id);
    await this.#maker.interrupt(id, async () => {
      const job = await this.#jobs.require(id);
      this.#requireVolume(job);
      const { volumes } = this.#parts;
      // The row goes last: killed in between, it can be removed again.
      const root =
        volumes.list().some((volume) => volume.id === job.volumeId) && volumes.rootOf(job.volumeId as string);
      if (root) await new ExportFolder(root, id).remove(namesOf(job));
      await this.#jobs.delete(id);
      this.#parts.log.info({ export: id }, 'An export is removed');
    });
    this.#parts.publish(null);
  }

  /** A file of those that are complete. @throws {NvrError} `export_not_found` */
  async file(id: number, index: number): Promise<Download> {
    return fileOf(this.#parts, await this.#jobs.require(id), index);
  }

  /** All of it: its only file, else a ZIP. @throws {NvrError} `export_not_found`, `export_not_done` */
  async download(id: number): Promise<Download> {
    return downloadOf(this.#parts, await this.#jobs.require(id));
  }

  /** @throws {NvrError} `export_not_found`, `export_not_done` */
  async manifest(id: number): Promise<Download> {
    return manifestOf(this.#parts, await this.#jobs.require(id));
  }

  #read(wish: ExportCreate): { order: ExportOrder; parts: PartWish[] } {
    const order = orderOf(wish, this.#parts);
    const parts = partsOf(order, this.#parts);
    if (parts.length <= mostParts) return { order, parts };
    const message = `dates: at most ${mostParts} files at once, not ${parts.length}; export fewer days or cameras`;
    throw new NvrError('invalid_request', message, { field: 'dates' });
  }

  async #recordedOf(parts: readonly PartWish[], { settings }: ExportOrder): Promise<Recorded[]> {
    await this.#parts.index.flush();
    return recordedOf(this.#parts.db, parts, settings.stream);
  }

  async #cancel(id: number): Promise<void> {
    const job = await this.#jobs.require(id);
    if (job.state === 'queued' || job.state === 'running') await this.#maker.finish(job, 'cancelled', null);
    else if (job.state === 'done') throw alreadyDone();
  }

  async #goOn(id: number): Promise<void> {
    const job = await this.#jobs.require(id);
    if (job.state === 'done') throw alreadyDone();
    if (job.state === 'queued' || job.state === 'running') return;
    await this.#jobs.update(id, { state: 'queued', message: null, finishedAt: null, expiresAt: null });
    this.#work();
  }

  #expiryOf({ state }: Job): number | null {
    const { clock, expireAfterDays } = this.#parts;
    const isOver = state !== 'queued' && state !== 'running';
    return isOver && expireAfterDays > 0 ? clock.nowMs() + expireAfterDays * dayMs : null;
  }

  /** @throws {NvrError} `volume_unusable` when its files are on a disk that is away: they would stay there for good. */
  #requireVolume({ volumeId }: Job): void {
    const { volumes } = this.#parts;
    const volume = volumes.list().find(({ id }) => id === volumeId);
    if (!volume || volumes.isPresent(volume.id)) return;
    throw new NvrError('volume_unusable', `Its files are on the volume "${volume.name}", which is missing.`);
  }

  #look(): void {
    if (this.#looks % looksForExpiry === 0) this.#expireSoon();
    this.#looks += 1;
    if (!this.#isLate) return;
    this.#isLate = false;
    this.#work();
  }

  #expireSoon(): void {
    this.#expiring ??= this.#expire()
      .catch((error: unknown) => this.#parts.log.error({ err: error }, 'Old exports cannot be removed'))
      .finally(() => {
        this.#expiring = null;
      });
  }

  async #expire(): Promise<void> {
    const { clock, volumes } = this.#parts;
    for (const { id, volumeId } of await this.#jobs.expired(clock.nowMs())) {
      const isAway = volumes.list().some((volume) => volume.id === volumeId && !volumes.isPresent(volume.id));
      if (!isAway && !this.#stopped) await this.remove(id);
    }
  }

  /** After what is being made. */
  #work(): void {
    this.#inTurn(async () => {
      if (!(await this.#maker.makeQueued())) this.#isLate = true;
    });
  }

  #inTurn(work: () => Promise<void>): void {
    this.#making = this.#making
      .then(async () => {
        if (!this.#stopped) await work();
      })
      .catch((error: unknown) => this.#parts.log.error({ err: error }, 'The exports cannot be kept'));
  }

  #dtoOf(job: Job): ExportJob {
    return toDto(job, this.#maker.remainingMsOf(job.id));
  }
}

const alreadyDone = () => new NvrError('invalid_request', 'state: the export is done', { field: 'state' });
