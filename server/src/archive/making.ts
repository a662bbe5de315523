import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { TimeRange } from '@nightjar/contract';
import type { RemuxedFile, RemuxRequest } from '../media/remux/index.ts';
import type { Footage, Segment } from '../recording/index.ts';
import { NvrError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { type MakeRoom, volumeWithRoom } from '../storage/room-for-files.ts';
import type { Volume } from '../storage/volume.ts';
import { bytesOfFiles, removeTemporary, temporaryPath } from './files.ts';
import { footageOf, type PartFootage } from './footage.ts';
import type { Job } from './jobs.ts';
import { type DayPart, pathOfPart } from './parts.ts';
import { forgetMissing, requirePresent } from './sources.ts';

export interface MakingParts {
  index: {
    footage(cameraId: string, range: TimeRange): Promise<Footage>;
    fileOf(segment: Segment): string;
    onFileMissing(segment: Segment): Promise<void>;
  };
  volumes: {
    list(): readonly Volume[];
    writable(): ReadonlyArray<{ id: string }>;
    usage(id: string): Promise<{ bytes: number }>;
    isPresent(id: string): boolean;
  };
  timeZone: string;
  log: Logger;
  makeRoom: MakeRoom;
  /** Makes the files; in tests, perhaps wrong ones. */
  remux(
    request: RemuxRequest,
    options: { onProgress(share: number): void; signal: AbortSignal; log: Logger },
  ): Promise<RemuxedFile[]>;
}

/** Files under temporary names, read back and found whole. */
export interface Made {
  volume: Volume;
  /** Path on the volume, without ending. */
  base: string;
  files: RemuxedFile[];
  footage: PartFootage;
}

/** Cleaning may take footage away that a job has begun to read. */
const attempts = 3;
/** A segment may begin before the day that a group of pictures in it belongs to; its last sound may lie in the next. */
const marginMs = 600_000;

export const nothingLeft = 'Nothing of it is recorded any more.';

/**
 * Makes a job's files. What a failed attempt wrote is removed.
 *
 * @throws {NvrError} `footage_not_found`, `disk_full`, `disk_error`, `volume_unusable`, `pipeline_failed`; the signal's reason.
 */
export async function makeFiles(
  parts: MakingParts,
  job: Job,
  options: { onProgress(share: number): void; signal: AbortSignal },
): Promise<Made> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptToMake(parts, job, options);
    } catch (error) {
      const gone = error instanceof NvrError && error.code === 'footage_not_found' && error.message !== nothingLeft;
      if (!gone || attempt === attempts) throw error;
      await forgetMissing(parts.index, segmentsOf(await footageOfJob(parts, job)));
    }
  }
}

async function attemptToMake(
  parts: MakingParts,
  job: Job,
  options: { onProgress(share: number): void; signal: AbortSignal },
): Promise<Made> {
  const { volumes, timeZone, log } = parts;
  const footage = await footageOfJob(parts, job);
  if (footage.videoFrames === 0) throw new NvrError('footage_not_found', nothingLeft);
  requirePresent(volumes, segmentsOf(footage));
  const wanted = { neededBytes: bytesOfFiles(job, footage.sizeBytes), before: job.from };
  const volume = await volumeWithRoom(volumes, wanted, parts.makeRoom);
  const base = pathOfPart(job.cameraId, job.date, job, timeZone);
  const target = temporaryPath(volume.root, base, job.format);
  await removeTemporary(volume.root, base, job.format);
  await mkdir(path.dirname(target), { recursive: true });
  try {
    const files = await parts.remux({ format: job.format, ranges: footage.ranges, target }, { ...options, log });
    requireAll(files, footage);
    return { volume, base, files, footage };
  } catch (error) {
    await removeTemporary(volume.root, base, job.format);
    throw error;
  }
}

/** What of the recording belongs to a job now. */
export async function footageOfJob(
  { index }: Pick<MakingParts, 'index'>,
  job: DayPart & { cameraId: string },
): Promise<PartFootage> {
  const range = { from: job.from - marginMs, to: job.to + marginMs } as TimeRange;
  return footageOf(await index.footage(job.cameraId, range), job, (segment) => index.fileOf(segment));
}

const segmentsOf = ({ segments }: PartFootage): Segment[] => segments.map(({ segment }) => segment);

/** @throws when another number of pictures was written than is recorded. */
function requireAll(files: readonly RemuxedFile[], { videoFrames }: PartFootage): void {
  const made = files.reduce((sum, file) => sum + file.videoFrames, 0);
  if (made === videoFrames) return;
  throw new NvrError('disk_error', `${made} of ${videoFrames} pictures are in the files.`);
}
