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

export interface MakingParts {
  index: FootageSource & { onFileMissing(segment: Segment): Promise<void> };
  volumes: { list(): readonly Volume[]; isPresent(id: string): boolean };
  /** Of a camera that there is no more, its id. */
  nameOf(cameraId: string): string;
  timeZone: string;
  log: Logger;
  /** Makes the files; in tests, perhaps wrong ones. */
  makeExport(
    request: ExportRequest,
    options: { onProgress(share: number): void; signal: AbortSignal; log: Logger },
  ): Promise<ExportedFile[]>;
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
  options: { onProgress(share: number): void; signal: AbortSignal },
): Promise<StoredFile[]> {
  const { format, stream } = job.order.settings;
  for (let attempt = 1; ; attempt += 1) {
    const footage = await footageOfPart(parts.index, streamIdOf(part.cameraId, stream), part);
    if (footage.videoFrames === 0) return [];
    requirePresent(parts.volumes, footage.segments);
    const target = await folder.making(`part.${format}`);
    try {
      const request = requestOf(parts, { job, part, footage, target });
      const made = await parts.makeExport(request, { ...options, log: parts.log });
      return await take(parts, { job, part, folder, made });
    } catch (error) {
      await folder.removeMaking();
      const isGone = error instanceof NvrError && error.code === 'footage_not_found';
      if (!isGone) throw error;
      // Also when none of its pictures is shown in the range: those of its only group end before.
      if (attempt === attempts) return [];
      await forgetMissing(parts.index, footage.segments);
    }
  }
}

interface Making {
  job: Pick<Job, 'order' | 'title'>;
  part: PartWish;
  footage: PartFootage;
  target: string;
}

/** What the engine is asked for. */
export function requestOf(
  { nameOf, timeZone }: Pick<MakingParts, 'nameOf' | 'timeZone'>,
  { job, part, footage, target }: Making,
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
