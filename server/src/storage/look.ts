import { constants } from 'node:fs';
import { access, open, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { VolumeState } from '@nightjar/contract';
import { readIdentity } from '../shared/volume-identity.ts';
import { floorOf, keepFreeOf, type Volume, type VolumeStatus } from './volume.ts';

export type Look = Omit<VolumeStatus, 'since'>;

/** What is known before looking. */
export interface Before {
  state: VolumeState;
  /** Why a worker could not write to it; null when none complained. */
  complaint: string | null;
  /** What its recordings take. */
  recordingsBytes: number;
}

/** A disk that does not answer for so long is failing. */
const answersWithinMs = 10_000;
const probeBytes = 64 * 1024;

/**
 * Looks at a volume's identity, space and rights; writes a probe to it only after a complaint. Never rejects.
 *
 * @param onAnswer called when the disk has answered, which may be long after this has resolved to its failing.
 */
export async function lookAt(volume: Volume, before: Before, onAnswer: () => void): Promise<Look> {
  const silent = failing('The disk does not answer. Check its connection and the kernel log.');
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<Look>((resolve) => {
    timer = setTimeout(() => resolve(silent), answersWithinMs);
    timer.unref();
  });
  const look = lookNow(volume, before)
    .catch((error: Error) => failing(`The disk cannot be read: ${error.message}.`))
    .finally(onAnswer);
  return Promise.race([look, timeout]).finally(() => clearTimeout(timer));
}

async function lookNow(volume: Volume, before: Before): Promise<Look> {
  const identity = await readIdentity(volume.root);
  if (identity?.id !== volume.id)
    return { ...unknownSpace, state: 'missing', message: missingMessage(volume, identity) };
  const { blocks, bavail, bsize } = await statfs(volume.root);
  const space = { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
  const rights = await accessProblem(volume.root);
  if (rights) return { ...space, ...rights };
  const full = fullMessage(volume, space, before);
  if (full) return { ...space, state: 'full', message: full };
  const broken = before.complaint === null ? null : await probe(volume.root);
  if (broken) return { ...space, ...broken };
  return { ...space, state: 'ready', message: null };
}

const unknownSpace = { totalBytes: null, freeBytes: null };
const failing = (message: string): Look => ({ ...unknownSpace, state: 'failing', message });

function missingMessage({ root }: Volume, identity: { id: string } | null): string {
  return identity
    ? `${root} holds another volume. Mount the right disk there, or correct the path.`
    : `${root} does not hold this volume. Mount its disk, or correct the path.`;
}

const readOnlyMessage = 'The disk is read-only, perhaps after an error. See the kernel log, then mount it again.';

async function accessProblem(root: string): Promise<Pick<Look, 'state' | 'message'> | null> {
  try {
    await access(root, constants.R_OK | constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const notAllowed = 'The recorder may not write there. Correct the owner and rights of the folder.';
    return { state: 'read_only', message: code === 'EROFS' ? readOnlyMessage : notAllowed };
  }
}

/** With a margin between full and not full any more, so that the two do not take turns. */
function fullMessage(
  volume: Volume,
  { totalBytes, freeBytes }: { totalBytes: number; freeBytes: number },
  before: Before,
) {
  const keepFree = keepFreeOf(volume, totalBytes);
  const floor = before.state === 'full' ? keepFree / 2 : floorOf(keepFree);
  if (freeBytes < floor) return 'The disk is full, and no footage on it may be removed. Free space, or add a volume.';
  const quota = volume.quotaBytes;
  // Cleaning begins at the quota; this is what it did not hold.
  const limit = quota === null ? Number.POSITIVE_INFINITY : quota * (before.state === 'full' ? 1.02 : 1.1);
  if (before.recordingsBytes > limit)
    return 'The recordings exceed the quota, and none may be removed. Raise it, or remove locks.';
  return null;
}

/** Null when a file can be written, synced and removed; else why not. A disk that broke says that it is read-only only here. */
async function probe(root: string): Promise<Pick<Look, 'state' | 'message'> | null> {
  const file = path.join(root, '.nightjar-probe');
  try {
    const handle = await open(file, 'w');
    try {
      await handle.writeFile(Buffer.alloc(probeBytes));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rm(file);
    return null;
  } catch (error) {
    // What is left of the probe goes with the next one.
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EROFS') return { state: 'read_only', message: readOnlyMessage };
    return { state: 'failing', message: `Nothing can be written: ${message}.` };
  }
}
