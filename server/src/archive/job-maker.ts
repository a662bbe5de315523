import type { ArchiveJob } from '@nightjar/contract';
import type { Deleted } from '../recording/index.ts';
import type { Clock } from '../shared/clock.ts';
import { NvrError } from '../shared/errors.ts';
import { madePath, nameFiles, namesFor, removeAllTemporary, removeFiles, temporaryPath } from './files.ts';
import { type Job, type Jobs, toDto } from './jobs.ts';
import { type MakingParts, makeFiles, nothingLeft } from './making.ts';
import { pathOfPart } from './parts.ts';
import { removeRecording } from './removal.ts';

export interface JobMakerParts extends MakingParts {
  jobs: Jobs;
  index: MakingParts['index'] & {
    isWriting(cameraId: string, before: number): boolean;
    removeSegments(ids: readonly number[]): Promise<Deleted>;
  };
  volumes: MakingParts['volumes'] & { rootOf(id: string): string };
  clock: Clock;
  /** Told of each change, progress at most once a second. */
  publish(job: ArchiveJob): void;
}

const progressEveryMs = 1_000;

/** Carries out the jobs, one after the other. */
export class JobMaker {
  readonly #parts: JobMakerParts;
  /** Never made again: their ids are given once. */
  readonly #cancelled = new Set<number>();
  #current: { id: number; abort: AbortController; over: Promise<void> } | null = null;
  #stopped = false;

  constructor(parts: JobMakerParts) {
    this.#parts = parts;
  }

  /** Puts in order what a former process was at: what was read back gets its names, all other temporary files go. */
  async recover(): Promise<void> {
    const { jobs, volumes } = this.#parts;
    for (const job of await jobs.inState('running')) {
      if (await this.#hasFiles(job)) await this.#done(job);
      else await this.#startOver(job, null);
    }
    for (const { id, root } of volumes.list()) if (volumes.isPresent(id)) await removeAllTemporary(root);
  }

  /** Failed jobs wait for their turn again, but for those of which nothing is left. */
  async tryAgain(): Promise<void> {
    for (const job of await this.#parts.jobs.inState('failed')) {
      if (job.message !== nothingLeft) await this.#change(job, { state: 'queued', progress: 0 });
    }
  }

  /**
   * Makes all that waits. Not to be called again before it has resolved.
   *
   * @returns false when the last segment of a job is still being written: to be asked again soon.
   */
  async makeQueued(): Promise<boolean> {
    const { jobs, index } = this.#parts;
    for (const job of await jobs.withSegmentsToRemove()) await this.#removeRecording(job);
    let complete = true;
    for (const { id } of await jobs.inState('queued')) {
      if (this.#stopped) break;
      const job = await jobs.get(id);
      if (job?.state !== 'queued' || this.#cancelled.has(id)) continue;
      if (index.isWriting(job.cameraId, job.to)) complete = false;
      else await this.#make(job);
    }
    return complete;
  }

  /** Resolves when nobody works on the job any more, nor will. */
  async cancel(id: number): Promise<void> {
    this.#cancelled.add(id);
    if (this.#current?.id !== id) return;
    this.#current.abort.abort(new Error('The archive was removed'));
    await this.#current.over;
  }

  /** The job that is being made waits for its turn again. */
  stop(): void {
    this.#stopped = true;
    this.#current?.abort.abort(new Error('The recorder is being stopped'));
  }

  async #make(job: Job): Promise<void> {
    const abort = new AbortController();
    const over = this.#carryOut(job, abort.signal).catch((error: unknown) => {
      this.#parts.log.error({ err: error, archive: job.id }, 'An archive cannot be kept');
    });
    this.#current = { id: job.id, abort, over };
    await over;
    this.#current = null;
    if (job.state === 'done') await this.#removeRecording(job);
  }

  async #carryOut(job: Job, signal: AbortSignal): Promise<void> {
    const { message: lastFailure } = job;
    try {
      await this.#change(job, { state: 'running', progress: 0, message: null, finishedAt: null });
      await this.#makeFiles(job, signal);
    } catch (error) {
      if (signal.aborted) await this.#startOver(job, lastFailure);
      else await this.#fail(job, error);
      return;
    }
    await this.#done(job);
  }

  async #makeFiles(job: Job, signal: AbortSignal): Promise<void> {
    const onProgress = this.#progressOf(job);
    const { volume, base, files: made, footage } = await makeFiles(this.#parts, job, { onProgress, signal });
    const files = await namesFor(volume, base, job.format, made);
    const frames = footage.segments.map(({ segment, frames }): [number, number] => [segment.id, frames]);
    // From here on a crash leaves nothing to be made again.
    await this.#change(job, { files, segments: job.removeSegments ? frames : [] });
    const paths = made.map((file) => file.path);
    if (await nameFiles(volume.root, paths, files)) return;
    throw new NvrError('disk_error', 'A file that was made is gone.');
  }

  async #done(job: Job): Promise<void> {
    const { clock, log } = this.#parts;
    const { cameraId, date, hour, files } = job;
    await this.#change(job, { state: 'done', progress: 1, message: null, finishedAt: clock.nowMs() });
    log.info({ cameraId, date, hour, files: files.length }, 'An archive is made');
  }

  async #fail(job: Job, error: unknown): Promise<void> {
    const { clock, log } = this.#parts;
    const { cameraId, date, hour } = job;
    log.warn({ err: error, cameraId, date, hour }, 'An archive failed');
    const message = error instanceof NvrError ? error.message : 'It could not be made; the log says why.';
    await this.#discard(job, { state: 'failed', message, finishedAt: clock.nowMs() });
  }

  #startOver(job: Job, message: string | null): Promise<void> {
    return this.#discard(job, { state: 'queued', progress: 0, message });
  }

  /** With what may have got its name already. */
  async #discard(job: Job, changes: Partial<Job>): Promise<void> {
    const { volumes } = this.#parts;
    for (const file of job.files) await removeFiles(volumes.rootOf(file.volumeId), [file]);
    await this.#change(job, { ...changes, files: [], segments: [] });
  }

  async #removeRecording(job: Job): Promise<void> {
    if (!job.removeSegments) return;
    const removed = await removeRecording({ ...this.#parts, stopped: () => this.#stopped }, job);
    for (const each of removed) this.#parts.publish(toDto(each));
  }

  /** Whether all was read back and has, or now gets, its names. */
  async #hasFiles(job: Job): Promise<boolean> {
    const { volumes, timeZone } = this.#parts;
    const volumeId = job.files[0]?.volumeId;
    if (volumeId === undefined || !volumes.isPresent(volumeId)) return false;
    const root = volumes.rootOf(volumeId);
    const target = temporaryPath(root, pathOfPart(job.cameraId, job.date, job, timeZone), job.format);
    const made = job.files.map((_, at) => madePath(target, at));
    return nameFiles(root, made, job.files);
  }

  #progressOf(job: Job): (share: number) => void {
    const { clock, log } = this.#parts;
    let saidAt = Number.NEGATIVE_INFINITY;
    return (progress) => {
      if (clock.monotonicMs() - saidAt < progressEveryMs) return;
      saidAt = clock.monotonicMs();
      this.#change(job, { progress }).catch((error: unknown) => log.warn({ err: error }, 'Progress cannot be kept'));
    };
  }

  async #change(job: Job, changes: Partial<Job>): Promise<void> {
    Object.assign(job, changes);
    await this.#parts.jobs.update(job.id, changes);
    this.#parts.publish(toDto({ ...job }));
  }
}
