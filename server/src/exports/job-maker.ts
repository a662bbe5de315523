import { amount } from '../shared/amounts.ts';
import type { Clock } from '../shared/clock.ts';
import { NvrError } from '../shared/errors.ts';
import { streamIdOf } from '../shared/stream-id.ts';
import { type MakeRoom, type RoomyVolumes, roomForFilesOn, volumeWithRoom } from '../storage/room-for-files.ts';
import type { Volume } from '../storage/volume.ts';
import { bytesOfPart, recordedOf } from './estimate.ts';
import { ExportFolder, manifestName } from './folder.ts';
import { filesOf, type Job, type Jobs, type Part } from './jobs.ts';
import { type MakingParts, makePart, piecesName } from './making.ts';
import { type SignManifest, writeManifest } from './manifest.ts';
import { RemainingTime } from './remaining.ts';
import { failedText, missingText } from './words.ts';

export interface JobMakerParts extends MakingParts {
  jobs: Jobs;
  /** What is recorded of parts; see `recordedOf`. */
  db: Parameters<typeof recordedOf>[0];
  index: MakingParts['index'] & {
    isWriting(streamId: string, before: number): boolean;
    newestRecordedAt(streamId: string): number | null;
    flush(): Promise<void>;
  };
  volumes: MakingParts['volumes'] & RoomyVolumes & { rootOf(id: string): string };
  clock: Clock;
  makeRoom: MakeRoom;
  signManifest: SignManifest;
  /** Finished exports are removed after so long; null: never. */
  expireAfterMs: number | null;
  /** Told of each change, progress at most once a second. */
  publish(job: Job, remainingMs: number | null): void;
}

const progressEveryMs = 1_000;

/** Carries out the jobs, one after the other. */
export class JobMaker {
  readonly #parts: JobMakerParts;
  #current: { id: number; abort: AbortController; over: Promise<void>; remaining: RemainingTime } | null = null;
  /** Not made again until that is settled. */
  readonly #interrupted = new Set<number>();
  #stopped = false;

  constructor(parts: JobMakerParts) {
    this.#parts = parts;
  }

  /** Puts in order what a former process was at: files that are complete stay, all else goes and is made anew. */
  async recover(): Promise<void> {
    const { jobs } = this.#parts;
    for (const job of await jobs.inState('running')) await this.#change(job, { state: 'queued' });
    for (const job of await jobs.inState('queued', 'failed', 'cancelled'))
      await this.#folderOf(job)?.keepOnly(namesOf(job));
  }

  /**
   * Makes all that waits. Not to be called again before it has resolved.
   *
   * @returns false when footage of a job is still being written: to be asked again soon.
   */
  async makeQueued(): Promise<boolean> {
    const { jobs } = this.#parts;
    let complete = true;
    for (const { id } of await jobs.inState('queued')) {
      if (this.#stopped) break;
      const job = await jobs.require(id).catch(() => null);
      if (job?.state !== 'queued' || this.#interrupted.has(id)) continue;
      if (this.#isWritten(job)) await this.#make(job);
      else complete = false;
    }
    return complete;
  }

  /** As it looks now; null when that is not known. */
  remainingMsOf(id: number): number | null {
    return this.#current?.id === id ? this.#current.remaining.ms : null;
  }

  /** Stops work on a job, then does something about it before anybody works on it again. */
  async interrupt<T>(id: number, work: () => Promise<T>): Promise<T> {
    this.#interrupted.add(id);
    try {
      if (this.#current?.id === id) {
        this.#current.abort.abort(new Error('The export was stopped'));
        await this.#current.over;
      }
      return await work();
    } finally {
      this.#interrupted.delete(id);
    }
  }

  /** The job that is being made waits for its turn again. */
  stop(): void {
    this.#stopped = true;
    this.#current?.abort.abort(new Error('The recorder is being stopped'));
  }

  /** Ends it, with what is complete. */
  finish(job: Job, state: 'done' | 'failed' | 'cancelled', message: string | null): Promise<void> {
    const { clock, expireAfterMs } = this.#parts;
    const now = clock.nowMs();
    const expiresAt = job.keep || expireAfterMs === null ? null : now + expireAfterMs;
    return this.#change(job, { state, message, finishedAt: now, expiresAt, ...(state === 'done' && { progress: 1 }) });
  }

  /** All footage that it waits for is in files: of evidence also their ends, since records are of whole files. */
  #isWritten({ order, parts }: Job): boolean {
    const { index } = this.#parts;
    return parts.every(({ state, cameraId, to }) => {
      const streamId = streamIdOf(cameraId, order.settings.stream);
      if (state !== 'queued' || !index.isWriting(streamId, to)) return true;
      return !order.settings.evidence && (index.newestRecordedAt(streamId) ?? 0) >= to;
    });
  }

  async #make(job: Job): Promise<void> {
    const abort = new AbortController();
    const remaining = new RemainingTime(() => this.#parts.clock.monotonicMs());
    const over = this.#carryOut(job, abort.signal, remaining).catch((error: unknown) => {
      this.#parts.log.error({ err: error, export: job.id }, 'An export cannot be kept');
    });
    this.#current = { id: job.id, abort, over, remaining };
    await over;
    this.#current = null;
  }

