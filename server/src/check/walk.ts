import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isMissing } from '../shared/is-missing.ts';

/** What lies in a folder; names, sorted. */
export interface Listing {
  files: string[];
  folders: string[];
}

/** Camera and day; more can only be a link that leads in a circle. */
const maxDepth = 6;

/**
 * The folders of recordings of a volume, each before those in it, sorted; `recordings` itself is the first.
 *
 * @param onUnreadable told of a folder that cannot be read, which is left out; unless this throws.
 */
export async function* foldersOf(
  root: string,
  onUnreadable: (folder: string, error: Error) => void,
  folder = 'recordings',
): AsyncGenerator<string> {
  let folders: string[];
  try {
    ({ folders } = await listFolder(root, folder));
  } catch (error) {
    onUnreadable(folder, error as Error);
    return;
  }
  yield folder;
  if (folder.split('/').length > maxDepth) return;
  for (const name of folders) yield* foldersOf(root, onUnreadable, `${folder}/${name}`);
}

/**
 * @param folder relative to the volume; nothing is in one that does not exist.
 * @throws when it cannot be read.
 */
export async function listFolder(root: string, folder: string): Promise<Listing> {
  const listing: Listing = { files: [], folders: [] };
  const entries = await readdir(path.join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  for (const entry of entries) {
    ((await isFolder(root, folder, entry)) ? listing.folders : listing.files).push(entry.name);
  }
  listing.files.sort();
  listing.folders.sort();
  return listing;
}

/** Links are followed: some keep a camera's folder on another disk. */
async function isFolder(root: string, folder: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return stat(path.join(root, folder, entry.name)).then(
    (target) => target.isDirectory(),
    () => false, // a link that leads nowhere is a file to be reported
  );
}
