import { constants, existsSync } from 'node:fs';
import { chown, copyFile, link, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** Of a database in WAL mode, beside it. */
const companions = ['-wal', '-shm', '-journal'];

/** Where the new database is made; it counts only under its own name. */
export const newFileOf = (file: string): string => `${file}.reindex`;

/** Removes what a reindexing that was interrupted has left. */
export async function removeNew(file: string): Promise<void> {
  for (const suffix of ['', ...companions]) await rm(newFileOf(file) + suffix, { force: true });
}

/**
 * Puts the new database in the place of the old one, in one step: whatever happens meanwhile, under the name is the old
 * or the new. Nobody may have either of them open.
 *
 * @param keepAs where the old one, or what is left of it, is kept; null when it is not, and has no WAL any more.
 * @returns whether there was something to be kept.
 */
export async function swapIn(file: string, keepAs: string | null): Promise<boolean> {
  const fresh = newFileOf(file);
  await likeOwnerOf(fresh, existsSync(file) ? file : path.dirname(file));
  await sync(fresh);
  const kept = keepAs !== null && (await keep(file, keepAs));
  await rename(fresh, file);
  await sync(path.dirname(file));
  return kept;
}

/** Under both names first; then its WAL goes, which must never be applied to another database. */
async function keep(file: string, keepAs: string): Promise<boolean> {
  const there = ['', ...companions].filter((suffix) => existsSync(file + suffix));
  for (const suffix of there) await linkOrCopy(file + suffix, keepAs + suffix);
  await sync(path.dirname(file));
  for (const suffix of companions) await rm(file + suffix, { force: true });
  return there.length > 0;
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    // File systems without hard links, such as exFAT.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    await copyFile(from, to, constants.COPYFILE_EXCL);
    await sync(to);
  }
}

/** Run by root, it must stay readable by the recorder's own user. */
async function likeOwnerOf(file: string, model: string): Promise<void> {
  const { uid, gid } = await stat(model);
  if (process.getuid?.() === 0) await chown(file, uid, gid);
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
