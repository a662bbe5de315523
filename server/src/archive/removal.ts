import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { TimeRange } from '@nightjar/contract';
import type { Deleted, Footage } from '../recording/index.ts';
import type { Logger } from '../shared/logger.ts';
import type { Job, Jobs } from './jobs.ts';

interface RemovalParts {
  jobs: Jobs;
  index: {
    footage(cameraId: string, range: TimeRange): Promise<Footage>;
    removeSegments(ids: readonly number[]): Promise<Deleted>;
  };
  volumes: { rootOf(id: string): string };
  log: Logger;
  stopped(): boolean;
}

/** Deleted with pauses; between these a stop is noticed. */
const segmentsAtOnce = 20;
const marginMs = 600_000;

/**
 * Removes the recording of a day all of whose files are made and there: the segments of which every picture is in a
 * file. Those that a lock or bookmark protects stay.
 *
 * @returns the jobs of the day when that is done; none when it is not the time, or the recorder is being stopped.
 */
export async function removeRecording(parts: RemovalParts, job: Job): Promise<Job[]> {
  const { jobs, index, log } = parts;
  const ofDay = await jobs.removingWith(job);
  if (ofDay.some(({ state, segmentsRemoved }) => state !== 'done' || segmentsRemoved)) return [];
  const missing = await missingFile(parts, ofDay);
  if (missing !== null) {
    log.error({ cameraId: job.cameraId, file: missing }, 'An archive file is gone; the recording of its day stays');
    return [];
  }
  const ids = await archivedWhole(parts, ofDay);
  for (let at = 0; at < ids.length; at += segmentsAtOnce) {
    if (parts.stopped()) return [];
    await index.removeSegments(ids.slice(at, at + segmentsAtOnce));
  }
  if (parts.stopped()) return [];
  for (const { id } of ofDay) await jobs.update(id, { segmentsRemoved: true, segments: [] });
  return ofDay.map((done) => ({ ...done, segmentsRemoved: true, segments: [] }));
}

/** Segments that are closed, and of which all pictures are in the files of these jobs. */
async function archivedWhole({ index }: RemovalParts, jobs: readonly Job[]): Promise<number[]> {
  const archived = new Map<number, number>();
  for (const [id, frames] of jobs.flatMap(({ segments }) => segments))
    archived.set(id, (archived.get(id) ?? 0) + frames);
  const from = Math.min(...jobs.map((job) => job.from)) - marginMs;
  const to = Math.max(...jobs.map((job) => job.to)) + marginMs;
  const { segments } = await index.footage(jobs[0]?.cameraId ?? '', { from, to } as TimeRange);
  return segments
    .filter(({ state }) => state === 'closed')
    .filter(({ id, chunks }) => archived.get(id) === chunks.reduce((sum, { frames }) => sum + frames, 0))
    .map(({ id }) => id);
}

async function missingFile({ volumes }: RemovalParts, jobs: readonly Job[]): Promise<string | null> {
  for (const { path: name, volumeId, sizeBytes } of jobs.flatMap(({ files }) => files)) {
    const file = path.join(volumes.rootOf(volumeId), name);
    const size = await stat(file).then(
      (found) => found.size,
      () => null,
    );
    if (size !== sizeBytes) return file;
  }
  return null;
}
