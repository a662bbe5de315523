import { writeFile } from 'node:fs/promises';
import { forgetMissing, requirePresent } from '../archive/sources.ts';
import type { ExportedFile, ExportRequest } from '../media/export/request.ts';
import type { Segment } from '../recording/index.ts';
import { NvrError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { streamIdOf } from '../shared/stream-id.ts';
import type { Volume } from '../storage/volume.ts';
import { recordedMsOf, speedOf } from './estimate.ts';
import type { ExportFolder } from './folder.ts';
import { type FootageSource, footageOfPart, type PartFootage } from './footage.ts';
import type { Job, Part, StoredFile } from './jobs.ts';
import { namesFor } from './names.ts';
import type { PartWish } from './request.ts';
import { crc32Of } from './zip.ts';

/** What files are made with. */
export interface EngineParts {
  index: FootageSource & {
    /** Its file is gone: it is not footage any more. */
    onFileMissing(segment: Segment): Promise<void>;
  };
  volumes: { list(): readonly Volume[]; isPresent(id: string): boolean };
  /** Of a camera that there is no more, its id. */
  nameOf(cameraId: string): string;
  timeZone: string;
  log: { debug(fields: object, message: string): void; warn(fields: object, message: string): void };
  /** Makes the files; in tests, perhaps wrong ones. */
  makeExport(
    request: ExportRequest,
    options: { onProgress(share: number): void; signal: AbortSignal; log: EngineParts['log'] },
  ): Promise<ExportedFile[]>;
}

export interface MakingParts extends EngineParts {
  log: Logger;
}

interface Steps {
  onProgress(share: number): void;
  signal: AbortSignal;
}

/** Cleaning may have taken away footage that a job has begun to read. */
const attempts = 3;

/** Where what the manifest says of a file's pictures waits until all files are made. */
export const piecesName = (name: string): string => `${name}.pieces.json`;

/**
 * Makes the files of a part and gives them their names; none when nothing is recorded there.
 *
 * @throws {NvrError} `disk_full`, `disk_error`, `volume_unusable`, `pipeline_failed`, `export_not_possible`; the signal's reason.
 */
export async function makePart(
  parts: MakingParts,
  { job, part, folder }: { job: Job; part: Part; folder: ExportFolder },
  steps: Steps,
): Promise<StoredFile[]> {
  try {
    const newTarget = () => folder.making(`part.${job.order.settings.format}`);
    const made = await makeFiles(parts, { job, part, newTarget }, steps);
    return made.length === 0 ? [] : await take(parts, { job, part, folder, made });
  } finally {
    await folder.removeMaking();
  }
}

interface Wanted {
  job: Pick<Job, 'order' | 'title'>;
  part: PartWish;
  /** Where the first file is to be made; nothing of an attempt before is there. */
  newTarget(): Promise<string>;
}

/** Makes the files of a part, without names yet; none when nothing is recorded there. What a failed attempt wrote stays. */
export async function makeFiles(
  parts: EngineParts,
  { job, part, newTarget }: Wanted,
  steps: Steps,
): Promise<ExportedFile[]> {
  const streamId = streamIdOf(part.cameraId, job.order.settings.stream);
  for (let attempt = 1; ; attempt += 1) {
    const footage = await footageOfPart(parts.index, streamId, part);
    if (footage.videoFrames === 0) return [];
    requirePresent(parts.volumes, footage.segments);
    try {
      const request = requestOf(parts, { job, part, footage, target: await newTarget() });
      return await parts.makeExport(request, { ...steps, log: parts.log });
    } catch (error) {
      const isGone = error instanceof NvrError && error.code === 'footage_not_found';
      if (!isGone) throw error;
      // Also when none of its pictures is shown in the range: those of its only group end before.
      if (attempt === attempts) return [];
      await forgetMissing(parts.index, footage.segments);
    }
  }
}

/** What the engine is asked for. */
function requestOf(
  { nameOf, timeZone }: EngineParts,
  { job, part, footage, target }: Pick<Wanted, 'job' | 'part'> & { footage: PartFootage; target: string },
): ExportRequest {
  const { format, cut, times, sound, evidence } = job.order.settings;
  const cameraName = nameOf(part.cameraId);
  const speed = speedOf(job.order.settings, recordedMsOf(footage.segments, part));
  return {
    ranges: footage.ranges,
    fromMs: part.from,
    toMs: part.to,
    ...{ format, cut, times, sound, timeZone, cameraName },
    timelapse: speed === null ? null : { speed },
    title: job.title || cameraName,
    target,
    pieces: evidence,
  };
}

/** What was read back whole gets its names. */
async function take(
  { timeZone }: MakingParts,
  { job, part, folder, made }: { job: Job; part: Part; folder: ExportFolder; made: readonly ExportedFile[] },
): Promise<StoredFile[]> {
  const { format, timelapse } = job.order.settings;
  const taken = new Set(job.parts.flatMap(({ files }) => files.map(({ name }) => name)));
  const naming = { cameraId: part.cameraId, timeZone, isTimelapse: timelapse !== null, taken };
  const names = namesFor(made, format, naming);
  const files: StoredFile[] = [];
  for (const [at, { path, fromMs, toMs, pieces, ...file }] of made.entries()) {
    const name = names[at] as string;
    if (pieces) await writeFile(folder.file(piecesName(name)), JSON.stringify(pieces));
    const times = { from: Math.round(fromMs), to: Math.round(toMs), durationMs: Math.round(file.durationMs) };
    files.push({ name, ...file, ...times, crc32: await crc32Of(path) });
  }
  await folder.take(made.map((file, at) => ({ path: file.path, name: names[at] as string })));
  return files;
}
