import fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isMissing } from '../shared/is-missing.ts';
import type { Logger } from '../shared/logger.ts';
import { readIdentity } from '../shared/volume-identity.ts';
import type { Marked } from './deletion-rows.ts';
import type { Volumes } from './segment.ts';

interface UnlinkParts {
  volumes: Volumes;
  log: Logger;
  stopped(): boolean;
}

/** Between two files; files of a minute are written far slower than they are deleted even so. */
const leastPauseMs = 2;
const mostPauseMs = 500;
/** Of the time, to delete; the rest is the cameras'. */
const share = 1 / 4;

/** Files; one alone may be to blame itself. */
const failuresOfVolume = 3;
/** A disk that does not answer for so long is left alone. */
const answersWithinMs = 30_000;

/**
 * Unlinks the files of segments, one after the other, with pauses. After some files that cannot be unlinked, the rest of
 * their volume is not tried.
 *
 * @param stuck ids of such volumes; more are added.
 * @returns those whose files are surely gone, and those that were not tried.
 */
export async function unlinkAll(
  parts: UnlinkParts,
  rows: readonly Marked[],
  stuck: string[],
): Promise<{ gone: Marked[]; untried: Marked[] }> {
  const gone: Marked[] = [];
  const untried: Marked[] = [];
  const failures = new Map<string, number>();
  for (const row of rows) {
    const failed = failures.get(row.volume_id) ?? 0;
    if (parts.stopped() || stuck.includes(row.volume_id)) untried.push(row);
    else if (await unlink(parts, row)) gone.push(row);
    else if (failed + 1 < failuresOfVolume) failures.set(row.volume_id, failed + 1);
    else stuck.push(row.volume_id);
  }
  return { gone, untried };
}

/** False when the file is still there, or its disk does not say. */
async function unlink({ volumes, log }: UnlinkParts, row: Marked): Promise<boolean> {
  const root = volumes.rootOf(row.volume_id);
  const file = path.join(root, row.path);
  const started = performance.now();
  try {
    await within(answersWithinMs, fs.unlink(file));
  } catch (error) {
    if (!isMissing(error)) {
      log.error({ err: error, file }, 'A recording cannot be deleted; check the rights and the disk');
      return false;
    }
    // Of a disk that has just gone, each file is missing.
    if (!(await isThere(row.volume_id, root))) return false;
  }
  const tookMs = performance.now() - started;
  await setTimeout(Math.min(Math.max(tookMs * (1 / share - 1), leastPauseMs), mostPauseMs));
  return true;
}

async function isThere(volumeId: string, root: string): Promise<boolean> {
  const identity = await within(answersWithinMs, readIdentity(root)).catch(() => null);
  return identity?.id === volumeId;
}

/** @throws when `work` takes longer. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = setTimeout(ms, undefined, { signal: over.signal, ref: false }).then(() => {
    throw new Error(`no answer within ${ms / 1_000} s`);
  });
  return Promise.race([work, late]).finally(() => {
    over.abort();
    late.catch(() => {}); // aborted
  });
}
