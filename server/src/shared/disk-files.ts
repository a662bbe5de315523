import { open, stat } from 'node:fs/promises';

/** Resolves when the names in a folder are on the disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Anything of this name. */
export const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

export const hasSize = (file: string, sizeBytes: number): Promise<boolean> =>
  stat(file).then(
    ({ size }) => size === sizeBytes,
    () => false,
  );
