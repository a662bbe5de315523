import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { NvrError } from '../shared/errors.ts';
import type { Volume } from './volume.ts';

/**
 * The real path of a folder that may become a volume.
 * @throws {NvrError} `volume_unusable` when it is no folder, or lies in another volume, or one in it.
 */
export async function checkFolder(wished: string, volumes: readonly Volume[]): Promise<string> {
  const refuse = (why: string, cause?: unknown): never => {
    throw new NvrError('volume_unusable', `path: ${why}`, { field: 'path', cause });
  };
  const root = await realpath(wished).catch((error: unknown) =>
    refuse('there is no such folder; make it first', error),
  );
  if (!(await stat(root)).isDirectory()) return refuse('it is a file; give a folder');
  for (const volume of volumes) {
    const other = await realpath(volume.root).catch(() => volume.root); // a missing disk cannot be followed
    if (root === other) return refuse(`it is the volume "${volume.name}" already`);
    if (contains(root, other) || contains(other, root)) {
      // The data folder's recordings lie in a folder of it; beside that there is room for a mount point.
      const besideRecordings =
        volume.isDataFolder && !contains(path.join(other, 'recordings'), root) && contains(other, root);
      if (!besideRecordings) return refuse(`it and the volume "${volume.name}" lie one in the other`);
    }
  }
  return root;
}

const contains = (outer: string, inner: string): boolean => !path.relative(outer, inner).startsWith('..');
