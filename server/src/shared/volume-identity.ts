import { open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';

/** Content of the file that says which volume a folder is: where it is missing, so is the disk that should be mounted there. */
export interface VolumeIdentity {
  format: 1;
  /** UUID. */
  id: string;
}

export const identityFileName = 'nightjar-volume.json';

/** null when the folder carries no identity: it is not there, or not ours. @throws when the disk does not answer. */
export async function readIdentity(root: string): Promise<VolumeIdentity | null> {
  let text: string;
  try {
    text = await readFile(path.join(root, identityFileName), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    return isIdentity(value) ? value : null;
  } catch {
    return null; // a torn file: written, but never synced
  }
}

/** Whole or not at all, and on the disk when it resolves. */
export async function writeIdentity(root: string, id: string): Promise<void> {
  const identity: VolumeIdentity & { note: string } = {
    format: 1,
    id,
    note: 'This folder is a volume of a Nightjar recorder. Without this file nothing is recorded here.',
  };
  const file = path.join(root, identityFileName);
  const handle = await open(`${file}.new`, 'w');
  try {
    await handle.writeFile(`${JSON.stringify(identity, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
  // The name, too: a volume whose identity went with a power loss would be taken for a missing one.
  const folder = await open(root, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const isIdentity = (value: unknown): value is VolumeIdentity =>
  typeof value === 'object' &&
  value !== null &&
  'format' in value &&
  value.format === 1 &&
  'id' in value &&
  typeof value.id === 'string';