  async #carryOut(job: Job, signal: AbortSignal, remaining: RemainingTime): Promise<void> {
    const { log, nameOf, timeZone } = this.#parts;
    try {
      await this.#change(job, { state: 'running', message: null, finishedAt: null, expiresAt: null });
      const failures = await this.#makeParts(job, signal, remaining);
      if (failures.length > 0) {
        await this.finish(job, 'failed', failedText(job, failures, { nameOf, timeZone }));
        return;
      }
      const manifest = await this.#writeManifest(job);
      await this.#change(job, { manifest });
    } catch (error) {
      if (signal.aborted) {
        await this.#change(job, { state: 'queued' });
        return;
      }
      log.warn({ err: error, export: job.id }, 'An export failed');
      await this.finish(job, 'failed', messageOf(error));
      return;
    }
    const hasFiles = job.parts.some(({ files }) => files.length > 0);
    await this.finish(job, hasFiles ? 'done' : 'failed', missingText(job, { nameOf, timeZone }));
    log.info({ export: job.id, files: filesOf(job).length }, 'An export is made');
  }

  /** What one part lacks does not hold up the others; a disk that is full does. */
  async #makeParts(
    job: Job,
    signal: AbortSignal,
    remaining: RemainingTime,
  ): Promise<Array<{ part: Part; message: string }>> {
    const failures: Array<{ part: Part; message: string }> = [];
    const waiting = job.parts.filter(({ state }) => state === 'queued');
    const volume = await this.#volumeFor(job, waiting);
    const folder = new ExportFolder(volume.root, job.id);
    for (const part of waiting) {
      signal.throwIfAborted();
      try {
        const onProgress = this.#progressOf(job, part, remaining);
        onProgress(0);
        part.files = await makePart(this.#parts, { job, part, folder }, { onProgress, signal });
        part.state = part.files.length > 0 ? 'done' : 'empty';
        await this.#parts.jobs.updatePart(job.id, part);
        await this.#change(job, { progress: progressOf(job, null, 0) });
      } catch (error) {
        if (signal.aborted) throw error;
        if (error instanceof NvrError && error.code === 'disk_full') throw await this.#diskFull(volume, job, waiting);
        this.#parts.log.warn({ err: error, export: job.id, cameraId: part.cameraId }, 'A part of an export failed');
        failures.push({ part, message: messageOf(error) });
      }
    }
    return failures;
  }

  /** Where the files go: all of an export to one volume. @throws {NvrError} `disk_full`, `volume_unusable` */
  async #volumeFor(job: Job, waiting: readonly Part[]): Promise<Volume> {
    const { volumes, makeRoom } = this.#parts;
    const neededBytes = await this.#bytesOf(job, waiting);
    const before = Math.min(...job.parts.map(({ from }) => from));
    const mayMove = filesOf(job).length === 0;
    const own = volumes.list().find(({ id }) => id === job.volumeId);
    if (!mayMove && (!own || !volumes.isPresent(own.id))) {
      const name = own ? `"${own.name}"` : 'that it was begun on';
      throw new NvrError('volume_unusable', `The volume ${name} is missing, with the files so far. Mount its disk.`);
    }
    const among = mayMove || !own ? volumes.list() : [own];
    const volume = await volumeWithRoom(
      { list: () => among, writable: () => volumes.writable(), usage: (id) => volumes.usage(id) },
      { neededBytes, before },
      makeRoom,
    );
    await this.#change(job, { volumeId: volume.id });
    return volume;
  }

  async #diskFull(volume: Volume, job: Job, waiting: readonly Part[]): Promise<NvrError> {
    const left = waiting.filter(({ state }) => state === 'queued');
    const there = amount(Math.max(await roomForFilesOn(this.#parts.volumes, volume), 0));
    const needed = amount(await this.#bytesOf(job, left));
    const message = `The disk became full: what is left needs ${needed}, ${volume.name} has ${there}. Free space, then go on.`;
    return new NvrError('disk_full', message);
  }

  async #bytesOf({ order: { settings } }: Job, parts: readonly Part[]): Promise<number> {
    const { db, index } = this.#parts;
    await index.flush();
    const recorded = await recordedOf(db, parts, settings.stream);
    return recorded.reduce((sum, part) => sum + bytesOfPart(part, settings), 0);
  }

  async #writeManifest(job: Job): Promise<Job['manifest']> {
    const folder = this.#folderOf(job);
    if (!job.order.settings.evidence || !folder || filesOf(job).length === 0) return null;
    return writeManifest(this.#parts, job, folder);
  }

  /** Undefined when its disk is not there, or it has none yet. */
  #folderOf({ id, volumeId }: Job): ExportFolder | undefined {
    const { volumes } = this.#parts;
    if (volumeId === null || !volumes.isPresent(volumeId)) return undefined;
    return new ExportFolder(volumes.rootOf(volumeId), id);
  }

  #progressOf(job: Job, part: Part, remaining: RemainingTime): (share: number) => void {
    const { clock, log } = this.#parts;
    let saidAt = clock.monotonicMs();
    return (share) => {
      const progress = progressOf(job, part, share);
      remaining.onProgress(progress);
      if (clock.monotonicMs() - saidAt < progressEveryMs) return;
      saidAt = clock.monotonicMs();
      this.#change(job, { progress }).catch((error: unknown) => log.warn({ err: error }, 'Progress cannot be kept'));
    };
  }

  async #change(job: Job, changes: Partial<Job>): Promise<void> {
    Object.assign(job, changes);
    await this.#parts.jobs.update(job.id, changes);
    this.#parts.publish({ ...job, parts: [...job.parts] }, this.remainingMsOf(job.id));
  }
}

/** Of the whole job: parts by their length. */
function progressOf({ parts }: Job, current: Part | null, share: number): number {
  const lengthOf = ({ from, to }: Part) => Math.max(to - from, 1);
  const total = parts.reduce((sum, part) => sum + lengthOf(part), 0);
  const done = parts.reduce((sum, part) => {
    if (part.state !== 'queued') return sum + lengthOf(part);
    return part === current ? sum + lengthOf(part) * Math.min(Math.max(share, 0), 1) : sum;
  }, 0);
  return total > 0 ? done / total : 0;
}

/** All that belongs to an export in its folder. */
export const namesOf = (job: Job): Set<string> =>
  new Set([...filesOf(job).flatMap(({ name }) => [name, piecesName(name)]), manifestName]);

const messageOf = (error: unknown): string =>
  error instanceof NvrError ? error.message : 'It could not be made; the log says why.';
