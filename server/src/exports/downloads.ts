import { createHash } from 'node:crypto';
import { Temporal } from 'temporal-polyfill';
import { hasSize } from '../shared/disk-files.ts';
import { NvrError } from '../shared/errors.ts';
import { ExportFolder, manifestName } from './folder.ts';
import { type FileOfCamera, filesOf, type Job } from './jobs.ts';
import { stampOf } from './names.ts';
import type { ZipEntry } from './zip.ts';

/** What is sent to someone who fetches it. */
export interface Download {
  /** As it is to be saved. */
  name: string;
  /** Quoted; another for other bytes. */
  etag: string;
  content: { path: string; sizeBytes: number } | { entries: ZipEntry[] };
}

interface DownloadParts {
  volumes: { list(): ReadonlyArray<{ id: string }>; rootOf(id: string): string };
  timeZone: string;
}

/** @throws {NvrError} `export_not_found` */
export async function fileOf(parts: DownloadParts, job: Job, index: number): Promise<Download> {
  const file = filesOf(job)[index];
  if (!file) throw new NvrError('export_not_found', 'There is no such file of this export.');
  const { name, sizeBytes, sha256 } = file;
  return { name, etag: `"${sha256}"`, content: { path: await find(parts, job, name, sizeBytes), sizeBytes } };
}

/** @throws {NvrError} `export_not_found`, `export_not_done` */
export async function manifestOf(parts: DownloadParts, job: Job): Promise<Download> {
  const { id, manifest, order, state } = job;
  if (!order.settings.evidence) throw new NvrError('export_not_found', 'This export was made without a manifest.');
  if (manifest === null) throw notDone(state);
  const { sizeBytes, crc32 } = manifest;
  const file = await find(parts, job, manifestName, sizeBytes);
  return { name: `export-${id}.evidence.json`, etag: `"${id}-${crc32}"`, content: { path: file, sizeBytes } };
}

/** @throws {NvrError} `export_not_found`, `export_not_done` */
export async function downloadOf(parts: DownloadParts, job: Job): Promise<Download> {
  const files = filesOf(job);
  if (job.state === 'queued' || job.state === 'running') throw notDone(job.state);
  if (files.length === 0) throw new NvrError('export_not_found', 'This export has no files.');
  if (files.length === 1 && job.manifest === null) return fileOf(parts, job, 0);
  const entries: ZipEntry[] = [];
  for (const file of files) entries.push(await entryOf(parts, job, file, file.from));
  if (job.manifest) {
    entries.push(await entryOf(parts, job, { name: manifestName, ...job.manifest }, job.finishedAt ?? job.createdAt));
  }
  const facts = JSON.stringify(entries.map(({ path: _, ...entry }) => entry));
  const etag = `"${createHash('sha256').update(facts).digest('hex')}"`;
  return { name: zipName(job, files, parts.timeZone), etag, content: { entries } };
}

/** One camera's by its name and time, as its files. */
function zipName({ id, order: { cameraIds } }: Job, files: readonly FileOfCamera[], timeZone: string): string {
  const stamp = stampOf(Math.min(...files.map(({ from }) => from)), timeZone);
  return cameraIds.length === 1 ? `${cameraIds[0]}_${stamp}.zip` : `export-${id}_${stamp}.zip`;
}

async function entryOf(
  parts: DownloadParts,
  job: Job,
  { name, sizeBytes, crc32 }: { name: string; sizeBytes: number; crc32: number },
  at: number,
): Promise<ZipEntry> {
  const file = await find(parts, job, name, sizeBytes);
  const { year, month, day, hour, minute, second } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(
    parts.timeZone,
  );
  return { name, path: file, sizeBytes, crc32, at: { year, month, day, hour, minute, second } };
}

/** Absolute. @throws {NvrError} `export_not_found` when it is not there as it was made. */
async function find({ volumes }: DownloadParts, job: Job, name: string, sizeBytes: number): Promise<string> {
  const isKnown = volumes.list().some(({ id }) => id === job.volumeId);
  const file = isKnown ? new ExportFolder(volumes.rootOf(job.volumeId as string), job.id).file(name) : '';
  if (isKnown && (await hasSize(file, sizeBytes))) return file;
  throw new NvrError('export_not_found', 'The file of this export is gone, or its disk is.');
}

const notDone = (state: Job['state']) =>
  new NvrError(
    'export_not_done',
    state === 'queued' || state === 'running'
      ? 'It is still being made.'
      : 'It was not made to its end; go on with it.',
  );
